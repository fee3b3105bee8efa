import { type Static, type TObject, type TSchema, Type } from 'typebox';
import { Value } from 'typebox/value';
import { CodedError } from '../errors.ts';

/** Options every key carries: what it is for, and its default unless it must be given. */
interface KeyOptions<Value> {
  readonly default?: Value;
  /** Masked in `--print-config`. */
  readonly secret?: true;
}

function withOptions<Value>(description: string, options: KeyOptions<Value>) {
  return { description, ...options };
}

/** Kinds of configuration keys; each takes its description and default. */
export const key = {
  text: (description: string, options: KeyOptions<string> = {}) =>
    Type.String(withOptions(description, options)),
  integer: (
    description: string,
    options: KeyOptions<number> & { minimum?: number; maximum?: number } = {},
  ) => Type.Integer(withOptions(description, options)),
  number: (description: string, options: KeyOptions<number> = {}) =>
    Type.Number(withOptions(description, options)),
  flag: (description: string, options: KeyOptions<boolean> = {}) =>
    Type.Boolean(withOptions(description, options)),
  list: (description: string, options: KeyOptions<string[]> = {}) =>
    Type.Array(Type.String(), withOptions(description, options)),
};

/** Where values come from, weakest first: defaults, file, environment, command line. */
export interface ConfigSources {
  /** Text of the configuration file: one JSON object, flat or under the process's name. */
  readonly fileText?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** `key=value` or `process.key=value` words of the command line. */
  readonly words: readonly string[];
}

type Given = Record<string, unknown>;

/** `httpPort` of `gateway` is XINLU_GATEWAY_HTTP_PORT in the environment. */
export function envNameOf(processName: string, keyName: string): string {
  const snake = keyName.replace(/[A-Z]/g, (letter) => `_${letter}`);
  return `XINLU_${processName}_${snake}`.toUpperCase();
}

function fromFile(processName: string, text: string | undefined): Given {
  if (text === undefined) return {};
  try {
    const parsed = JSON.parse(text) as Given;
    return (parsed[processName] as Given | undefined) ?? parsed;
  } catch (error) {
    throw new CodedError('bad-config', `the file is not JSON: ${(error as Error).message}`);
  }
}

function fromWords(processName: string, words: readonly string[]): Given {
  return Object.fromEntries(
    words.map((word) => {
      const equals = word.indexOf('=');
      if (equals < 1) throw new CodedError('bad-config', `"${word}" does not read key=value`);
      const name = word.slice(0, equals);
      const prefix = `${processName}.`;
      return [name.startsWith(prefix) ? name.slice(prefix.length) : name, word.slice(equals + 1)];
    }),
  );
}

/** Text from environment or command line in the key's own type; lists are comma-separated. */
function convert(schema: TSchema, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  if (Type.IsArray(schema)) return value === '' ? [] : value.split(',').map((part) => part.trim());
  return Value.Convert(schema, value);
}

/**
 * The configuration of one process, checked and frozen. An unknown key, a missing one or a value
 * of the wrong kind is a `bad-config` error that names the key and what it is for.
 */
export function readConfig<Schema extends TObject>(
  processName: string,
  schema: Schema,
  sources: ConfigSources,
): Readonly<Static<Schema>> {
  const keys = Object.keys(schema.properties);
  const fromEnv = Object.fromEntries(
    keys
      .map((name) => [name, sources.env[envNameOf(processName, name)]] as const)
      .filter(([, value]) => value !== undefined),
  );
  const given: Given = {
    ...fromFile(processName, sources.fileText),
    ...fromEnv,
    ...fromWords(processName, sources.words),
  };
  const unknown = Object.keys(given).find((name) => !keys.includes(name));
  if (unknown !== undefined) {
    throw new CodedError('bad-config', `no such key: ${unknown}; known are ${keys.join(', ')}`);
  }
  const values: Given = {};
  for (const [name, keySchema] of Object.entries(schema.properties)) {
    const options = keySchema as { default?: unknown; description?: string };
    const value = convert(keySchema, given[name] ?? options.default);
    if (!Value.Check(keySchema, value)) {
      const shown = value === undefined ? 'is missing' : `cannot be ${JSON.stringify(value)}`;
      throw new CodedError('bad-config', `${processName}.${name} ${shown}: ${options.description}`);
    }
    values[name] = value;
  }
  return Object.freeze(values) as Readonly<Static<Schema>>;
}

/** The result for `--print-config`: every key with its value, secrets masked. */
export function printableConfig(schema: TObject, config: Given): Given {
  return Object.fromEntries(
    Object.entries(schema.properties).map(([name, keySchema]) => {
      const secret = (keySchema as { secret?: true }).secret === true;
      return [name, secret && config[name] !== '' ? '********' : config[name]];
    }),
  );
}
