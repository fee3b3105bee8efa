import { randomBytes } from 'node:crypto';
import { rm, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { writeDurably } from './durable-file.ts';

/** Room for deletions and checkpoints that a full disk would refuse (reliability.md, fact 4). */
export const ballastBytes = 2 * 1024 * 1024;
/** Ballast is only taken from a disk that has this many times its size to spare. */
const spareFactor = 8;

/** A file whose only use is to be given up when the disk is full. */
export class Ballast {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** Puts the file there, if it is not and the disk has room. True when it is there. */
  async hold(): Promise<boolean> {
    const size = await stat(this.#path).then(
      (found) => found.size,
      () => 0,
    );
    if (size === ballastBytes) return true;
    const { bavail, bsize } = await statfs(dirname(this.#path));
    if (bavail * bsize < ballastBytes * spareFactor) return false;
    // Random, so that no file system stores it in less than its size.
    await writeDurably(this.#path, randomBytes(ballastBytes));
    return true;
  }

  async release(): Promise<void> {
    await rm(this.#path, { force: true });
  }
}
