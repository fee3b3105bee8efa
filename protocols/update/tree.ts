import { createHash } from 'node:crypto';
import { releaseLimits } from './limits.ts';

/** One file of a release. */
export interface TreeFile {
  /** Relative, with `/`, as `isTreePath` allows. */
  readonly path: string;
  readonly bytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

/** What a tree comes to. */
export interface TreeSum {
  readonly files: number;
  readonly bytes: number;
  readonly sha256: string;
}

const segment = /^[A-Za-z0-9@._+,-]+$/;

/** True for a path that stays below its folder on every system: no `..`, no root, no surprise. */
export function isTreePath(path: string): boolean {
  if (path.length > releaseLimits.pathCharsMax) return false;
  const segments = path.split('/');
  if (segments.length > releaseLimits.depthMax) return false;
  return segments.every((one) => segment.test(one) && one !== '.' && one !== '..');
}

function byPath(a: TreeFile, b: TreeFile): number {
  return Buffer.compare(Buffer.from(a.path), Buffer.from(b.path));
}

/** One sum over every file, whatever the order they come in: names, sizes and contents. */
export function sumOf(files: readonly TreeFile[]): TreeSum {
  const digest = createHash('sha256');
  for (const { path, bytes, sha256 } of [...files].sort(byPath)) {
    digest.update(`${sha256} ${bytes} ${path}\n`);
  }
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  return { files: files.length, bytes, sha256: digest.digest('hex') };
}

export function isSameTree(a: TreeSum, b: TreeSum): boolean {
  return a.files === b.files && a.bytes === b.bytes && a.sha256 === b.sha256;
}
