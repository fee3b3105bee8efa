/** A file that is being written. */
export interface DiskFile {
  write(bytes: Uint8Array): Promise<void>;
  /** Resolves once everything written is on the medium. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

export interface DiskEntry {
  readonly name: string;
  /** `other`: a link, a pipe, whatever no release holds. */
  readonly kind: 'file' | 'folder' | 'other';
}

/**
 * The disk as updates use it, and nothing beside it: so that a test can be a disk that loses its
 * power between any two of these steps. What is not synced may be gone afterwards, a name as well
 * as a content.
 */
export interface UpdateDisk {
  /** The first `bytesMax` bytes of a file; null: there is none. */
  read(path: string, bytesMax: number): Promise<Buffer | null>;
  /** The bytes of a file from `from` on, piece by piece. */
  pieces(path: string, from: number): AsyncIterable<Buffer>;
  /** Bytes; null: there is no such file. */
  size(path: string): Promise<number | null>;
  /** What is in a folder, in no order; empty when there is none. */
  entries(folder: string): Promise<readonly DiskEntry[]>;
  /** Opens for writing behind the first `keepBytes` bytes; what was behind them is gone. */
  open(path: string, keepBytes: number): Promise<DiskFile>;
  /** With every folder above it; resolves once the names of those that are new are synced. */
  makeFolder(folder: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** A file, or a folder with all that is in it; nothing when it is not there. */
  remove(path: string): Promise<void>;
  /** Resolves once the names in a folder are on the medium. */
  syncFolder(folder: string): Promise<void>;
  /** Null: the system does not say. */
  freeBytes(folder: string): Promise<number | null>;
}

/** The folder of a path, and its name within. Paths here have `/` on every system. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/**
 * The new content or the old one, never half of either: written beside, synced, renamed, the
 * folder synced.
 */
export async function keepDurably(
  disk: UpdateDisk,
  path: string,
  content: string | Uint8Array,
): Promise<void> {
  await disk.makeFolder(folderOf(path));
  const beside = `${path}.part`;
  // A power cut within a rename may leave both names to one file: that one is not written over.
  await disk.remove(beside);
  const file = await disk.open(beside, 0);
  try {
    await file.write(Buffer.from(content as Uint8Array));
    await file.sync();
  } finally {
    await file.close();
  }
  await disk.rename(beside, path);
  await disk.syncFolder(folderOf(path));
}
