import type { TSchema } from 'typebox';

/** As much of a schema as decides the order in which things are written. */
interface Shape {
  readonly properties?: Readonly<Record<string, TSchema>>;
  readonly items?: TSchema;
}

/** The value with its keys in the order of the schema; it must fit the schema. */
function ordered(schema: TSchema, value: unknown): unknown {
  const { properties, items } = schema as Shape;
  if (properties !== undefined) {
    const given = value as Readonly<Record<string, unknown>>;
    return Object.fromEntries(
      Object.entries(properties).map(([name, inner]) => [name, ordered(inner, given[name])]),
    );
  }
  if (items !== undefined) return (value as readonly unknown[]).map((one) => ordered(items, one));
  return value;
}

/**
 * The one way to write a value that is signed: JSON without spaces, keys in the order of the
 * schema, UTF-8. Who reads it writes it again and compares: two texts never mean the same.
 */
export function canonicalBytes(schema: TSchema, value: unknown): Buffer {
  return Buffer.from(JSON.stringify(ordered(schema, value)), 'utf8');
}
