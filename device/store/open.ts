import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import sqlite3 from 'sqlite3';
import { CodedError } from '../../protocols/errors.ts';
import { migrate } from '../../protocols/store/migrate.ts';
import { openSqliteStore } from '../../protocols/store/sqlite-store.ts';
import type { Store } from '../../protocols/store/store.ts';
import { readIfThere, writeDurably } from './durable-file.ts';
import { migrations } from './migrations/index.ts';

/** Damaged stores kept for the workshop; the oldest goes first. */
export const quarantinedMax = 3;

const damageCodes = new Set(['SQLITE_CORRUPT', 'SQLITE_NOTADB']);

/** True for errors that say the file itself is broken. */
export function isDamage(error: unknown): boolean {
  return damageCodes.has(String((error as { code?: unknown } | null)?.code));
}

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

/** SQLite's own words for a file another process has open. */
function isBusy(error: unknown): boolean {
  return String((error as { code?: unknown } | null)?.code) === 'SQLITE_BUSY';
}

async function openSound(path: string): Promise<Store> {
  const driver = await openDriver(path);
  try {
    const store = await openSqliteStore(driver);
    const row = await store.get<{ quick_check: string }>('PRAGMA quick_check(1)');
    if (row?.quick_check !== 'ok') {
      throw Object.assign(new Error(`quick_check: ${row?.quick_check}`), {
        code: 'SQLITE_CORRUPT',
      });
    }
    await migrate(store, migrations);
    return store;
  } catch (error) {
    await closeDriver(driver);
    if (isBusy(error)) throw new CodedError('store-in-use', `${path} is open in another process`);
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
 * Opens the unit's store. A damaged file is put aside and a new one begun: a unit must show codes
 * again within seconds (reliability.md, R6). Throws CodedError `store-in-use`.
 */
export async function openUnitStore(path: string, nowMs: number): Promise<OpenedStore> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  if ((await readIfThere(suspectMark(path))) !== null) {
    const quarantined = await quarantine(path, nowMs);
    await rm(suspectMark(path), { force: true });
    return { store: await openSound(path), quarantined };
  }
  try {
    return { store: await openSound(path), quarantined: null };
  } catch (error) {
    if (!isDamage(error)) throw error;
    const quarantined = await quarantine(path, nowMs);
    return { store: await openSound(path), quarantined };
  }
}
