import { CodedError } from '../errors.ts';
import { type Engine, GroupedStore } from './grouped-store.ts';
import { postgresQuery, refusalFunction } from './postgres-words.ts';
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

/** The part of a `pg` Pool this store drives; the caller makes it, with `postgresOptions`. */
export interface PostgresPool {
  connect(): Promise<PostgresConnection>;
  query(text: string, values?: readonly unknown[]): Promise<PostgresResult>;
  end(): Promise<void>;
  /** An idle connection that is lost is replaced at its next use; unheard, it ends the process. */
  on(event: 'error', heard: (error: Error) => void): unknown;
}

/** Type numbers of PostgreSQL's catalogue (pg_type.dat) → what SQLite would have answered. */
const parsers: Readonly<Record<number, Parser>> = {
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

/** Connections of one process: one for its writer, the rest for readers. */
const connectionsMax = 8;
/** A database that takes longer to answer is away. */
const connectMsMax = 10_000;

type Parser = (text: string) => unknown;

/** What a pool of `pg` is made with. */
export interface PostgresOptions {
  readonly connectionString: string;
  readonly max: number;
  readonly connectionTimeoutMillis: number;
  readonly types: { getTypeParser(oid: number): Parser };
}

/**
 * The options of a pool: bounded, integers as numbers, truth as 1 and 0.
 * @param otherwise what `pg` does with every other type
 */
export function postgresOptions(url: string, otherwise: (oid: number) => Parser): PostgresOptions {
  return {
    connectionString: url,
    max: connectionsMax,
    connectionTimeoutMillis: connectMsMax,
    types: { getTypeParser: (oid) => parsers[oid] ?? otherwise(oid) },
  };
}

/** Whether a store is named by the address of a PostgreSQL rather than by a file. */
export function isPostgresUrl(place: string): boolean {
  return /^postgres(ql)?:\/\//.test(place);
}

/**
 * One writer at a time, over all processes: the first statement of each transaction takes this
 * lock, as SQLite's BEGIN IMMEDIATE takes the file. No write is ever lost to another's snapshot.
 */
const writerLock = 'SELECT pg_advisory_xact_lock(7819433024785101)';

/** What SQLite brings and PostgreSQL does not. */
const functions = [
  `CREATE OR REPLACE FUNCTION unhex(digits text) RETURNS bytea
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE RETURN decode(digits, 'hex')`,
  `CREATE OR REPLACE FUNCTION instr(hay text, needle text) RETURNS integer
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE RETURN strpos(hay, needle)`,
  `CREATE OR REPLACE FUNCTION json_extract(document text, path text) RETURNS text
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  RETURN document::json #>> string_to_array(substr(path, 3), '.')`,
  refusalFunction,
];

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
    pool.on('error', () => undefined);
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
 * A store on a pool of PostgreSQL connections (14 or newer), which it owns from now on. A write that
 * meets a lost connection is rejected; it may have been committed, so that whoever repeats it needs
 * a key.
 * @param groupWindow how long the first write of a group waits for company (nothing: not at all)
 * @throws CodedError 'store-away' when the database cannot be reached
 */
export async function openPostgresStore(
  pool: PostgresPool,
  groupWindow: () => Promise<void> = () => Promise.resolve(),
): Promise<Store> {
  const engine = new PostgresEngine(pool);
  try {
    await engine.transact(async (tx) => {
      for (const statement of functions) await tx.run(statement);
    });
  } catch (error) {
    await engine.close();
    throw new CodedError('store-away', `PostgreSQL: ${(error as Error).message}`);
  }
  return new GroupedStore(engine, groupWindow);
}
