import { isFull } from '../store/damage.ts';
import type { NewRecord } from './outbox-table.ts';
import { thinnable } from './thinning.ts';

/** Most records kept in memory while the disk takes none. */
export const heldRecordsMax = 500;

/**
 * What a full disk did not take, in memory until it does: events are worth more than the order
 * they arrive in. Positions are not held, only counted.
 */
export class HeldRecords {
  readonly #held: NewRecord[] = [];
  #dropped = 0;
  #flushing = false;

  /** Takes a record that was refused; of one refused for another reason it knows nothing. */
  take(record: NewRecord, error: unknown): void {
    if (!isFull(error)) return;
    if (!thinnable.includes(record.kind) && this.#held.length < heldRecordsMax) {
      this.#held.push(record);
    } else {
      this.#dropped += 1;
    }
  }

  /**
   * The disk took a record: what was held goes after it, oldest first, until it is full again.
   * @param noteOf the record that tells how many were dropped
   */
  async flush(
    append: (record: NewRecord) => Promise<unknown>,
    noteOf: (dropped: number) => NewRecord,
  ): Promise<void> {
    if (this.#flushing) return;
    this.#flushing = true;
    try {
      for (let next = this.#held[0]; next !== undefined; next = this.#held[0]) {
        await append(next);
        this.#held.shift();
      }
      const dropped = this.#dropped;
      if (dropped === 0) return;
      await append(noteOf(dropped));
      this.#dropped -= dropped;
    } catch (error) {
      if (!isFull(error)) throw error;
    } finally {
      this.#flushing = false;
    }
  }
}
