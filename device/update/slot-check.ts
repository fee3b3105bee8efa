import { createHash } from 'node:crypto';
import { publicKeyFromRaw } from '../../protocols/signed/ed25519.ts';
import { headerBytesMax, readHeader } from '../../protocols/update/bundle-header.ts';
import { releaseLimits } from '../../protocols/update/limits.ts';
import { isSameTree, isTreePath, sumOf, type TreeFile } from '../../protocols/update/tree.ts';
import { checkSignatures, type SignedRelease } from '../../protocols/update/trust.ts';
import type { UpdateDisk } from './disk.ts';
import { type SlotName, updatePaths } from './slots.ts';

/** Why a slot is not started. */
export type SlotProblem = 'empty' | 'unsigned' | 'damaged';

async function fileSum(disk: UpdateDisk, path: string): Promise<{ bytes: number; sha256: string }> {
  const digest = createHash('sha256');
  let bytes = 0;
  for await (const piece of disk.pieces(path, 0)) {
    digest.update(piece);
    bytes += piece.length;
  }
  return { bytes, sha256: digest.digest('hex') };
}

/**
 * Every file below a folder, by its content; null when something is there that no release holds,
 * or more than one may hold.
 */
export async function filesBelow(disk: UpdateDisk, folder: string): Promise<TreeFile[] | null> {
  const files: TreeFile[] = [];
  const folders = [''];
  for (let prefix = folders.pop(); prefix !== undefined; prefix = folders.pop()) {
    for (const { name, kind } of await disk.entries(`${folder}/${prefix}`)) {
      const path = `${prefix}${name}`;
      if (kind === 'other' || !isTreePath(path)) return null;
      if (kind === 'folder') folders.push(`${path}/`);
      else files.push({ path, ...(await fileSum(disk, `${folder}/${path}`)) });
      if (files.length > releaseLimits.filesMax) return null;
    }
  }
  return files;
}

/**
 * The release in a slot: signed by both keys, and every byte of it the one that was signed. This
 * is asked before anything of the slot is run, at every boot.
 * @param releaseKey base64url of the pinned release key
 */
export async function checkSlot(
  disk: UpdateDisk,
  folder: string,
  slot: SlotName,
  releaseKey: string,
): Promise<SignedRelease | SlotProblem> {
  const bytes = await disk.read(updatePaths.header(folder, slot), headerBytesMax);
  if (bytes === null) return 'empty';
  const key = publicKeyFromRaw(Buffer.from(releaseKey, 'base64url'));
  const reading = readHeader(bytes);
  if (key === null || !reading.ok || reading.headerBytes !== bytes.length) return 'unsigned';
  const signed = checkSignatures(reading.header, key);
  if (typeof signed === 'string') return 'unsigned';
  const files = await filesBelow(disk, updatePaths.tree(folder, slot));
  return files !== null && isSameTree(sumOf(files), signed.manifest.tree) ? signed : 'damaged';
}
