import { decode } from 'cbor-x';

/** A value out of CBOR as the contract shows it: byte strings are base64url text. */
function viewOf(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64url');
  if (Array.isArray(value)) return value.map(viewOf);
  return typeof value === 'bigint' ? Number(value) : value;
}

/** The JSON view of CBOR bytes. */
export function cborView(bytes: Uint8Array): unknown {
  return viewOf(decode(bytes));
}
