import { createHash } from 'node:crypto';

/** Bytes of every hash of the tree and of the row chain: SHA-256. */
export const hashBytes = 32;
/** Random bytes before each payload, so that a leaf says nothing of what can be guessed. */
export const saltBytes = 16;

const leafPrefix = Uint8Array.of(0x00);
const nodePrefix = Uint8Array.of(0x01);

function sha256(...parts: readonly Uint8Array[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/** H(0x00, salt, payload): RFC 6962, section 2.1, over a salted entry. credit.md, "Audit". */
export function leafHash(salt: Uint8Array, payload: Uint8Array): Buffer {
  return sha256(leafPrefix, salt, payload);
}

/** H(0x01, left, right): RFC 6962, section 2.1. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  return sha256(nodePrefix, left, right);
}

/** The root of a tree without leaves: H(). */
export const emptyRoot: Buffer = sha256();
