import { type RecordKind, recordTable } from '../../protocols/messages/record-table.ts';
import type { Reader } from '../../protocols/store/store.ts';
import { rowStates } from './outbox-table.ts';
import { recordOfRow } from './row-codec.ts';

/** Records of one kind. */
export interface KindSummary {
  readonly kind: RecordKind;
  readonly waiting: number;
  /** Refused by the gateway for good. */
  readonly refused: number;
  /** With those that were acknowledged and are kept for a while. */
  readonly rows: number;
  readonly bytes: number;
}

export interface QueueSummary {
  readonly kinds: readonly KindSummary[];
  /** When the oldest that waits happened, Unix ms; null: none waits. */
  readonly oldestMs: number | null;
}

const kindOfCode = new Map(
  (Object.keys(recordTable) as RecordKind[]).map((kind) => [
    recordTable[kind].code as number,
    kind,
  ]),
);

/** What waits for the gateway, by kind, for people. */
export async function summariseQueue(reader: Reader, epoch: string): Promise<QueueSummary> {
  const rows = await reader.all<{ code: number; waiting: number; refused: number } & KindSummary>(
    `SELECT kind AS code, count(*) AS rows, count(*) FILTER (WHERE state = ?) AS waiting,
            count(*) FILTER (WHERE state = ?) AS refused, sum(length(body)) AS bytes
     FROM outbox GROUP BY kind ORDER BY kind`,
    [rowStates.waiting, rowStates.refused],
  );
  const kinds = rows.flatMap(({ code, waiting, refused, rows: count, bytes }) => {
    const kind = kindOfCode.get(code);
    return kind === undefined ? [] : [{ kind, waiting, refused, rows: count, bytes }];
  });
  const oldest = await reader.get<{ seq: number; body: string; hash: Uint8Array }>(
    'SELECT seq, body, hash FROM outbox WHERE state = ? ORDER BY seq LIMIT 1',
    [rowStates.waiting],
  );
  const record = oldest === undefined ? null : recordOfRow(epoch, oldest);
  return { kinds, oldestMs: record?.happenedAtMs ?? null };
}
