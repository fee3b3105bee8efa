import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import sqlite3 from 'sqlite3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { migrate, NewerStoreError } from '../../../protocols/store/migrate.ts';
import { openPostgresStore, postgresOptions } from '../../../protocols/store/postgres-store.ts';
import { postgresDdl } from '../../../protocols/store/postgres-words.ts';
import { openSqliteStore } from '../../../protocols/store/sqlite-store.ts';
import type { Store } from '../../../protocols/store/store.ts';
import { type TestDatabase, testDatabase } from '../../support/postgres.ts';

interface Place {
  readonly dialect: Store['dialect'];
  make(): Promise<void>;
  open(): Promise<Store>;
  remove(): Promise<void>;
}

function sqlitePlace(): Place {
  let folder = '';
  const connect = () =>
    new Promise<sqlite3.Database>((resolve, reject) => {
      const database: sqlite3.Database = new sqlite3.Database(join(folder, 'test.db'), (error) =>
        error ? reject(error) : resolve(database),
      );
    });
  return {
    dialect: 'sqlite',
    make: async () => {
      folder = mkdtempSync(join(tmpdir(), 'xinlu-store-'));
    },
    open: async () => openSqliteStore(await connect()),
    remove: async () => rmSync(folder, { recursive: true }),
  };
}

function postgresPlace(): Place {
  let database: TestDatabase;
  return {
    dialect: 'postgres',
    make: async () => {
      database = await testDatabase();
    },
    open: () =>
      openPostgresStore(
        new pg.Pool(postgresOptions(database.url, (oid) => pg.types.getTypeParser(oid))),
      ),
    remove: () => database.drop(),
  };
}

function inWordsOf({ dialect }: Store, statement: string): string {
  return dialect === 'sqlite' ? statement : postgresDdl(statement);
}

describe.each([sqlitePlace(), postgresPlace()])('a store on $dialect', (place) => {
  let store: Store;
  let table = 0;

  beforeAll(place.make);
  beforeEach(async () => {
    store = await place.open();
    table += 1;
    const statement = `CREATE TABLE item_${table} (id INTEGER PRIMARY KEY, name TEXT UNIQUE)`;
    await store.write((tx) => tx.run(inWordsOf(store, statement)));
  });
  afterEach(() => store.close());
  afterAll(place.remove);

  const insert = (name: string, to: Store = store) =>
    to.write((tx) => tx.run(`INSERT INTO item_${table} (name) VALUES (?)`, [name]));
  const names = async (from: Store = store) => {
    const rows = await from.all<{ name: string }>(`SELECT name FROM item_${table} ORDER BY id`);
    return rows.map(({ name }) => name);
  };

  it('commits writes that wait together, in their order', async () => {
    const wanted = Array.from({ length: 600 }, (_, index) => `n${index}`);
    await Promise.all(wanted.map((name) => insert(name)));
    expect(await names()).toStrictEqual(wanted);
  });

  it("lets one writer's error be its own and keeps the others of its group", async () => {
    const results = await Promise.allSettled(['a', 'b', 'a', 'c'].map((name) => insert(name)));
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
      await tx.run(`INSERT INTO item_${table} (name) VALUES ('ghost')`);
      await gate;
      throw new Error('no');
    });
    const seen = names();
    release();
    await expect(failing).rejects.toThrow('no');
    expect(await seen).toStrictEqual([]);
  });

  it('says how many rows a change touched', async () => {
    await insert('a');
    await insert('b');
    const rename = (where: string) =>
      store.write((tx) => tx.run(`UPDATE item_${table} SET name = name || '!' WHERE ${where}`));
    expect(await rename('id > 0')).toStrictEqual({ changes: 2 });
    expect(await rename('id < 0')).toStrictEqual({ changes: 0 });
  });

  it('gives every kind of value back as it was given', async () => {
    await store.write(async (tx) => {
      await tx.run(
        inWordsOf(
          store,
          `CREATE TABLE kinds_${table} (whole INTEGER, part REAL, word TEXT, bytes BLOB) STRICT`,
        ),
      );
      await tx.run(`INSERT INTO kinds_${table} VALUES (?, ?, ?, ?)`, [
        Number.MAX_SAFE_INTEGER,
        0.1,
        '桩号 ?',
        Uint8Array.of(0, 255, 7),
      ]);
      await tx.run(`INSERT INTO kinds_${table} VALUES (?, ?, ?, ?)`, [null, null, null, null]);
    });
    const rows = await store.all<{ bytes: Uint8Array | null }>(
      `SELECT whole, part, word, bytes, whole = ? AS isMax FROM kinds_${table} WHERE word IS NOT NULL`,
      [Number.MAX_SAFE_INTEGER],
    );
    expect(rows.map((row) => ({ ...row, bytes: [...(row.bytes ?? [])] }))).toStrictEqual([
      { whole: Number.MAX_SAFE_INTEGER, part: 0.1, word: '桩号 ?', bytes: [0, 255, 7], isMax: 1 },
    ]);
    expect(
      await store.get(`SELECT count(*) AS n, sum(whole) AS sum FROM kinds_${table}`),
    ).toStrictEqual({ n: 2, sum: Number.MAX_SAFE_INTEGER });
  });

  it('takes many rows in one statement', async () => {
    const rows = Array.from({ length: 1_000 }, (_, index) => [`row ${index}`]);
    await store.write((tx) =>
      tx.run(
        `INSERT INTO item_${table} (name) SELECT value ->> 0 FROM json_each(?)
         WHERE true ORDER BY key ON CONFLICT DO NOTHING`,
        [JSON.stringify([...rows, ['row 7']])],
      ),
    );
    expect(await names()).toStrictEqual(rows.map(([name]) => name));
  });

  it('finishes what was begun before it closes, and takes nothing after', async () => {
    const last = insert('last');
    await store.close();
    await last;
    await expect(insert('late')).rejects.toThrow('closed');
    store = await place.open();
    expect(await names()).toStrictEqual(['last']);
  });
});

describe.each([sqlitePlace(), postgresPlace()])('migrations on $dialect', (place) => {
  let store: Store;
  const steps = [
    { version: 1, name: 'first', sqlite: ['CREATE TABLE one (a INTEGER) STRICT'] },
    {
      version: 2,
      name: 'second',
      sqlite: ['CREATE TABLE two (b INTEGER) STRICT', 'INSERT INTO two VALUES (1)'],
    },
  ];

  beforeEach(async () => {
    await place.make();
    store = await place.open();
  });
  afterEach(async () => {
    await store.close();
    await place.remove();
  });

  it('run once each, in order', async () => {
    expect(await migrate(store, steps.slice(0, 1))).toStrictEqual(['first']);
    expect(await migrate(store, steps)).toStrictEqual(['second']);
    expect(await migrate(store, steps)).toStrictEqual([]);
  });

  it('leave no half of a step that fails', async () => {
    const broken = [
      { version: 1, name: 'broken', sqlite: ['CREATE TABLE half (a INTEGER)', 'NONSENSE'] },
    ];
    await expect(migrate(store, broken)).rejects.toThrow(/NONSENSE/);
    await expect(store.all('SELECT * FROM half')).rejects.toThrow(/no such table|does not exist/);
  });

  it('refuse a store of a later program', async () => {
    await migrate(store, steps);
    await expect(migrate(store, steps.slice(0, 1))).rejects.toThrow(NewerStoreError);
  });
});

it('says that a database cannot be reached', async () => {
  const url = 'postgres://nobody@127.0.0.1:1/nothing';
  const pool = new pg.Pool(postgresOptions(url, (oid) => pg.types.getTypeParser(oid)));
  await expect(openPostgresStore(pool)).rejects.toMatchObject({ code: 'store-away' });
});

describe('two processes on one PostgreSQL', () => {
  const place = postgresPlace();
  let stores: [Store, Store];

  beforeAll(async () => {
    await place.make();
    stores = [await place.open(), await place.open()];
  });
  afterAll(async () => {
    for (const store of stores) await store.close();
    await place.remove();
  });

  it('take each step of the migrations once, though they start together', async () => {
    const steps = ['a', 'b', 'c'].map((name, index) => ({
      version: index + 1,
      name,
      sqlite: [`CREATE TABLE step_${name} (n INTEGER NOT NULL) STRICT`],
    }));
    const taken = await Promise.all(stores.map((store) => migrate(store, steps)));
    expect(taken.flat().sort()).toStrictEqual(['a', 'b', 'c']);
  });

  it('lose no count when both read, add one and write', async () => {
    const [first] = stores;
    await first.write(async (tx) => {
      await tx.run('CREATE TABLE counter (n BIGINT NOT NULL)');
      await tx.run('INSERT INTO counter VALUES (0)');
    });
    const addOne = (store: Store) =>
      store.write(async (tx) => {
        const row = await tx.get<{ n: number }>('SELECT n FROM counter');
        await tx.run('UPDATE counter SET n = ?', [(row?.n ?? 0) + 1]);
      });
    await Promise.all(
      Array.from({ length: 200 }, (_, index) => addOne(stores[index % 2] ?? first)),
    );
    expect(await first.get('SELECT n FROM counter')).toStrictEqual({ n: 200 });
  });
});
