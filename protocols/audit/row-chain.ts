import { createHash } from 'node:crypto';
import { domainBytes, domains } from '../signed/domain.ts';
import { hashBytes } from './merkle-hash.ts';

/** What stands before the first row. */
export const firstRowHash: Buffer = Buffer.alloc(hashBytes);

/** Eight bytes, big-endian. */
export function uint64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}

/**
 * The hash of a row: over its domain, the row before it, its number (from 0) and its leaf. A row
 * whose payload was erased keeps its leaf, and so its place in the chain. credit.md, "Audit".
 */
export function rowHash(previous: Uint8Array, number: number, leaf: Uint8Array): Buffer {
  const message = domainBytes(domains.auditRow, previous, uint64(number), leaf);
  return createHash('sha256').update(message).digest();
}
