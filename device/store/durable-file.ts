import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Owner only: whatever a unit keeps may be secret. */
const ownerOnly = 0o600;
const ownerOnlyFolder = 0o700;

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function writeSynced(path: string, content: string | Uint8Array): Promise<void> {
  const file = await open(path, 'w', ownerOnly);
  try {
    await file.writeFile(content);
    await file.chmod(ownerOnly);
    await file.sync();
  } finally {
    await file.close();
  }
}

/**
 * Writes a file so that a power cut leaves the old one or the new one, never half of either:
 * written beside it, fsynced, renamed, the folder fsynced.
 */
export async function writeDurably(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: ownerOnlyFolder });
  const beside = `${path}.part`;
  try {
    await writeSynced(beside, content);
  } catch (error) {
    // Half a file on a full disk only takes more of it.
    await rm(beside, { force: true });
    throw error;
  }
  await rename(beside, path);
  await syncFolder(dirname(path));
}

/** The text of a file; null when there is none. */
export async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
