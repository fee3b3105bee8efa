import type { KeyObject } from 'node:crypto';
import { headerBytesMax } from '../../protocols/update/bundle-header.ts';
import type { SignedRelease } from '../../protocols/update/trust.ts';
import { bundleBytesOf, openHeader, type SignedBundle } from './bundle-file.ts';
import type { DiskFile, UpdateDisk } from './disk.ts';
import { updateLimits } from './limits.ts';
import { updatePaths } from './slots.ts';

/** Where the bytes of a bundle come from: the gateway, or a file in a depot's folder. */
export interface BundleSource {
  /** The bundle from a byte on. Throws an Error that says why it stopped before its end. */
  pieces(from: number, signal: AbortSignal): AsyncIterable<Uint8Array>;
}

export interface DownloadTask {
  readonly disk: UpdateDisk;
  /** The update folder. */
  readonly folder: string;
  /** What was asked for. */
  readonly releaseId: string;
  readonly source: BundleSource;
  readonly releaseKey: KeyObject;
  readonly signal: AbortSignal;
  /** Looks a release over as soon as its header is here; a reason ends the download. */
  readonly objection: (release: SignedRelease) => Promise<string | null>;
  readonly onProgress: (receivedBytes: number) => void;
}

export type DownloadEnd =
  | { readonly kind: 'complete' }
  /** Not this bundle, whatever comes of it: what was written is gone. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** To be gone on with from where it is. */
  | { readonly kind: 'interrupted'; readonly reason: string };

/**
 * How much of a file was surely on the medium when it was left: everything up to the last sync
 * but one. A power cut may leave a file its length and not its content.
 */
export function resumePoint(bytes: number): number {
  return Math.max(0, Math.ceil(bytes / updateLimits.syncBytes) - 1) * updateLimits.syncBytes;
}

/** Takes pieces as they come, syncs at every step, and looks at the header once it is whole. */
class Writing {
  readonly #task: DownloadTask;
  readonly #file: DiskFile;
  #at: number;
  #head: Buffer;
  #opened: Omit<SignedBundle, 'path'> | null = null;

  constructor(task: DownloadTask, file: DiskFile, at: number, head: Buffer) {
    this.#task = task;
    this.#file = file;
    this.#at = at;
    this.#head = head;
  }

  get isComplete(): boolean {
    return this.#opened !== null && this.#at === bundleBytesOf(this.#opened);
  }

  /** Null: go on; else why this bundle is refused. */
  async take(piece: Uint8Array): Promise<string | null> {
    const { syncBytes } = updateLimits;
    for (let done = 0; done < piece.length; ) {
      const toStep = syncBytes - (this.#at % syncBytes);
      const part = piece.subarray(done, done + toStep);
      await this.#file.write(part);
      this.#at += part.length;
      done += part.length;
      if (this.#at % syncBytes === 0) {
        await this.#file.sync();
        this.#task.onProgress(this.#at);
      }
    }
    return await this.look(piece);
  }

  async look(piece: Uint8Array): Promise<string | null> {
    if (this.#opened === null) {
      this.#head = Buffer.concat([this.#head, piece]).subarray(0, headerBytesMax);
      const opened = openHeader(this.#head, this.#task.releaseKey);
      if (opened === 'short') return this.#head.length >= headerBytesMax ? 'malformed' : null;
      if (typeof opened === 'string') return opened;
      if (opened.release.id !== this.#task.releaseId) return 'another-release';
      const objection = await this.#task.objection(opened.release);
      if (objection !== null) return objection;
      this.#opened = opened;
    }
    return this.#at > bundleBytesOf(this.#opened) ? 'too-long' : null;
  }
}

async function fill(task: DownloadTask, file: DiskFile, from: number, head: Buffer) {
  const writing = new Writing(task, file, from, head);
  const early = await writing.look(Buffer.alloc(0));
  if (early !== null) return early;
  for await (const piece of task.source.pieces(from, task.signal)) {
    const refused = await writing.take(piece);
    if (refused !== null) return refused;
  }
  await file.sync();
  return writing.isComplete ? null : 'cut-short';
}

/**
 * Brings a bundle to the disk, going on where an earlier attempt was left. Complete means: as
 * long as its signed header says, and synced; whether it is whole is asked of the disk afterwards.
 * Rejects when the disk fails.
 */
export async function download(task: DownloadTask): Promise<DownloadEnd> {
  const { disk, folder, releaseId } = task;
  const path = updatePaths.download(folder, releaseId);
  await disk.makeFolder(updatePaths.downloads(folder));
  const from = resumePoint((await disk.size(path)) ?? 0);
  const head = (await disk.read(path, Math.min(from, headerBytesMax))) ?? Buffer.alloc(0);
  const file = await disk.open(path, from);
  let ended: string | null;
  try {
    ended = await fill(task, file, from, head);
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    return { kind: 'interrupted', reason: error.message };
  } finally {
    await file.close();
  }
  if (ended === 'cut-short') return { kind: 'interrupted', reason: ended };
  if (ended === null) {
    await disk.syncFolder(updatePaths.downloads(folder));
    return { kind: 'complete' };
  }
  await disk.remove(path);
  return { kind: 'refused', reason: ended };
}

/** The bytes stopped coming: not the disk's fault, and worth another try. */
export class SourceError extends Error {
  override readonly name = 'SourceError';
}
