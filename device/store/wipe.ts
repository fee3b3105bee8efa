import { lstat, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readIfThere, writeDurably } from './durable-file.ts';

/** Written before the first file goes: a power cut in between does not leave half a unit. */
const mark = 'wiping';

/**
 * What outlives a wipe: how often the panel was refreshed, the last trusted time, and the program.
 * None of it says who this unit was.
 */
const staying = new Set([mark, 'panel-refreshes', 'clock', 'update']);

/** Decided: from now on every start wipes first. */
export async function markForWiping(dataDir: string): Promise<void> {
  await writeDurably(join(dataDir, mark), '');
}

/** Zeros over what stood there: an undelete of the card finds no key. Flash may keep a copy. */
async function overwrite(path: string): Promise<void> {
  const { size } = await lstat(path);
  const file = await open(path, 'r+');
  try {
    await file.write(Buffer.alloc(size), 0, size, 0);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function overwriteAll(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await overwriteAll(path);
    else if (entry.isFile()) await overwrite(path);
  }
}

/**
 * Takes away keys, grant, PIN, store, quarantined stores, log and last frame, if that was decided.
 * May be begun any number of times; the decision itself goes last.
 */
export async function wipeIfMarked(dataDir: string): Promise<boolean> {
  if ((await readIfThere(join(dataDir, mark))) === null) return false;
  const entries = await readdir(dataDir, { withFileTypes: true });
  // Keys first: without them nothing else is worth anything.
  const going = entries
    .filter(({ name }) => !staying.has(name))
    .toSorted((a, b) => Number(b.name === 'secrets') - Number(a.name === 'secrets'));
  for (const entry of going) {
    const path = join(dataDir, entry.name);
    if (entry.isDirectory()) await overwriteAll(path);
    else if (entry.isFile()) await overwrite(path);
    await rm(path, { recursive: true, force: true });
  }
  await rm(join(dataDir, mark), { force: true });
  return true;
}
