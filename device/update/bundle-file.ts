import { createHash, type KeyObject } from 'node:crypto';
import {
  type BundleHeader,
  headerBytesMax,
  readHeader,
} from '../../protocols/update/bundle-header.ts';
import {
  checkSignatures,
  type SignedRelease,
  type TrustProblem,
} from '../../protocols/update/trust.ts';
import type { UpdateDisk } from './disk.ts';

/** A bundle that lies on a disk, its header read and both signatures checked. */
export interface SignedBundle {
  readonly path: string;
  readonly release: SignedRelease;
  readonly header: BundleHeader;
  /** Where the payload begins. */
  readonly headerBytes: number;
}

export type BundleProblem = TrustProblem | 'short' | 'malformed' | 'damaged';

/** Bytes of the whole file. */
export function bundleBytesOf({ release, headerBytes }: Omit<SignedBundle, 'path'>): number {
  return headerBytes + release.manifest.payload.bytes;
}

/** Reads the header of a bundle, or what came of it so far. */
export function openHeader(
  bytes: Uint8Array,
  releaseKey: KeyObject,
): Omit<SignedBundle, 'path'> | BundleProblem {
  const reading = readHeader(bytes);
  if (!reading.ok) return reading.problem;
  const { header, headerBytes } = reading;
  const release = checkSignatures(header, releaseKey);
  return typeof release === 'string' ? release : { release, header, headerBytes };
}

/** The bundle in a file; its payload is not looked at. */
export async function openBundle(
  disk: UpdateDisk,
  path: string,
  releaseKey: KeyObject,
): Promise<SignedBundle | BundleProblem> {
  const bytes = await disk.read(path, headerBytesMax);
  if (bytes === null) return 'short';
  const opened = openHeader(bytes, releaseKey);
  return typeof opened === 'string' ? opened : { path, ...opened };
}

/** Whether every byte behind the header is the one that was signed, as the disk gives it back. */
export async function isWhole(disk: UpdateDisk, bundle: SignedBundle): Promise<boolean> {
  const { path, headerBytes, release } = bundle;
  const { payload } = release.manifest;
  if ((await disk.size(path)) !== headerBytes + payload.bytes) return false;
  const digest = createHash('sha256');
  for await (const piece of disk.pieces(path, headerBytes)) digest.update(piece);
  return digest.digest('hex') === payload.sha256;
}
