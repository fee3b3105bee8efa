import { clockSources, recordTable } from '../../protocols/messages/record-table.ts';
import type { UnitRecord } from '../../protocols/messages/records.ts';
import type { SeqRange } from '../../protocols/messages/seq-runs.ts';
import { jsonField, jsonFields } from '../../protocols/store/json-rows.ts';
import type { Reader, Writer } from '../../protocols/store/store.ts';

/** SQL of ingest: one statement a kind for everything of one commit, over one JSON value. */

export interface EpochUse {
  readonly serial: string;
  readonly epoch: string;
  readonly enrolment: number;
}

export interface EpochRow {
  readonly epochNo: number;
  readonly serial: string;
  readonly epoch: string;
  readonly isNew: boolean;
}

/** Numbers of the epochs, new ones included; notes the contact. */
export async function touchEpochs(
  tx: Writer,
  epochs: readonly EpochUse[],
  atMs: number,
): Promise<EpochRow[]> {
  const before = await tx.get<{ newest: number | null }>(
    'SELECT max(epoch_no) AS newest FROM epoch',
  );
  const rows = await tx.all<{ epochNo: number; serial: string; epoch: string }>(
    `INSERT INTO epoch (serial, epoch, enrolment, first_received_ms, last_received_ms)
    SELECT ${jsonFields(['text', 'text', 'whole'])}, ?2, ?2 FROM json_each(?1) WHERE true
    ON CONFLICT (serial, epoch) DO UPDATE SET enrolment = excluded.enrolment,
      last_received_ms = excluded.last_received_ms
    RETURNING epoch_no AS epochNo, serial, epoch`,
    [
      JSON.stringify(epochs.map(({ serial, epoch, enrolment }) => [serial, epoch, enrolment])),
      atMs,
    ],
  );
  return rows.map((row) => ({ ...row, isNew: row.epochNo > (before?.newest ?? 0) }));
}

/** A stretch of an epoch that a commit touches. */
export interface Stretch extends SeqRange {
  readonly epochNo: number;
}

/** What was received or given up before: ranges that touch the stretches, and the one that begins with 1. */
export async function loadRanges(
  tx: Reader,
  stretches: readonly Stretch[],
): Promise<(Stretch & SeqRange)[]> {
  return tx.all<Stretch>(
    `SELECT received.epoch_no AS epochNo, first_seq AS first, last_seq AS last
    FROM json_each(?) AS stretch JOIN received_range AS received
      ON received.epoch_no = ${jsonField('whole', 0, 'stretch')}
      AND (first_seq = 1
        OR first_seq <= ${jsonField('whole', 2, 'stretch')} + 1
          AND last_seq >= ${jsonField('whole', 1, 'stretch')} - 1)
    ORDER BY received.epoch_no, first_seq`,
    [JSON.stringify(stretches.map(({ epochNo, first, last }) => [epochNo, first, last]))],
  );
}

/** Puts merged ranges in the place of those they grew from. */
export async function saveRanges(
  tx: Writer,
  gone: readonly Stretch[],
  ranges: readonly Stretch[],
): Promise<void> {
  if (gone.length > 0) {
    await tx.run(
      `DELETE FROM received_range WHERE (epoch_no, first_seq) IN
        (SELECT ${jsonFields(['whole', 'whole'])} FROM json_each(?))`,
      [JSON.stringify(gone.map(({ epochNo, first }) => [epochNo, first]))],
    );
  }
  await tx.run(
    `INSERT INTO received_range (epoch_no, first_seq, last_seq)
    SELECT ${jsonFields(['whole', 'whole', 'whole'])} FROM json_each(?) WHERE true
    ON CONFLICT (epoch_no, first_seq) DO UPDATE SET last_seq = excluded.last_seq`,
    [JSON.stringify(ranges.map(({ epochNo, first, last }) => [epochNo, first, last]))],
  );
}

export interface NewRecord {
  readonly epochNo: number;
  readonly receivedAtMs: number;
  readonly record: UnitRecord;
}

/** Bytes are base64url in JSON. */
function bodyOf({ values }: UnitRecord): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      value instanceof Uint8Array ? Buffer.from(value).toString('base64url') : value,
    ]),
  );
}

export async function insertRecords(tx: Writer, records: readonly NewRecord[]): Promise<void> {
  if (records.length === 0) return;
  const rows = records.map(({ epochNo, receivedAtMs, record }) => [
    epochNo,
    record.seq,
    recordTable[record.kind].code,
    record.happenedAtMs,
    clockSources.indexOf(record.clock),
    receivedAtMs,
    bodyOf(record),
  ]);
  await tx.run(
    `INSERT INTO unit_record
      (epoch_no, seq, kind, happened_at_ms, clock, received_at_ms, body)
    SELECT ${jsonFields(['whole', 'whole', 'whole', 'whole', 'whole', 'whole', 'text'])}
    FROM json_each(?) WHERE true
    ON CONFLICT DO NOTHING`,
    [JSON.stringify(rows)],
  );
}

/** When each unit was last heard, by committed batches. */
export async function lastContacts(store: Reader): Promise<Map<string, number>> {
  const rows = await store.all<{ serial: string; atMs: number }>(
    'SELECT serial, max(last_received_ms) AS atMs FROM epoch GROUP BY serial',
  );
  return new Map(rows.map(({ serial, atMs }) => [serial, atMs]));
}
