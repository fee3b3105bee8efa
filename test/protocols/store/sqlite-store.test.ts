import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sqlite3 from 'sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSqliteStore } from '../../../protocols/store/sqlite-store.ts';
import type { Store } from '../../../protocols/store/store.ts';

let folder: string;
let store: Store;

function openFile(): Promise<sqlite3.Database> {
  return new Promise((resolve, reject) => {
    const database: sqlite3.Database = new sqlite3.Database(join(folder, 'test.db'), (error) =>
      error ? reject(error) : resolve(database),
    );
  });
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'xinlu-store-'));
  store = await openSqliteStore(await openFile());
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

describe('a store on SQLite', () => {
  it('keeps WAL with full synchronisation, and says so when asked', async () => {
    expect(await store.get('PRAGMA journal_mode')).toStrictEqual({ journal_mode: 'wal' });
    expect(await store.get('PRAGMA synchronous')).toStrictEqual({ synchronous: 2 });
  });

  it('refuses a second process on the same file', async () => {
    const second = await openFile();
    await expect(openSqliteStore(second)).rejects.toThrow(/SQLITE_BUSY|locked/);
    await new Promise<void>((resolve) => second.close(() => resolve()));
  });
});
