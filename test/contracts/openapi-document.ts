import { Validator } from '@seriousme/openapi-schema-validator';
import type { JsonSchema } from '../../protocols/contracts/json-schema.ts';
import { bodyCheck } from './ajv.ts';

interface Media {
  readonly schema?: object;
}

interface Operation {
  readonly operationId: string;
  readonly summary?: string;
  readonly tags: readonly string[];
  readonly security: readonly Readonly<Record<string, unknown>>[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Media>> };
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, Media>> }>
  >;
}

/** What came back from a route that was asked for real. */
export interface Asked {
  readonly method: string;
  /** Path as the document has it: `/units/{serial}`. */
  readonly path: string;
  readonly status: number;
  readonly contentType: string;
  /** Parsed when it is JSON. */
  readonly answer: unknown;
  readonly body?: unknown;
}

/** An OpenAPI document, and whether what runs is as it says. */
export class OpenApiDocument {
  readonly json: JsonSchema;

  constructor(json: unknown) {
    this.json = json as JsonSchema;
  }

  get paths(): Readonly<Record<string, Readonly<Record<string, Operation>>>> {
    return this.json.paths as never;
  }

  /** `GET /units/{serial}` of every operation. */
  get operations(): readonly string[] {
    return Object.entries(this.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
  }

  /** Operations that answer JSON of which nobody has said what it is. */
  get bareJson(): readonly string[] {
    return this.operations.filter((name) => {
      const [method = '', path = ''] = name.split(' ');
      const content = this.operation(method, path)?.responses.default?.content ?? {};
      const isJson = Object.keys(content).includes('application/json');
      return isJson && method !== 'HEAD' && !this.described.includes(name);
    });
  }

  operation(method: string, path: string): Operation | undefined {
    return this.paths[path]?.[method.toLowerCase()];
  }

  /** Operations whose body and answer are said, and not only that there is one. */
  get described(): readonly string[] {
    return this.operations.filter((name) => {
      const [method = '', path = ''] = name.split(' ');
      return this.operation(method, path)?.summary !== undefined;
    });
  }

  /** What is wrong with the document by OpenAPI's own schema of 3.1. */
  async problems(): Promise<unknown> {
    const { valid, errors } = await new Validator().validate(
      structuredClone(this.json) as Record<string, unknown>,
    );
    return valid ? [] : errors;
  }

  /** What of a request and its answer is not as the document says. */
  differences({ method, path, status, contentType, answer, body }: Asked): readonly string[] {
    const operation = this.operation(method, path);
    if (operation === undefined) return ['not in the document'];
    const response = operation.responses[String(status)] ?? operation.responses.default;
    const media = response?.content?.[contentType];
    if (media === undefined) return [`${status} ${contentType} is not said`];
    const found = media.schema === undefined ? [] : bodyCheck(media.schema)(answer);
    const sent = operation.requestBody?.content['application/json']?.schema;
    if (body === undefined || sent === undefined || status >= 400) return found;
    return [...found, ...bodyCheck(sent)(body).map((problem) => `body: ${problem}`)];
  }
}

/** For whoever reads the run: what was described and not asked, and what nobody has described. */
export function leftOver({ described, operations }: OpenApiDocument, asked: ReadonlySet<string>) {
  const list = (names: readonly string[]) => names.join(', ') || 'none';
  const notAsked = described.filter((name) => !asked.has(name) && !name.includes('/fleet/v1/'));
  const bare = operations.filter((name) => !described.includes(name));
  return `  asked ${asked.size}; not asked: ${list(notAsked)}; not described: ${list(bare)}\n`;
}
