import type { Reader, SqlValue, Store, Writer } from './store.ts';

/** A database as this store drives it. Made by `openSqliteStore` and `openPostgresStore`. */
export interface Engine {
  readonly dialect: Store['dialect'];
  /** A read of what is committed. */
  read<Result>(work: (reader: Reader) => Promise<Result>): Promise<Result>;
  /** BEGIN, `work`, COMMIT; or ROLLBACK, and the error of `work`. One at a time. */
  transact<Result>(work: (tx: Writer) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

/** Most writes that share one commit. */
const groupWritesMax = 256;

interface WriteJob {
  readonly work: (tx: Writer) => Promise<unknown>;
  readonly resolve: (result: never) => void;
  readonly reject: (error: unknown) => void;
}

async function each(group: readonly WriteJob[], tx: Writer): Promise<unknown[]> {
  const results: unknown[] = [];
  for (const { work } of group) results.push(await work(tx));
  return results;
}

/** Writes that wait together share one commit; if one of them fails, each goes by itself. */
export class GroupedStore implements Store {
  readonly dialect: Store['dialect'];
  readonly #engine: Engine;
  /** Lets writes gather before a commit. */
  readonly #groupWindow: () => Promise<void>;
  #writes: WriteJob[] = [];
  /** Every commit goes through this one line. */
  #tail: Promise<void> = Promise.resolve();
  #drainQueued = false;
  #closed = false;

  constructor(engine: Engine, groupWindow: () => Promise<void>) {
    this.dialect = engine.dialect;
    this.#engine = engine;
    this.#groupWindow = groupWindow;
  }

  get<Row>(sql: string, params?: readonly SqlValue[]): Promise<Row | undefined> {
    return this.#engine.read((reader) => reader.get<Row>(sql, params));
  }

  all<Row>(sql: string, params?: readonly SqlValue[]): Promise<Row[]> {
    return this.#engine.read((reader) => reader.all<Row>(sql, params));
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
    await this.#engine.close();
  }

  #enqueue(job: () => Promise<void>): Promise<void> {
    const done = this.#tail.then(job);
    this.#tail = done.catch(() => undefined);
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
      const results = await this.#engine.transact((tx) => each(group, tx));
      for (const [index, job] of group.entries()) job.resolve(results[index] as never);
    } catch (error) {
      if (group.length === 1) {
        group[0]?.reject(error);
        return;
      }
      for (const job of group) {
        await this.#engine
          .transact(job.work)
          .then((result) => job.resolve(result as never), job.reject);
      }
    }
  }
}
