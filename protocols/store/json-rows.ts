/** How a field of a row reads in SQL. */
const readings = {
  whole: (place: string) => `CAST(${place} AS BIGINT)`,
  part: (place: string) => `CAST(${place} AS DOUBLE PRECISION)`,
  text: (place: string) => place,
  /** Hexadecimal digits. */
  bytes: (place: string) => `unhex(${place})`,
} as const;

export type FieldType = keyof typeof readings;

/**
 * Many rows travel as one JSON text, an array of arrays, and one statement: this is its SELECT list,
 * in types that both databases know. To be read `FROM json_each(?)`.
 * @param row name that `json_each(?)` has in the statement, if any
 */
export function jsonFields(types: readonly FieldType[], row = ''): string {
  const value = row === '' ? 'value' : `${row}.value`;
  return types.map((type, index) => readings[type](`${value} ->> ${index}`)).join(', ');
}

/** One field of such a row. */
export function jsonField(type: FieldType, index: number, row = ''): string {
  return readings[type](`${row === '' ? 'value' : `${row}.value`} ->> ${index}`);
}
