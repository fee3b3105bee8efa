import type { Reader, SqlValue, Store, Writer } from './store.ts';

/** The part of a `sqlite3` Database this store drives; the caller opens it. */
export interface SqliteDriver {
  run(
    sql: string,
    params: readonly SqlValue[],
    done: (this: { changes: number; lastID: number }, error: Error | null) => void,
  ): unknown;
  all(
    sql: string,
    params: readonly SqlValue[],
    done: (error: Error | null, rows: unknown[]) => void,
  ): unknown;
  close(done: (error: Error | null) => void): unknown;
}

/** Most writes that share one commit. */
const groupWritesMax = 256;

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

interface WriteJob {
  readonly work: (tx: Writer) => Promise<unknown>;
  readonly resolve: (result: never) => void;
  readonly reject: (error: unknown) => void;
}

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
          else resolve({ changes: this.changes, lastId: this.lastID });
        });
      }),
  };
}

/** A store over SQLite. Made by `openSqliteStore`. */
class SqliteStore implements Store {
  readonly #driver: SqliteDriver;
  readonly #connection: Writer;
  /** Lets writes gather before a commit; see `groupWindow` of `openSqliteStore`. */
  readonly #groupWindow: () => Promise<void>;
  #writes: WriteJob[] = [];
  /** Everything that touches the connection goes through this one line. */
  #tail: Promise<void> = Promise.resolve();
  #drainQueued = false;
  #closed = false;

  constructor(driver: SqliteDriver, groupWindow: () => Promise<void>) {
    this.#driver = driver;
    this.#connection = connectionOf(driver);
    this.#groupWindow = groupWindow;
  }

  get<Row>(sql: string, params?: readonly SqlValue[]): Promise<Row | undefined> {
    return this.#between((connection) => connection.get<Row>(sql, params));
  }

  all<Row>(sql: string, params?: readonly SqlValue[]): Promise<Row[]> {
    return this.#between((connection) => connection.all<Row>(sql, params));
  }

  write<Result>(work: (tx: Writer) => Promise<Result>): Promise<Result> {
    if (this.#closed) return Promise.reject(new Error('the store is closed'));
    return new Promise<Result>((resolve, reject) => {
      this.#writes.push({ work, resolve: resolve as (result: never) => void, reject });
      this.#queueDrain();
    });
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#enqueue(async () => {
      while (this.#writes.length > 0) await this.#commitGroup();
    });
    await new Promise<void>((resolve, reject) => {
      this.#driver.close((error) => (error ? reject(error) : resolve()));
    });
  }

  /** A read, between two commits. */
  #between<Result>(read: (connection: Reader) => Promise<Result>): Promise<Result> {
    return this.#enqueue(() => read(this.#connection));
  }

  #enqueue<Result>(job: () => Promise<Result>): Promise<Result> {
    const done = this.#tail.then(job);
    this.#tail = done.then(
      () => undefined,
      () => undefined,
    );
    return done;
  }

  #queueDrain(): void {
    if (this.#drainQueued) return;
    this.#drainQueued = true;
    void this.#groupWindow().then(() =>
      this.#enqueue(async () => {
        this.#drainQueued = false;
        await this.#commitGroup();
        if (this.#writes.length > 0) this.#queueDrain();
      }),
    );
  }

  /** One commit for all; if any of them fails, each again by itself: one's error is its own. */
  async #commitGroup(): Promise<void> {
    const group = this.#writes.splice(0, groupWritesMax);
    if (group.length === 0) return;
    try {
      const results = await this.#transact(group);
      for (const [index, job] of group.entries()) job.resolve(results[index] as never);
    } catch (error) {
      if (group.length === 1) {
        group[0]?.reject(error);
        return;
      }
      for (const job of group) {
        await this.#transact([job]).then(([result]) => job.resolve(result as never), job.reject);
      }
    }
  }

  async #transact(group: readonly WriteJob[]): Promise<unknown[]> {
    const results: unknown[] = [];
    await this.#connection.run('BEGIN IMMEDIATE');
    try {
      for (const { work } of group) results.push(await work(this.#connection));
      await this.#connection.run('COMMIT');
      return results;
    } catch (error) {
      await this.#connection.run('ROLLBACK').catch(() => undefined);
      throw error;
    }
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
  await prepare(connectionOf(driver));
  return new SqliteStore(driver, groupWindow);
}
