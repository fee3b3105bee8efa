import type { Reader, Writer } from '../../protocols/store/store.ts';

/** A `shown` record as it is stored, with the match key of the key set that signed its code. */
export interface ShownRow {
  readonly happenedAtMs: number;
  readonly receivedAtMs: number;
  readonly code: Buffer | null;
  readonly layoutVersion: number | null;
  readonly contentVersion: number | null;
  readonly frameHash: Buffer | null;
  readonly decodedOk: boolean | null;
  readonly panelMode: string | null;
  readonly matchKey: Buffer | null;
}

interface StoredRow {
  readonly happenedAtMs: number;
  readonly receivedAtMs: number;
  readonly body: string;
  readonly matchKey: Uint8Array | null;
}

interface Body {
  readonly code: string | null;
  readonly layoutVersion: number | null;
  readonly contentVersion: number | null;
  readonly frameHash: string | null;
  readonly decodedOk: boolean | null;
  readonly panelMode: string | null;
}

function bytesOf(text: string | null): Buffer | null {
  return text === null ? null : Buffer.from(text, 'base64url');
}

function rowOf({ happenedAtMs, receivedAtMs, body, matchKey }: StoredRow): ShownRow {
  const { code, frameHash, layoutVersion, contentVersion, decodedOk, panelMode } = JSON.parse(
    body,
  ) as Body;
  return {
    ...{ happenedAtMs, receivedAtMs, layoutVersion, contentVersion, decodedOk, panelMode },
    code: bytesOf(code),
    frameHash: bytesOf(frameHash),
    matchKey: matchKey === null ? null : Buffer.from(matchKey),
  };
}

/**
 * The newest code that a unit put on its glass at or before a moment of its clock, from all its
 * outboxes; one look into the index for each. Kind 3 is `shown`; without a trusted clock (0) a
 * record does not say when. Undefined: none is kept.
 */
export async function shownBefore(
  reader: Reader,
  serial: string,
  atMs: number,
): Promise<ShownRow | undefined> {
  const row = await reader.get<StoredRow>(
    `SELECT found.happened_at_ms AS happenedAtMs, found.received_at_ms AS receivedAtMs, found.body,
      key_set.match_key AS matchKey
    FROM epoch
    JOIN unit_record AS found ON found.epoch_no = epoch.epoch_no AND found.seq = (
      SELECT seq FROM unit_record AS one
      WHERE one.epoch_no = epoch.epoch_no AND one.kind = 3 AND one.happened_at_ms <= ?2
        AND one.clock <> 0
      ORDER BY one.happened_at_ms DESC, one.seq DESC LIMIT 1)
    LEFT JOIN key_set ON key_set.serial = epoch.serial AND key_set.enrolment = epoch.enrolment
    WHERE epoch.serial = ?1
    ORDER BY found.happened_at_ms DESC, found.epoch_no DESC LIMIT 1`,
    [serial, atMs],
  );
  return row === undefined ? undefined : rowOf(row);
}

/** Drops, at most `rowsMax`, what was shown before `beforeMs`; answers how many rows went. */
export async function dropShown(tx: Writer, beforeMs: number, rowsMax: number): Promise<number> {
  const { changes } = await tx.run(
    `DELETE FROM unit_record WHERE (epoch_no, seq) IN (
      SELECT old.epoch_no, old.seq FROM epoch
      JOIN unit_record AS old ON old.epoch_no = epoch.epoch_no
      WHERE old.kind = 3 AND old.happened_at_ms < ? LIMIT ?)`,
    [beforeMs, rowsMax],
  );
  return changes;
}
