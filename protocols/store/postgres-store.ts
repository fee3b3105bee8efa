import { type Engine, GroupedStore } from './grouped-store.ts';
import { postgresQuery } from './postgres-words.ts';
import type { Reader, SqlValue, Store, Writer } from './store.ts';

interface PostgresResult {
  readonly rows: unknown[];
  readonly rowCount: number | null;
}

/** The part of a connection of `pg` this store drives. */
export interface PostgresConnection {
  query(text: string, values?: readonly unknown[]): Promise<PostgresResult>;
  /** Back to the pool; with an error the connection is thrown away. */
  release(error?: Error): void;
}

/** The part of a `pg` Pool this store drives; the caller makes it, with `postgresTypes`. */
export interface PostgresPool {
  connect(): Promise<PostgresConnection>;
  query(text: string, values?: readonly unknown[]): Promise<PostgresResult>;
  end(): Promise<void>;
}

/** Type numbers of PostgreSQL's catalogue (pg_type.dat) → what SQLite would have answered. */
const parsers: Readonly<Record<number, (text: string) => unknown>> = {
  16: (text) => (text === 't' ? 1 : 0),
  20: safeInteger,
  21: safeInteger,
  23: safeInteger,
  1700: Number,
};

function safeInteger(text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number)) return number;
  throw new RangeError(`${text} of the store is beyond what a number holds`);
}

/**
 * For the `types` of a pool: integers are numbers, truth is 1 and 0.
 * @param otherwise what `pg` does with every other type
 */
export function postgresTypes(otherwise: (oid: number) => (text: string) => unknown): {
  getTypeParser(oid: number): (text: string) => unknown;
} {
  return { getTypeParser: (oid) => parsers[oid] ?? otherwise(oid) };
}

/**
 * One writer at a time, over all processes: the first statement of each transaction takes this
 * lock, as SQLite's BEGIN IMMEDIATE takes the file. No write is ever lost to another's snapshot.
 */
const writerLock = 'SELECT pg_advisory_xact_lock(7819433024785101)';

/** What SQLite brings and PostgreSQL does not. */
const functions = `CREATE OR REPLACE FUNCTION unhex(digits text) RETURNS bytea
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE RETURN decode(digits, 'hex')`;

/** Statements translated before; there are a few hundred in a service. */
const translated = new Map<string, string>();

function translate(sql: string): string {
  const known = translated.get(sql);
  if (known !== undefined) return known;
  const text = postgresQuery(sql);
  translated.set(sql, text);
  return text;
}

function writerOf(connection: Pick<PostgresConnection, 'query'>): Writer {
  const query = (sql: string, params: readonly SqlValue[] = []) =>
    connection.query(translate(sql), params);
  return {
    all: async <Row>(sql: string, params?: readonly SqlValue[]) =>
      (await query(sql, params)).rows as Row[],
    get: async <Row>(sql: string, params?: readonly SqlValue[]) =>
      (await query(sql, params)).rows[0] as Row | undefined,
    run: async (sql, params) => ({ changes: (await query(sql, params)).rowCount ?? 0 }),
  };
}

class PostgresEngine implements Engine {
  readonly dialect = 'postgres';
  readonly #pool: PostgresPool;
  readonly #reader: Reader;

  constructor(pool: PostgresPool) {
    this.#pool = pool;
    this.#reader = writerOf(pool);
  }

  read<Result>(work: (reader: Reader) => Promise<Result>): Promise<Result> {
    return work(this.#reader);
  }

  async transact<Result>(work: (tx: Writer) => Promise<Result>): Promise<Result> {
    const connection = await this.#pool.connect();
    let broken: Error | undefined;
    try {
      await connection.query('BEGIN');
      await connection.query(writerLock);
      const result = await work(writerOf(connection));
      await connection.query('COMMIT');
      return result;
    } catch (error) {
      await connection.query('ROLLBACK').catch((lost: Error) => {
        broken = lost;
      });
      throw error;
    } finally {
      connection.release(broken);
    }
  }

  close(): Promise<void> {
    return this.#pool.end();
  }
}

/**
 * A store on a pool of PostgreSQL connections, which it owns from now on. A write that meets a lost
 * connection is rejected; it may have been committed, so that whoever repeats it needs a key.
 * @param groupWindow how long the first write of a group waits for company (nothing: not at all)
 */
export async function openPostgresStore(
  pool: PostgresPool,
  groupWindow: () => Promise<void> = () => Promise.resolve(),
): Promise<Store> {
  const engine = new PostgresEngine(pool);
  await engine.transact((tx) => tx.run(functions));
  return new GroupedStore(engine, groupWindow);
}
