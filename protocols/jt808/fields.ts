import { decodeGbk, encodeGbk } from './gbk.ts';

/**
 * One row of a wire layout. Numbers are unsigned and big-endian, `bcd` is shown as its hex digits,
 * `id` as '0x0200', `text` is GBK padded with zero bytes, `bit` is read out of an earlier number
 * and takes no bytes of its own.
 */
export type Row =
  | { readonly kind: 'uint'; readonly name: string; readonly bytes: 1 | 2 | 4 }
  | { readonly kind: 'id'; readonly name: string }
  | { readonly kind: 'bcd'; readonly name: string; readonly bytes: number }
  | { readonly kind: 'text'; readonly name: string; readonly bytes: number }
  | { readonly kind: 'counted-text'; readonly name: string }
  | {
      readonly kind: 'rest-text';
      readonly name: string;
      readonly bytesMin: number;
      readonly bytesMax: number;
    }
  | { readonly kind: 'bit'; readonly name: string; readonly of: string; readonly bit: number };

type ValueOf<R extends Row> = R extends { kind: 'uint' }
  ? number
  : R extends { kind: 'bit' }
    ? boolean
    : string;

/** The object a layout is read into. */
export type FieldsOf<Rows extends readonly Row[]> = {
  readonly [R in Rows[number] as R['name']]: ValueOf<R>;
};

/** The object a layout is written from: as read, without the bits, which live in their number. */
export type WrittenFieldsOf<Rows extends readonly Row[]> = FieldsOf<
  readonly Exclude<Rows[number], { kind: 'bit' }>[]
>;

type Value = number | string | boolean;

export const u8 = <N extends string>(name: N) => ({ kind: 'uint', name, bytes: 1 }) as const;
export const u16 = <N extends string>(name: N) => ({ kind: 'uint', name, bytes: 2 }) as const;
export const u32 = <N extends string>(name: N) => ({ kind: 'uint', name, bytes: 4 }) as const;
export const id = <N extends string>(name: N) => ({ kind: 'id', name }) as const;
export const bcd = <N extends string>(name: N, bytes: number) =>
  ({ kind: 'bcd', name, bytes }) as const;
export const text = <N extends string>(name: N, bytes: number) =>
  ({ kind: 'text', name, bytes }) as const;
/** A length byte, then the text. */
export const countedText = <N extends string>(name: N) => ({ kind: 'counted-text', name }) as const;
/** Text to the end of the body, of any length when read; the bounds are for writing it. */
export const restText = <N extends string>(name: N, bytesMin = 0, bytesMax = 255) =>
  ({ kind: 'rest-text', name, bytesMin, bytesMax }) as const;
export const bit = <N extends string>(name: N, of: string, index: number) =>
  ({ kind: 'bit', name, of, bit: index }) as const;

/** '0x0200' for 0x200. */
export function idText(value: number): string {
  return `0x${value.toString(16).padStart(4, '0')}`;
}

/** Lower-case hex digits of bytes. */
export function hexText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}

/**
 * Text of a zero-padded field. Padding stands behind or, from some makers, in front; what follows
 * the zero byte that ends a string is not part of it.
 */
function readText(bytes: Uint8Array): string {
  return decodeGbk(bytes).replace(/^\0+/, '').replace(/\0.*$/s, '');
}

function readUint(bytes: Uint8Array): number {
  return bytes.reduce((value, byte) => value * 256 + byte, 0);
}

/** Bytes a row takes at `offset`, or more than are there when it does not fit. */
function rowBytes(row: Row, bytes: Uint8Array, offset: number): number {
  if (row.kind === 'bit') return 0;
  if (row.kind === 'id') return 2;
  if (row.kind === 'counted-text') return 1 + (bytes[offset] ?? 0);
  if (row.kind === 'rest-text') return Math.max(0, bytes.length - offset);
  return row.bytes;
}

function readRow(row: Row, field: Uint8Array, before: Readonly<Record<string, Value>>): Value {
  switch (row.kind) {
    case 'uint':
      return readUint(field);
    case 'id':
      return idText(readUint(field));
    case 'bcd':
      return hexText(field);
    case 'text':
      // JT/T 808-2011 pads the terminal model with spaces.
      return readText(field).trimEnd();
    case 'counted-text':
      return readText(field.subarray(1));
    case 'rest-text':
      return readText(field);
    case 'bit':
      return Math.floor(Number(before[row.of]) / 2 ** row.bit) % 2 === 1;
  }
}

/**
 * Reads a layout from the start of `bytes`. Gives the values and how many bytes they took, or null
 * when the bytes end too early.
 */
export function readFields<Rows extends readonly Row[]>(
  rows: Rows,
  bytes: Uint8Array,
): { readonly fields: FieldsOf<Rows>; readonly usedBytes: number } | null {
  const fields: Record<string, Value> = {};
  let offset = 0;
  for (const row of rows) {
    const end = offset + rowBytes(row, bytes, offset);
    if (end > bytes.length) return null;
    fields[row.name] = readRow(row, bytes.subarray(offset, end), fields);
    offset = end;
  }
  return { fields: fields as FieldsOf<Rows>, usedBytes: offset };
}

function writeUint(name: string, value: number, bytes: number): Uint8Array {
  if (!Number.isInteger(value) || value < 0 || value >= 256 ** bytes) {
    throw new RangeError(`${name}: ${value} does not fit into ${bytes} bytes`);
  }
  return Buffer.from(value.toString(16).padStart(bytes * 2, '0'), 'hex');
}

function writeBcd(name: string, digits: string, bytes: number): Uint8Array {
  const padded = digits.padStart(bytes * 2, '0');
  if (padded.length !== bytes * 2 || !/^[0-9a-f]*$/.test(padded)) {
    throw new RangeError(`${name}: '${digits}' is not ${bytes * 2} digits`);
  }
  return Buffer.from(padded, 'hex');
}

function writePadded(name: string, value: string, bytesMin: number, bytesMax: number): Uint8Array {
  const encoded = encodeGbk(value);
  if (encoded.length > bytesMax) {
    throw new RangeError(`${name}: '${value}' is longer than ${bytesMax} bytes`);
  }
  const padded = new Uint8Array(Math.max(bytesMin, encoded.length));
  padded.set(encoded);
  return padded;
}

function writeRow(row: Exclude<Row, { kind: 'bit' }>, value: Value): Uint8Array {
  switch (row.kind) {
    case 'uint':
      return writeUint(row.name, Number(value), row.bytes);
    case 'id':
      return writeUint(row.name, Number(value), 2);
    case 'bcd':
      return writeBcd(row.name, String(value), row.bytes);
    case 'text':
      return writePadded(row.name, String(value), row.bytes, row.bytes);
    case 'counted-text': {
      const encoded = writePadded(row.name, String(value), 0, 255);
      return Buffer.concat([Uint8Array.of(encoded.length), encoded]);
    }
    case 'rest-text':
      return writePadded(row.name, String(value), row.bytesMin, row.bytesMax);
  }
}

/**
 * Writes a layout. The values are our own, so one that does not fit its field is a defect:
 * RangeError.
 */
export function writeFields<Rows extends readonly Row[]>(
  rows: Rows,
  fields: WrittenFieldsOf<Rows>,
): Uint8Array {
  const values = fields as Readonly<Record<string, Value>>;
  const parts = rows.flatMap((row) => {
    if (row.kind === 'bit') return [];
    const value = values[row.name];
    if (value === undefined) throw new RangeError(`${row.name} is missing`);
    return [writeRow(row, value)];
  });
  return Buffer.concat(parts);
}
