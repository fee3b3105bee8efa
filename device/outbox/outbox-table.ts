import { type RecordKind, recordTable } from '../../protocols/messages/record-table.ts';
import type { UnitRecord } from '../../protocols/messages/records.ts';
import type { Reader, Store, Writer } from '../../protocols/store/store.ts';
import { readSetting, settingNames, writeSetting } from '../store/settings.ts';
import { bodyOf, type OutboxRow, recordOfRow, rowHash } from './row-codec.ts';

/** What became of a row. Eight bits lie between any two: no flipped one settles a row. */
export const rowStates = { waiting: 0, acknowledged: 0x5a5a, refused: 0x3cc3 } as const;

/** Bytes a row costs beside its body: hash, keys, indexes, page share. */
const rowOverheadBytes = 64;

export interface OutboxSize {
  readonly waiting: number;
  readonly rows: number;
  readonly bytes: number;
}

/** A record before it has its place in the line. */
export type NewRecord = UnitRecord extends infer Each
  ? Each extends UnitRecord
    ? Omit<Each, 'seq'>
    : never
  : never;

/** Gives the next seq, contiguous in this epoch because it rolls back with its transaction. */
export async function insertRecord(tx: Writer, epoch: string, record: NewRecord): Promise<number> {
  const seq = (await readSetting<number>(tx, settingNames.nextSeq)) ?? 1;
  const body = bodyOf({ ...record, seq } as UnitRecord);
  await tx.run('INSERT INTO outbox (seq, kind, body, hash) VALUES (?, ?, ?, ?)', [
    seq,
    recordTable[record.kind].code,
    body,
    rowHash(epoch, seq, body),
  ]);
  await writeSetting(tx, settingNames.nextSeq, seq + 1);
  return seq;
}

export function selectWaiting(reader: Reader, afterSeq: number, limit: number) {
  return reader.all<OutboxRow>(
    'SELECT seq, body, hash FROM outbox WHERE state = 0 AND seq > ? ORDER BY seq LIMIT ?',
    [afterSeq, limit],
  );
}

/** Waiting rows up to a seq: what is on its way while that is the last one sent. */
export async function countWaiting(reader: Reader, upTo: number): Promise<number> {
  const row = await reader.get<{ count: number }>(
    'SELECT count(*) AS count FROM outbox WHERE state = 0 AND seq <= ?',
    [upTo],
  );
  return row?.count ?? 0;
}

export async function measure(reader: Reader): Promise<OutboxSize> {
  const row = await reader.get<{ waiting: number; rows: number; bytes: number }>(
    `SELECT count(*) AS rows, count(*) FILTER (WHERE state = 0) AS waiting,
            coalesce(sum(length(body)), 0) AS bytes FROM outbox`,
  );
  const rows = row?.rows ?? 0;
  return { rows, waiting: row?.waiting ?? 0, bytes: (row?.bytes ?? 0) + rows * rowOverheadBytes };
}

const seqList = 'seq IN (SELECT value FROM json_each(?))';

/** Marks rows as settled; the count of those that were waiting. */
export async function settleRows(
  tx: Writer,
  state: number,
  where: { readonly upTo: number } | { readonly seqs: readonly number[] },
  nowMs: number,
): Promise<number> {
  const [condition, value] =
    'upTo' in where ? ['seq <= ?', where.upTo] : [seqList, JSON.stringify(where.seqs)];
  const { changes } = await tx.run(
    `UPDATE outbox SET state = ?, settled_at_ms = ? WHERE state = 0 AND ${condition}`,
    [state, nowMs, value],
  );
  return changes;
}

/** After a restore of the gateway: what it acknowledged once waits again. */
export async function unsettleFrom(tx: Writer, fromSeq: number): Promise<number> {
  const { changes } = await tx.run(
    'UPDATE outbox SET state = 0, settled_at_ms = NULL WHERE state = ? AND seq >= ?',
    [rowStates.acknowledged, fromSeq],
  );
  return changes;
}

/** 0: there is no row. */
export async function highestSeq(reader: Reader): Promise<number> {
  const row = await reader.get<{ last: number | null }>('SELECT max(seq) AS last FROM outbox');
  return row?.last ?? 0;
}

/** Rows whose state is none wait again: the gateway knows those it has. */
export async function healStates(store: Store): Promise<void> {
  const { waiting, acknowledged, refused } = rowStates;
  const isNone = 'state IS NULL OR state NOT IN (?, ?, ?)';
  const states = [waiting, acknowledged, refused];
  const row = await store.get<{ count: number }>(
    `SELECT count(*) AS count FROM outbox NOT INDEXED WHERE ${isNone}`,
    states,
  );
  if (row?.count === 0) return;
  await store.write(async (tx) => {
    await tx.run('REINDEX outbox');
    await tx.run(`UPDATE outbox SET state = 0, settled_at_ms = NULL WHERE ${isNone}`, states);
  });
}

export async function deleteRows(tx: Writer, seqs: readonly number[]): Promise<void> {
  await tx.run(`DELETE FROM outbox WHERE ${seqList}`, [JSON.stringify(seqs)]);
}

export async function deleteSettledBefore(tx: Writer, beforeMs: number): Promise<number> {
  const { changes } = await tx.run('DELETE FROM outbox WHERE state <> 0 AND settled_at_ms < ?', [
    beforeMs,
  ]);
  return changes;
}

export async function deleteOldestSettled(tx: Writer, rows: number): Promise<number> {
  const { changes } = await tx.run(
    `DELETE FROM outbox WHERE seq IN
       (SELECT seq FROM outbox WHERE state <> 0 ORDER BY seq LIMIT ?)`,
    [rows],
  );
  return changes;
}

/** The oldest waiting rows of one kind, by seq; one whose kind is only a flipped bit is none. */
export async function oldestWaiting(
  reader: Reader,
  epoch: string,
  kind: RecordKind,
  limit: number,
): Promise<number[]> {
  const rows = await reader.all<OutboxRow>(
    'SELECT seq, body, hash FROM outbox WHERE state = 0 AND kind = ? ORDER BY seq LIMIT ?',
    [recordTable[kind].code, limit],
  );
  return rows.filter((row) => recordOfRow(epoch, row)?.kind === kind).map(({ seq }) => seq);
}

/** The numbers around a row that no other row has: a row of them was lost there. */
export async function holeAround(reader: Reader, seq: number): Promise<[number, number]> {
  const row = await reader.get<{ before: number | null; after: number | null }>(
    `SELECT (SELECT max(seq) FROM outbox WHERE seq < ?) AS before,
            (SELECT min(seq) FROM outbox WHERE seq > ?) AS after`,
    [seq, seq],
  );
  const nextSeq = (await readSetting<number>(reader, settingNames.nextSeq)) ?? seq + 1;
  return [(row?.before ?? 0) + 1, (row?.after ?? nextSeq) - 1];
}
