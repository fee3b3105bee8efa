import { createHash } from 'node:crypto';

const keyIdHexDigits = 16;

/** Name of a receipt or checkpoint key: the beginning of SHA-256 over its 32 raw bytes, in hex. */
export function keyIdOf(publicKey: Uint8Array): string {
  return createHash('sha256').update(publicKey).digest('hex').slice(0, keyIdHexDigits);
}
