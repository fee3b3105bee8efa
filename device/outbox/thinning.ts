import type { ClockSource, RecordKind } from '../../protocols/messages/record-table.ts';
import { encodeSeqRuns, rangesOfSeqs } from '../../protocols/messages/seq-runs.ts';
import type { Writer } from '../../protocols/store/store.ts';
import {
  deleteOldestSettled,
  deleteRows,
  insertRecord,
  measure,
  type OutboxSize,
  oldestWaiting,
} from './outbox-table.ts';

/** How large the outbox may grow. reliability.md, R2: 72 h at a fix every 5 s in 20 MB. */
export interface OutboxCaps {
  readonly rowsMax: number;
  readonly bytesMax: number;
  /** Rows given up in one step. */
  readonly stepRows: number;
}

export const outboxCaps: OutboxCaps = {
  rowsMax: 76_000,
  bytesMax: 14 * 1024 * 1024,
  stepRows: 1_000,
};

/** What may be thinned, in this order. Everything else, events above all, is never given up. */
export const thinnable: readonly RecordKind[] = ['fix', 'status'];

export function isOver(size: OutboxSize, caps: OutboxCaps): boolean {
  return size.rows > caps.rowsMax || size.bytes > caps.bytesMax;
}

/** When and by which clock the gap is noted. */
export interface Stamp {
  readonly happenedAtMs: number;
  readonly clock: ClockSource;
}

/** Every second one of the oldest, so that a long absence loses detail before it loses hours. */
async function thinStep(tx: Writer, epoch: string, stepRows: number, stamp: Stamp) {
  for (const kind of thinnable) {
    const oldest = await oldestWaiting(tx, epoch, kind, stepRows * 2);
    const given = oldest.filter((_seq, index) => index % 2 === 1);
    const [firstSeq, lastSeq] = [given[0], given.at(-1)];
    if (firstSeq === undefined || lastSeq === undefined) continue;
    await deleteRows(tx, given);
    const seqRuns = encodeSeqRuns(rangesOfSeqs(given));
    await insertRecord(tx, epoch, {
      kind: 'gap',
      ...stamp,
      values: { firstSeq, lastSeq, records: given.length, reason: `thinned-${kind}`, seqRuns },
    });
    return given.length;
  }
  return 0;
}

/** Acknowledged rows first, then detail of the past. Answers the rows given up. */
export async function giveUp(
  tx: Writer,
  epoch: string,
  stepRows: number,
  stamp: Stamp,
): Promise<number> {
  const ring = await deleteOldestSettled(tx, stepRows);
  return ring > 0 ? ring : await thinStep(tx, epoch, stepRows, stamp);
}

/** One step back under the caps. Answers the rows given up; 0: nothing may go. */
export async function trimStep(
  tx: Writer,
  epoch: string,
  caps: OutboxCaps,
  stamp: Stamp,
): Promise<number> {
  if (!isOver(await measure(tx), caps)) return 0;
  return await giveUp(tx, epoch, caps.stepRows, stamp);
}
