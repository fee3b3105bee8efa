import { signatureBytes } from '../signed/ed25519.ts';
import { releaseLimits } from './limits.ts';

/**
 * A bundle (`.xup`) is one file: four ASCII characters, the sections of this table, each behind
 * its length as four bytes, big-endian, and the payload: a brotli-compressed tar, to the end of
 * the file. A section that was not filled yet is empty: a bundle comes from the build without
 * signatures, from the offline key with the first, from the gateway with all.
 */
const magic = Buffer.from('XUP1', 'ascii');
const lengthBytes = 4;

const sectionTable = [
  { name: 'manifest', bytesMax: releaseLimits.manifestBytesMax },
  { name: 'releaseSignature', bytesMax: signatureBytes },
  { name: 'statement', bytesMax: releaseLimits.statementBytesMax },
  { name: 'statementSignature', bytesMax: signatureBytes },
  { name: 'deploySignature', bytesMax: signatureBytes },
] as const;

/** What stands before the payload, as bytes: nothing of it is trusted yet. */
export type BundleHeader = Readonly<Record<(typeof sectionTable)[number]['name'], Uint8Array>>;

/** Longest header there can be. */
export const headerBytesMax =
  magic.length + sectionTable.reduce((sum, { bytesMax }) => sum + lengthBytes + bytesMax, 0);

export function encodeHeader(header: BundleHeader): Buffer {
  const parts: Uint8Array[] = [magic];
  for (const { name } of sectionTable) {
    const length = Buffer.alloc(lengthBytes);
    length.writeUInt32BE(header[name].length);
    parts.push(length, header[name]);
  }
  return Buffer.concat(parts);
}

export type HeaderReading =
  /** `headerBytes`: where the payload begins. */
  | { readonly ok: true; readonly header: BundleHeader; readonly headerBytes: number }
  /** `short`: true so far, more bytes are needed. */
  | { readonly ok: false; readonly problem: 'short' | 'malformed' };

/** Reads the header at the beginning of a bundle. Never throws. */
export function readHeader(bytes: Uint8Array): HeaderReading {
  const given = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const known = Math.min(given.length, magic.length);
  if (!given.subarray(0, known).equals(magic.subarray(0, known))) return malformed;
  let at = magic.length;
  const header: Record<string, Uint8Array> = {};
  for (const { name, bytesMax } of sectionTable) {
    if (given.length < at + lengthBytes) return short;
    const length = given.readUInt32BE(at);
    if (length > bytesMax) return malformed;
    at += lengthBytes;
    if (given.length < at + length) return short;
    header[name] = given.subarray(at, at + length);
    at += length;
  }
  return { ok: true, header: header as BundleHeader, headerBytes: at };
}

const malformed: HeaderReading = { ok: false, problem: 'malformed' };
const short: HeaderReading = { ok: false, problem: 'short' };
