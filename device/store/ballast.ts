import { randomBytes } from 'node:crypto';
import { rm, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { writeDurably } from './durable-file.ts';

export interface BallastSize {
  readonly bytes: number;
  /** It is only taken from a disk that has this many times its size to spare. */
  readonly spareFactor: number;
}

/** Room for deletions and checkpoints that a full disk would refuse (reliability.md, fact 4). */
export const workingBallast: BallastSize = { bytes: 2 * 1024 * 1024, spareFactor: 8 };

/**
 * Room to open the store on a full disk: SQLite takes its log away at every close. Small enough
 * for the log just gone to leave room for it.
 */
export const openingBallast: BallastSize = { bytes: 384 * 1024, spareFactor: 1 };

/** Room for this many times the working ballast, and the store may grow without it. */
const growthFactor = 2;

async function freeBytes(path: string): Promise<number> {
  const { bavail, bsize } = await statfs(dirname(path));
  return bavail * bsize;
}

/** A file whose only use is to be given up when the disk is full. */
export class Ballast {
  readonly #path: string;
  readonly #size: BallastSize;

  constructor(path: string, size: BallastSize) {
    this.#path = path;
    this.#size = size;
  }

  /** Puts the file there, if it is not and the disk has room. True when it is there. */
  async hold(): Promise<boolean> {
    const { bytes, spareFactor } = this.#size;
    const found = await stat(this.#path).then(
      ({ size }) => size,
      () => 0,
    );
    if (found === bytes) return true;
    if ((await freeBytes(this.#path)) < bytes * spareFactor) return false;
    // Random, so that no file system stores it in less than its size.
    await writeDurably(this.#path, randomBytes(bytes));
    return true;
  }

  /** True when the disk bears that the store grows. */
  async isRoomy(): Promise<boolean> {
    return (await freeBytes(this.#path)) >= this.#size.bytes * growthFactor;
  }

  /** True when there was something to give up. */
  async release(): Promise<boolean> {
    const wasThere = await rm(this.#path).then(
      () => true,
      () => false,
    );
    return wasThere;
  }
}
