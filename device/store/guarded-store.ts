import type { SqlValue, Store, Writer } from '../../protocols/store/store.ts';
import type { Ballast } from './ballast.ts';
import { isDamage } from './open.ts';

function isFull(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === 'SQLITE_FULL';
}

/** What the agent does when the disk or the file fails. */
export interface StoreTrouble {
  /** The disk is full; the ballast was given up. */
  onFull(): void;
  /** The file is broken: it has to be put aside. */
  onDamage(error: unknown): void;
}

/**
 * A store that gives up its ballast when the disk is full and then tries the write once more, so
 * that a full disk never stops the code on the glass; and that tells of a broken file.
 */
export class GuardedStore implements Store {
  readonly #store: Store;
  readonly #ballast: Pick<Ballast, 'release'>;
  readonly #trouble: StoreTrouble;

  constructor(store: Store, ballast: Pick<Ballast, 'release'>, trouble: StoreTrouble) {
    this.#store = store;
    this.#ballast = ballast;
    this.#trouble = trouble;
  }

  get<Row>(sql: string, params?: readonly SqlValue[]): Promise<Row | undefined> {
    return this.#watched(this.#store.get<Row>(sql, params));
  }

  all<Row>(sql: string, params?: readonly SqlValue[]): Promise<Row[]> {
    return this.#watched(this.#store.all<Row>(sql, params));
  }

  write<Result>(work: (tx: Writer) => Promise<Result>): Promise<Result> {
    return this.#watched(this.#writeWithRoom(work));
  }

  close(): Promise<void> {
    return this.#store.close();
  }

  async #writeWithRoom<Result>(work: (tx: Writer) => Promise<Result>): Promise<Result> {
    try {
      return await this.#store.write(work);
    } catch (error) {
      if (!isFull(error)) throw error;
      await this.#ballast.release();
      this.#trouble.onFull();
      return await this.#store.write(work);
    }
  }

  async #watched<Result>(act: Promise<Result>): Promise<Result> {
    try {
      return await act;
    } catch (error) {
      if (isDamage(error)) this.#trouble.onDamage(error);
      throw error;
    }
  }
}
