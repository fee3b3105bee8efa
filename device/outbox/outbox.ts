import type { AckMessage } from '../../protocols/messages/down-schemas.ts';
import { isKept, type UnitRecord } from '../../protocols/messages/records.ts';
import { encodeSeqRuns } from '../../protocols/messages/seq-runs.ts';
import type { Store, Writer } from '../../protocols/store/store.ts';
import { readSetting, settingNames, writeSetting } from '../store/settings.ts';
import {
  countWaiting,
  deleteRows,
  deleteSettledBefore,
  holeAround,
  insertRecord,
  measure,
  type NewRecord,
  type OutboxSize,
  rowStates,
  selectWaiting,
  settleRows,
  unsettleFrom,
} from './outbox-table.ts';
import { recordOfRow } from './row-codec.ts';
import { isOver, type OutboxCaps, outboxCaps, type Stamp, trimStep } from './thinning.ts';

export type { NewRecord } from './outbox-table.ts';
export { outboxCaps } from './thinning.ts';

/** Acknowledged rows stay this long, for a gateway restored from its backup. */
export const ringMs = 72 * 3_600_000;
/** The table is measured again after this many new rows. */
const measureEveryRows = 2_000;
const epochBytes = 8;

export interface OutboxOptions {
  randomBytes(count: number): Uint8Array;
  /** When something happens now, and by which clock. */
  stamp(): Stamp;
  readonly caps?: OutboxCaps;
  /** Every number below `nextSeq` is given away: noted where a damaged store cannot forget it. */
  noteNumbers?(epoch: string, nextSeq: number): Promise<void>;
}

/**
 * Everything the unit has to say, until the gateway has committed it: written before it is sent,
 * given up only on the gateway's signed acknowledgement (reliability.md, fact 1).
 */
export class Outbox {
  readonly epoch: string;
  readonly #store: Store;
  readonly #options: OutboxOptions;
  readonly #caps: OutboxCaps;
  #size: OutboxSize;
  #sinceMeasured = 0;
  #trimming: Promise<void> | null = null;
  #onAppended: () => void = () => undefined;

  private constructor(store: Store, options: OutboxOptions, epoch: string, size: OutboxSize) {
    this.#store = store;
    this.#options = options;
    this.#caps = options.caps ?? outboxCaps;
    this.epoch = epoch;
    this.#size = size;
  }

  /** The outbox of a store; a store without one begins a new epoch. */
  static async open(store: Store, options: OutboxOptions): Promise<Outbox> {
    const fresh = Buffer.from(options.randomBytes(epochBytes)).toString('hex');
    const epoch = await store.write(async (tx) => {
      const known = await readSetting<string>(tx, settingNames.epoch);
      if (known === undefined) await writeSetting(tx, settingNames.epoch, fresh);
      return known ?? fresh;
    });
    return new Outbox(store, options, epoch, await measure(store));
  }

  /** Records that wait for their acknowledgement, as last measured and counted since. */
  get waitingRecords(): number {
    return this.#size.waiting;
  }

  onAppended(listener: () => void): void {
    this.#onAppended = listener;
  }

  /**
   * Resolves with the record's seq once it is on disk.
   * @param also commits with the record, or not at all
   */
  async append(
    record: NewRecord,
    also: (tx: Writer) => Promise<void> = async () => undefined,
  ): Promise<number> {
    if (!isKept(record.kind)) throw new RangeError(`${record.kind} records are not kept`);
    const seq = await this.#store.write(async (tx) => {
      await also(tx);
      return await insertRecord(tx, this.epoch, record);
    });
    await this.#options.noteNumbers?.(this.epoch, seq + 1);
    const { rows, waiting, bytes } = this.#size;
    this.#size = { rows: rows + 1, waiting: waiting + 1, bytes };
    this.#sinceMeasured += 1;
    this.#onAppended();
    if (this.#sinceMeasured >= measureEveryRows || this.#size.rows > this.#caps.rowsMax) {
      await this.trim();
    }
    return seq;
  }

  /** Sound waiting records after a seq, oldest first. Damaged rows become gaps. */
  async waiting(afterSeq: number, limit: number): Promise<UnitRecord[]> {
    const rows = await selectWaiting(this.#store, afterSeq, limit);
    const records: UnitRecord[] = [];
    for (const row of rows) {
      const record = recordOfRow(this.epoch, row);
      if (record === null) await this.#giveUpDamaged(row.seq);
      else records.push(record);
    }
    // A whole page of damaged rows is not the end of the line.
    if (records.length === 0 && rows.length > 0) return this.waiting(afterSeq, limit);
    return records;
  }

  /** Waiting records up to a seq. */
  waitingUpTo(seq: number): Promise<number> {
    return countWaiting(this.#store, seq);
  }

  /**
   * Takes an acknowledgement. Its counter is written in the same transaction, so that no replay of
   * it is ever taken again. `sentUpTo` bounds it: what was never sent cannot have been committed.
   */
  async settle(ack: AckMessage, counter: number, sentUpTo: number): Promise<number> {
    const nowMs = Math.round(this.#options.stamp().happenedAtMs);
    const settled = await this.#store.write(async (tx) => {
      await writeSetting(tx, settingNames.downCounter, counter);
      if (ack.epoch !== this.epoch) return 0;
      return await this.#settleIn(tx, ack, sentUpTo, nowMs);
    });
    this.#size = { ...this.#size, waiting: Math.max(0, this.#size.waiting - settled) };
    return settled;
  }

  /** Makes acknowledged records wait again, if they are still kept. Counter as in `settle`. */
  async resendFrom(epoch: string, fromSeq: number, counter: number): Promise<number> {
    const again = await this.#store.write(async (tx) => {
      await writeSetting(tx, settingNames.downCounter, counter);
      return epoch === this.epoch ? await unsettleFrom(tx, fromSeq) : 0;
    });
    this.#size = { ...this.#size, waiting: this.#size.waiting + again };
    return again;
  }

  /** Lets the ring go after its time, and comes back under the caps. One at a time. */
  trim(): Promise<void> {
    this.#trimming ??= this.#trim().finally(() => {
      this.#trimming = null;
    });
    return this.#trimming;
  }

  /** Counts anew, after rows were given up behind its back. */
  async remeasure(): Promise<void> {
    this.#size = await measure(this.#store);
    this.#sinceMeasured = 0;
  }

  async #trim(): Promise<void> {
    const stamp = this.#options.stamp();
    await this.#store.write((tx) => deleteSettledBefore(tx, stamp.happenedAtMs - ringMs));
    await this.remeasure();
    while (isOver(this.#size, this.#caps)) {
      const given = await this.#store.write((tx) => trimStep(tx, this.epoch, this.#caps, stamp));
      await this.remeasure();
      if (given === 0) return;
    }
  }

  async #settleIn(tx: Writer, ack: AckMessage, sentUpTo: number, nowMs: number): Promise<number> {
    const { acknowledged, refused } = rowStates;
    const wasSent = (seq: number) => seq <= sentUpTo;
    const nacked = ack.nack.map(({ seq }) => seq).filter(wasSent);
    const also = ack.also.filter(wasSent);
    const upTo = Math.min(ack.upTo, sentUpTo);
    return (
      (await settleRows(tx, refused, { seqs: nacked }, nowMs)) +
      (await settleRows(tx, acknowledged, { seqs: also }, nowMs)) +
      (await settleRows(tx, acknowledged, { upTo }, nowMs))
    );
  }

  /** The number of a damaged row may be what is damaged: the gap is all it can have been. */
  async #giveUpDamaged(seq: number): Promise<void> {
    const stamp = this.#options.stamp();
    await this.#store.write(async (tx) => {
      const [firstSeq, lastSeq] = await holeAround(tx, seq);
      await deleteRows(tx, [seq]);
      const seqRuns = encodeSeqRuns([{ first: firstSeq, last: lastSeq }]);
      await insertRecord(tx, this.epoch, {
        kind: 'gap',
        ...stamp,
        values: { firstSeq, lastSeq, records: 1, reason: 'damaged', seqRuns },
      });
    });
    await this.remeasure();
  }
}
