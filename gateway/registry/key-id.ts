import { createHash } from 'node:crypto';

const keyIdChars = 16;

/** Names a key everywhere: first 16 hexadecimal digits of SHA-256 of its 32 raw bytes. */
export function keyIdOf(publicKey: Uint8Array): string {
  return createHash('sha256').update(publicKey).digest('hex').slice(0, keyIdChars);
}
