import type { SqlValue, Store, Writer } from '../../protocols/store/store.ts';
import { isDamage, isFull } from './damage.ts';

export const guardedStoreLimits = {
  /** Longer than any write takes, waiting for its turn included: the disk no longer answers. */
  stalledMs: 30_000,
} as const;

export interface StoreGuard {
  nowMonoMs(): number;
  /** Makes room on a full disk. The write that found it full is then tried once more. */
  makeRoom(): Promise<void>;
  /** The file is broken: it has to be put aside. */
  onDamage(error: unknown): void;
  /** The store is closed: whatever looked after it ends too. */
  onClosed(): Promise<void>;
}

/**
 * A store that makes room when the disk is full and then tries the write once more; that tells of
 * a broken file, and of a disk that no longer answers.
 */
export class GuardedStore implements Store {
  readonly #store: Store;
  readonly #guard: StoreGuard;
  /** When each act under way began, in the order they did. */
  readonly #begunMonoMs = new Map<symbol, number>();
  #makingRoom: Promise<void> | null = null;

  constructor(store: Store, guard: StoreGuard) {
    this.#store = store;
    this.#guard = guard;
  }

  get dialect(): Store['dialect'] {
    return this.#store.dialect;
  }

  get<Row>(sql: string, params?: readonly SqlValue[]): Promise<Row | undefined> {
    return this.#watched(() => this.#store.get<Row>(sql, params));
  }

  all<Row>(sql: string, params?: readonly SqlValue[]): Promise<Row[]> {
    return this.#watched(() => this.#store.all<Row>(sql, params));
  }

  write<Result>(work: (tx: Writer) => Promise<Result>): Promise<Result> {
    return this.#watched(() => this.#writeWithRoom(work));
  }

  async close(): Promise<void> {
    await this.#store.close();
    await this.#guard.onClosed();
  }

  /** True when something has waited for the disk for too long. */
  isStalled(): boolean {
    const [oldestMs] = this.#begunMonoMs.values();
    if (oldestMs === undefined) return false;
    return this.#guard.nowMonoMs() - oldestMs > guardedStoreLimits.stalledMs;
  }

  async #writeWithRoom<Result>(work: (tx: Writer) => Promise<Result>): Promise<Result> {
    try {
      return await this.#store.write(work);
    } catch (error) {
      if (!isFull(error)) throw error;
      await this.#roomOnce();
      return await this.#store.write(work);
    }
  }

  /** Writes that fail together wait for the same room. */
  #roomOnce(): Promise<void> {
    this.#makingRoom ??= this.#guard.makeRoom().finally(() => {
      this.#makingRoom = null;
    });
    return this.#makingRoom;
  }

  async #watched<Result>(act: () => Promise<Result>): Promise<Result> {
    const key = Symbol('act');
    this.#begunMonoMs.set(key, this.#guard.nowMonoMs());
    try {
      return await act();
    } catch (error) {
      if (isDamage(error)) this.#guard.onDamage(error);
      throw error;
    } finally {
      this.#begunMonoMs.delete(key);
    }
  }
}
