/** What both services and the unit keep their data in; SQL by hand, for both dialects. */

export type SqlValue = string | number | bigint | Uint8Array | null;

export interface Reader {
  /** First row, or undefined. */
  get<Row>(sql: string, params?: readonly SqlValue[]): Promise<Row | undefined>;
  all<Row>(sql: string, params?: readonly SqlValue[]): Promise<Row[]>;
}

export interface Writer extends Reader {
  /** How many rows were changed. */
  run(sql: string, params?: readonly SqlValue[]): Promise<{ changes: number }>;
}

/**
 * One writer a database. `write` resolves after COMMIT, and so may be acknowledged; writes that
 * wait together share one commit. Reads never see what is not committed.
 */
export interface Store extends Reader {
  readonly dialect: 'sqlite' | 'postgres';
  /**
   * Runs `work` in a transaction. It may run a second time when another writer of its group
   * failed: it does nothing but SQL, and never calls the store itself.
   */
  write<Result>(work: (tx: Writer) => Promise<Result>): Promise<Result>;
  /** Waits for what was begun, then closes. */
  close(): Promise<void>;
}

/** A step from one version of a store's tables to the next. Forward only. */
export interface Migration {
  /** From 1, without a gap. */
  readonly version: number;
  readonly name: string;
  /** Statements, one each. */
  readonly sqlite: readonly string[];
  /** The same for PostgreSQL, where `postgresDdl` of each is not enough. */
  readonly postgres?: readonly string[];
}
