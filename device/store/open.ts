import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import sqlite3 from 'sqlite3';
import { CodedError } from '../../protocols/errors.ts';
import { migrate } from '../../protocols/store/migrate.ts';
import { openSqliteStore } from '../../protocols/store/sqlite-store.ts';
import type { Store } from '../../protocols/store/store.ts';
import { checkSound } from './check-sound.ts';
import { codeOf, damaged, isOfTheFile } from './damage.ts';
import { readIfThere, writeDurably } from './durable-file.ts';
import { migrations } from './migrations/index.ts';
import type { Marks } from './watermark.ts';

/** Damaged stores kept for the workshop; the oldest goes first. */
export const quarantinedMax = 3;

/** Pages in the log before they go into the file: what a checkpoint may need is in the ballast. */
const logPagesMax = 256;

export interface OpenedStore {
  readonly store: Store;
  /** Where a damaged store was put aside; null when the store was sound. */
  readonly quarantined: string | null;
}

function openDriver(path: string): Promise<sqlite3.Database> {
  return new Promise((resolve, reject) => {
    const driver = new sqlite3.Database(path, (error) => (error ? reject(error) : resolve(driver)));
  });
}

function closeDriver(driver: sqlite3.Database): Promise<void> {
  return new Promise((resolve) => {
    driver.close(() => resolve());
  });
}

async function openSound(path: string, marks: Marks | null): Promise<Store> {
  const driver = await openDriver(path);
  try {
    const store = await openSqliteStore(driver);
    await store.all(`PRAGMA wal_autocheckpoint = ${logPagesMax}`);
    const row = await store.get<{ quick_check: string }>('PRAGMA quick_check(1)');
    if (row?.quick_check !== 'ok') throw damaged(`quick_check: ${row?.quick_check}`);
    // A release that was taken back may have brought it forward: it is still this unit's store.
    await migrate(store, migrations, 'use');
    await checkSound(store, marks);
    return store;
  } catch (error) {
    await closeDriver(driver);
    if (codeOf(error) === 'SQLITE_BUSY') {
      throw new CodedError('store-in-use', `${path} is open in another process`);
    }
    throw error;
  }
}

async function quarantine(path: string, nowMs: number): Promise<string> {
  const folder = join(dirname(path), 'quarantine');
  await mkdir(folder, { recursive: true });
  const name = `${nowMs}-${basename(path)}`;
  for (const suffix of ['', '-wal', '-shm']) {
    await rename(`${path}${suffix}`, join(folder, `${name}${suffix}`)).catch(() => undefined);
  }
  const kept = (await readdir(folder)).filter((file) => file.endsWith(basename(path))).sort();
  for (const old of kept.slice(0, Math.max(0, kept.length - quarantinedMax))) {
    for (const suffix of ['', '-wal', '-shm']) {
      await rm(join(folder, `${old}${suffix}`), { force: true });
    }
  }
  return join(folder, name);
}

/** Left beside a store that failed while in use: its own check may find nothing. */
function suspectMark(path: string): string {
  return `${path}.suspect`;
}

/** The store broke while in use: it is put aside at the next opening, whatever its check says. */
export async function markSuspect(path: string): Promise<void> {
  await writeDurably(suspectMark(path), '');
}

/**
 * Opens the unit's store. One that is damaged, has lost its end, or belongs to a later program is
 * put aside and a new one begun: a unit must show codes again within seconds (reliability.md, R6).
 * Throws CodedError `store-in-use`, and what a full disk says.
 * @param marks how far the unit had gone; null: nothing is known
 */
export async function openUnitStore(
  path: string,
  nowMs: number,
  marks: Marks | null = null,
): Promise<OpenedStore> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  if ((await readIfThere(suspectMark(path))) !== null) {
    const quarantined = await quarantine(path, nowMs);
    await rm(suspectMark(path), { force: true });
    return { store: await openSound(path, null), quarantined };
  }
  try {
    return { store: await openSound(path, marks), quarantined: null };
  } catch (error) {
    if (error instanceof CodedError || !isOfTheFile(error)) throw error;
    const quarantined = await quarantine(path, nowMs);
    return { store: await openSound(path, null), quarantined };
  }
}
