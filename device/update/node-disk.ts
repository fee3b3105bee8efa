import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rename, rm, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { DiskFile, UpdateDisk } from './disk.ts';

const pieceBytes = 64 * 1024;
const ownerOnly = 0o600;
const ownerOnlyFolder = 0o700;

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}

async function openIfThere(path: string): Promise<FileHandle | null> {
  try {
    // A link is not followed: what is read is what stands in this folder.
    return await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

async function openToWrite(path: string, keepBytes: number): Promise<DiskFile> {
  const flags = constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW;
  const file = await open(path, flags, ownerOnly);
  await file.truncate(keepBytes);
  let at = keepBytes;
  return {
    write: async (bytes) => {
      for (let done = 0; done < bytes.length; ) {
        const { bytesWritten } = await file.write(bytes, done, bytes.length - done, at);
        done += bytesWritten;
        at += bytesWritten;
      }
    },
    sync: () => file.sync(),
    close: () => file.close(),
  };
}

async function* piecesOf(path: string, from: number): AsyncGenerator<Buffer> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    for (let at = from; ; ) {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(pieceBytes), 0, pieceBytes, at);
      if (bytesRead === 0) return;
      at += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

async function readStart(path: string, bytesMax: number): Promise<Buffer | null> {
  const file = await openIfThere(path);
  if (file === null) return null;
  try {
    const buffer = Buffer.alloc(Math.min(bytesMax, (await file.stat()).size));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

async function syncNames(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The disk of this machine. */
export const nodeDisk: UpdateDisk = {
  read: readStart,
  pieces: piecesOf,
  size: async (path) => {
    try {
      return (await stat(path)).size;
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  },
  entries: async (folder) => {
    try {
      const found = await readdir(folder, { withFileTypes: true });
      return found.map((entry) => ({
        name: entry.name,
        kind: entry.isFile() ? 'file' : entry.isDirectory() ? 'folder' : 'other',
      }));
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
  },
  open: openToWrite,
  makeFolder: async (folder) => {
    const first = await mkdir(folder, { recursive: true, mode: ownerOnlyFolder });
    if (first === undefined) return;
    for (let made = folder; made.length >= first.length; made = dirname(made)) {
      await syncNames(dirname(made));
    }
  },
  rename,
  remove: (path) => rm(path, { recursive: true, force: true }),
  syncFolder: syncNames,
  freeBytes: async (folder) => {
    try {
      const { bavail, bsize } = await statfs(folder);
      return bavail * bsize;
    } catch {
      return null;
    }
  },
};
