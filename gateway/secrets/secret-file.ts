import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { CodedError } from '../../protocols/errors.ts';

/** Rights of others on a file. */
const othersMask = 0o077;
export const secretMode = 0o600;
export const publicMode = 0o644;

function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  fsyncSync(handle);
  closeSync(handle);
}

/** Written aside, fsynced, renamed: after a power cut the old content or the new, never a part. */
export function writeWhole(path: string, content: string | Uint8Array, mode: number): void {
  const aside = `${path}.new`;
  const handle = openSync(aside, 'w', mode);
  try {
    writeSync(handle, Buffer.from(content as Uint8Array));
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(aside, path);
  syncFolder(dirname(path));
}

/** The content of a secret; null when it was never made. Refuses what others can read. */
export function readSecret(path: string): Buffer | null {
  if (!existsSync(path)) return null;
  if ((statSync(path).mode & othersMask) !== 0) {
    throw new CodedError('bad-config', `${path} can be read by others: chmod 600 ${path}`);
  }
  return readFileSync(path);
}

/** The secret at `path`, made at the first start. */
export function secretFile(path: string, make: () => Uint8Array): Buffer {
  const kept = readSecret(path);
  if (kept !== null) return kept;
  const made = Buffer.from(make());
  writeWhole(path, made, secretMode);
  return made;
}
