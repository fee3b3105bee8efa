import type { Store, Writer } from '../../protocols/store/store.ts';

/** Openings written by one statement at most. */
const batchMax = 256;

interface Job<Row> {
  readonly row: Row;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Gathers rows while a group commit forms, and writes them in one piece: a rush of scans costs a
 * few statements, not a few each. Every row is answered for only after its COMMIT.
 */
export class OpeningWriter<Row> {
  readonly #store: Store;
  readonly #insert: (tx: Writer, rows: readonly Row[]) => Promise<void>;
  #waiting: Job<Row>[] = [];
  #isQueued = false;

  constructor(store: Store, insert: (tx: Writer, rows: readonly Row[]) => Promise<void>) {
    this.#store = store;
    this.#insert = insert;
  }

  /** Resolves after COMMIT. */
  write(row: Row): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ row, resolve, reject });
      if (!this.#isQueued) void this.#writeBatch();
    });
  }

  async #writeBatch(): Promise<void> {
    this.#isQueued = true;
    // Filled when the transaction begins; a repeated one writes the same rows again.
    const batch: Job<Row>[] = [];
    try {
      await this.#store.write(async (tx) => {
        if (batch.length === 0) batch.push(...this.#take());
        await this.#insert(
          tx,
          batch.map(({ row }) => row),
        );
      });
      for (const { resolve } of batch) resolve();
    } catch (error) {
      if (batch.length === 0) batch.push(...this.#take());
      for (const { reject } of batch) reject(error);
    }
  }

  #take(): readonly Job<Row>[] {
    const batch = this.#waiting.splice(0, batchMax);
    this.#isQueued = false;
    if (this.#waiting.length > 0) void this.#writeBatch();
    return batch;
  }
}
