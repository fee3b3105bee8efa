import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress } from 'node:zlib';
import { encodeHeader } from '../../protocols/update/bundle-header.ts';
import { type TarEvent, TarReader } from '../../protocols/update/tar-reader.ts';
import type { SignedBundle } from './bundle-file.ts';
import { type DiskFile, folderOf, keepDurably, type UpdateDisk } from './disk.ts';
import { type SlotName, updatePaths } from './slots.ts';

/** Files of a tar, one after the other, below one folder. */
class TreeWriting {
  readonly #disk: UpdateDisk;
  readonly #root: string;
  readonly #folders = new Set<string>();
  #file: DiskFile | null = null;

  constructor(disk: UpdateDisk, root: string) {
    this.#disk = disk;
    this.#root = root;
  }

  async take(event: TarEvent): Promise<void> {
    if (event.kind === 'file') {
      const path = `${this.#root}/${event.path}`;
      await this.#makeFolders(folderOf(event.path));
      this.#file = await this.#disk.open(path, 0);
    } else if (event.kind === 'content') {
      await this.#file?.write(event.bytes);
    } else {
      await this.#file?.sync();
      await this.close();
    }
  }

  async close(): Promise<void> {
    const file = this.#file;
    this.#file = null;
    await file?.close();
  }

  /** Every name on the medium, from the deepest folder up. */
  async syncFolders(): Promise<void> {
    const folders = [...this.#folders].sort((a, b) => b.length - a.length);
    for (const folder of folders) await this.#disk.syncFolder(`${this.#root}/${folder}`);
    await this.#disk.syncFolder(this.#root);
  }

  async #makeFolders(folder: string): Promise<void> {
    if (folder === '' || this.#folders.has(folder)) return;
    await this.#makeFolders(folderOf(folder));
    await this.#disk.makeFolder(`${this.#root}/${folder}`);
    this.#folders.add(folder);
  }
}

/**
 * Unpacks a bundle, whose every byte was checked, into an empty slot, and puts its header there
 * last: a slot without a header is no release. Answers what was wrong with the tar; null: nothing.
 * The slot is to be checked as a whole afterwards, as the launcher will.
 */
export async function unpackBundle(
  disk: UpdateDisk,
  folder: string,
  slot: SlotName,
  { path, header, headerBytes, release }: SignedBundle,
): Promise<string | null> {
  const root = updatePaths.tree(folder, slot);
  await disk.remove(updatePaths.slot(folder, slot));
  await disk.makeFolder(root);
  await disk.syncFolder(updatePaths.slots(folder));
  const reader = new TarReader(release.manifest.tree.bytes);
  const tree = new TreeWriting(disk, root);
  try {
    await pipeline(
      Readable.from(disk.pieces(path, headerBytes)),
      createBrotliDecompress(),
      async (unpacked: AsyncIterable<Buffer>) => {
        for await (const chunk of unpacked) {
          for (const event of reader.push(chunk)) await tree.take(event);
          if (reader.problem !== null) return;
        }
      },
    );
  } finally {
    await tree.close();
  }
  const problem = reader.end();
  if (problem !== null) return problem;
  await tree.syncFolders();
  await disk.syncFolder(updatePaths.slot(folder, slot));
  await keepDurably(disk, updatePaths.header(folder, slot), encodeHeader(header));
  return null;
}
