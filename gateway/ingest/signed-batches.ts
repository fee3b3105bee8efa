import { createHash } from 'node:crypto';
import type { UnitRecord } from '../../protocols/messages/records.ts';
import type { Reader, Writer } from '../../protocols/store/store.ts';
import type { TrustedBatch } from './batch.ts';

/** A batch exactly as its unit signed it. */
export interface SignedBatch {
  readonly enrolment: number;
  /** The bytes of `up`. */
  readonly bytes: Uint8Array;
}

/**
 * A unit keeps 72 h: no record of a batch is older than this before the newest of it, ms. What
 * overlaps a span is looked for so far behind it.
 */
const batchSpanMsMax = 72 * 3_600_000;

/** When the records of a batch happened; without a trusted clock, when they came. */
function spanOf({ kept, receivedAtMs }: TrustedBatch): readonly [number, number] {
  const timed = kept.filter(({ clock }: UnitRecord) => clock !== 'none');
  const moments = timed.map(({ happenedAtMs }) => happenedAtMs);
  if (moments.length === 0) return [receivedAtMs, receivedAtMs];
  return [Math.min(...moments), Math.max(...moments)];
}

/**
 * Keeps the bytes that a unit signed, in the transaction that takes their records: what is read
 * out of them can then be shown to anybody. The same batch again is kept once.
 */
export async function insertSignedBatches(
  tx: Writer,
  batches: readonly TrustedBatch[],
): Promise<void> {
  if (batches.length === 0) return;
  const rows = batches.map((batch) => {
    const { unit, enrolment, receivedAtMs, bytes } = batch;
    const [firstMs, lastMs] = spanOf(batch);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    return [
      ...[unit.unitId, lastMs, sha256, firstMs, unit.serial, enrolment, receivedAtMs],
      Buffer.from(bytes),
    ];
  });
  await tx.run(
    `INSERT INTO signed_batch
       (unit_id, last_ms, sha256, first_ms, serial, enrolment, received_at_ms, bytes)
     VALUES ${rows.map(() => '(?, ?, ?, ?, ?, ?, ?, ?)').join(', ')}
     ON CONFLICT (unit_id, last_ms, sha256) DO NOTHING`,
    rows.flat(),
  );
}

/** Batches of a unit with a record of a span, both ends included, oldest first. */
export function signedBatchesBetween(
  reader: Reader,
  unitId: number,
  fromMs: number,
  toMs: number,
  rowsMax: number,
): Promise<SignedBatch[]> {
  return reader.all<SignedBatch>(
    `SELECT enrolment, bytes FROM signed_batch
     WHERE unit_id = ? AND last_ms >= ? AND last_ms <= ? AND first_ms <= ?
     ORDER BY last_ms, sha256 LIMIT ?`,
    [unitId, fromMs, toMs + batchSpanMsMax, toMs, rowsMax],
  );
}
