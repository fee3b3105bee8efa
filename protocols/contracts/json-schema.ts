import type { TSchema } from 'typebox';

export type JsonSchema = Readonly<Record<string, unknown>>;

/** Schemas at run time are of draft 7; OpenAPI 3.1 speaks 2020-12, AsyncAPI 3.0 draft 7. */
export type Dialect = 'draft-07' | '2020-12';

/** Tuples are the one thing that reads otherwise in 2020-12. */
function tupleOf({ items, additionalItems, ...rest }: Record<string, unknown>): JsonSchema {
  return {
    ...rest,
    prefixItems: items,
    ...(additionalItems !== undefined && { items: additionalItems }),
  };
}

function converted(value: unknown, dialect: Dialect): unknown {
  if (Array.isArray(value)) return value.map((item) => converted(item, dialect));
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, converted(item, dialect)]),
  );
  const isTuple = dialect === '2020-12' && Array.isArray(fields.items);
  return isTuple ? tupleOf(fields) : fields;
}

/** The schema as plain JSON in a dialect; what only the checker needs is left out. */
export function jsonSchemaOf(schema: TSchema, dialect: Dialect): JsonSchema {
  return converted(schema, dialect) as JsonSchema;
}
