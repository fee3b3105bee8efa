import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sqlite3 from 'sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { migrate, NewerStoreError } from '../../../protocols/store/migrate.ts';
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
  await store.write((tx) => tx.run('CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT UNIQUE)'));
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

const insert = (name: string) =>
  store.write((tx) => tx.run('INSERT INTO item (name) VALUES (?)', [name]));
const names = async () =>
  (await store.all<{ name: string }>('SELECT name FROM item ORDER BY id')).map(({ name }) => name);

describe('a store on SQLite', () => {
  it('keeps WAL with full synchronisation, and says so when asked', async () => {
    expect(await store.get('PRAGMA journal_mode')).toStrictEqual({ journal_mode: 'wal' });
    expect(await store.get('PRAGMA synchronous')).toStrictEqual({ synchronous: 2 });
  });

  it('commits writes that wait together, in their order', async () => {
    const wanted = Array.from({ length: 600 }, (_, index) => `n${index}`);
    await Promise.all(wanted.map(insert));
    expect(await names()).toStrictEqual(wanted);
  });

  it("lets one writer's error be its own and keeps the others of its group", async () => {
    const results = await Promise.allSettled(['a', 'b', 'a', 'c'].map(insert));
    expect(results.map(({ status }) => status)).toStrictEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
    expect(await names()).toStrictEqual(['a', 'b', 'c']);
  });

  it('never shows a reader what may still be rolled back', async () => {
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const failing = store.write(async (tx) => {
      await tx.run("INSERT INTO item (name) VALUES ('ghost')");
      await gate;
      throw new Error('no');
    });
    const seen = names();
    release();
    await expect(failing).rejects.toThrow('no');
    expect(await seen).toStrictEqual([]);
  });

  it('refuses a second process on the same file', async () => {
    const second = await openFile();
    await expect(openSqliteStore(second)).rejects.toThrow(/SQLITE_BUSY|locked/);
    await new Promise<void>((resolve) => second.close(() => resolve()));
  });

  it('finishes what was begun before it closes, and takes nothing after', async () => {
    const last = insert('last');
    await store.close();
    await last;
    await expect(insert('late')).rejects.toThrow('closed');
    store = await openSqliteStore(await openFile());
    expect(await names()).toStrictEqual(['last']);
  });
});

describe('migrations', () => {
  const steps = [
    { version: 1, name: 'first', sqlite: ['CREATE TABLE one (a)'] },
    { version: 2, name: 'second', sqlite: ['CREATE TABLE two (b)', 'INSERT INTO two VALUES (1)'] },
  ];

  it('run once each, in order', async () => {
    expect(await migrate(store, steps.slice(0, 1))).toStrictEqual(['first']);
    expect(await migrate(store, steps)).toStrictEqual(['second']);
    expect(await migrate(store, steps)).toStrictEqual([]);
  });

  it('leave no half of a step that fails', async () => {
    const broken = [{ version: 1, name: 'broken', sqlite: ['CREATE TABLE half (a)', 'NONSENSE'] }];
    await expect(migrate(store, broken)).rejects.toThrow(/NONSENSE/);
    await expect(store.all('SELECT * FROM half')).rejects.toThrow(/no such table/);
  });

  it('refuse a store of a later program', async () => {
    await migrate(store, steps);
    await expect(migrate(store, steps.slice(0, 1))).rejects.toThrow(NewerStoreError);
  });
});
