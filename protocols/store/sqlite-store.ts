import { type Engine, GroupedStore } from './grouped-store.ts';
import type { Reader, SqlValue, Store, Writer } from './store.ts';

/** The part of a `sqlite3` Database this store drives; the caller opens it. */
export interface SqliteDriver {
  run(
    sql: string,
    params: readonly SqlValue[],
    done: (this: { changes: number }, error: Error | null) => void,
  ): unknown;
  all(
    sql: string,
    params: readonly SqlValue[],
    done: (error: Error | null, rows: unknown[]) => void,
  ): unknown;
  close(done: (error: Error | null) => void): unknown;
}

/**
 * Durable as asked (reliability.md, facts 2 and 3): WAL with FULL, one connection, and no second
 * process on the file. Each row: statement, column and value it must answer, if any.
 */
const pragmas: readonly (readonly [sql: string, column?: string, value?: unknown])[] = [
  ['PRAGMA busy_timeout = 2000'],
  ['PRAGMA locking_mode = EXCLUSIVE', 'locking_mode', 'exclusive'],
  ['PRAGMA journal_mode = WAL', 'journal_mode', 'wal'],
  ['PRAGMA synchronous = FULL'],
  ['PRAGMA synchronous', 'synchronous', 2],
  ['PRAGMA foreign_keys = ON'],
  ['PRAGMA foreign_keys', 'foreign_keys', 1],
];

function connectionOf(driver: SqliteDriver): Writer {
  const all = <Row>(sql: string, params: readonly SqlValue[] = []) =>
    new Promise<Row[]>((resolve, reject) => {
      driver.all(sql, params, (error, rows) => (error ? reject(error) : resolve(rows as Row[])));
    });
  return {
    all,
    get: async <Row>(sql: string, params?: readonly SqlValue[]) => (await all<Row>(sql, params))[0],
    run: (sql, params = []) =>
      new Promise((resolve, reject) => {
        driver.run(sql, params, function done(error) {
          if (error) reject(error);
          else resolve({ changes: this.changes });
        });
      }),
  };
}

/** One connection: reads stand in one line with the commits, and so never see half of one. */
class SqliteEngine implements Engine {
  readonly dialect = 'sqlite';
  readonly #driver: SqliteDriver;
  readonly #connection: Writer;
  #tail: Promise<unknown> = Promise.resolve();

  constructor(driver: SqliteDriver, connection: Writer) {
    this.#driver = driver;
    this.#connection = connection;
  }

  read<Result>(work: (reader: Reader) => Promise<Result>): Promise<Result> {
    return this.#enqueue(() => work(this.#connection));
  }

  transact<Result>(work: (tx: Writer) => Promise<Result>): Promise<Result> {
    return this.#enqueue(async () => {
      await this.#connection.run('BEGIN IMMEDIATE');
      try {
        const result = await work(this.#connection);
        await this.#connection.run('COMMIT');
        return result;
      } catch (error) {
        await this.#connection.run('ROLLBACK').catch(() => undefined);
        throw error;
      }
    });
  }

  close(): Promise<void> {
    return this.#enqueue(
      () =>
        new Promise<void>((resolve, reject) => {
          this.#driver.close((error) => (error ? reject(error) : resolve()));
        }),
    );
  }

  #enqueue<Result>(job: () => Promise<Result>): Promise<Result> {
    const done = this.#tail.then(job);
    this.#tail = done.catch(() => undefined);
    return done;
  }
}

/** Sets and checks what durability needs; throws when the file cannot give it. */
async function prepare(connection: Writer): Promise<void> {
  for (const [sql, column, expected] of pragmas) {
    const row = await connection.get<Record<string, unknown>>(sql);
    if (column !== undefined && row?.[column] !== expected) {
      throw new Error(`${sql} answered ${JSON.stringify(row)}, ${String(expected)} is needed`);
    }
  }
}

/**
 * A store on an open `sqlite3` connection, which it owns from now on.
 * @param groupWindow how long the first write of a group waits for company (nothing: not at all)
 */
export async function openSqliteStore(
  driver: SqliteDriver,
  groupWindow: () => Promise<void> = () => Promise.resolve(),
): Promise<Store> {
  const connection = connectionOf(driver);
  await prepare(connection);
  return new GroupedStore(new SqliteEngine(driver, connection), groupWindow);
}
