import { createRequire } from 'node:module';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { JsonSchema } from '../../protocols/contracts/json-schema.ts';

export type Check = (value: unknown) => readonly string[];

const load = createRequire(import.meta.url);
/** Words of ours beside those of JSON Schema are allowed; what is wrong is told whole. */
const options = { strict: false, allErrors: true, logger: false } as const;

function checkOf(ajv: Ajv, schema: object): Check {
  const validate = ajv.compile(schema);
  return (value) => {
    if (validate(value)) return [];
    return (validate.errors ?? []).map(
      ({ instancePath, message }) => `${instancePath || '/'} ${message ?? ''}`,
    );
  };
}

/** What is wrong with a document by AsyncAPI's own schema of its 3.0.0. */
export function asyncApiCheck(): Check {
  const { schemasWithoutId } = load('@asyncapi/specs') as {
    schemasWithoutId: Readonly<Record<string, object>>;
  };
  return checkOf(new Ajv(options), schemasWithoutId['3.0.0'] ?? {});
}

/** A schema of an AsyncAPI document (draft 7), by its name under `components`. */
export function messageCheck(document: JsonSchema, name: string): Check {
  const ajv = new Ajv(options);
  return checkOf(ajv, { ...document, $ref: `#/components/schemas/${name}` });
}

const ajv2020 = new Ajv2020(options) as unknown as Ajv;

/** A schema out of an OpenAPI 3.1 document (2020-12); the same object is compiled once. */
export function bodyCheck(schema: object): Check {
  return checkOf(ajv2020, schema);
}
