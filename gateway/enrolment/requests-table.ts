import type { Reader, Writer } from '../../protocols/store/store.ts';

/** Where a key that asks to be enrolled was seen. */
export type RequestSource = 'network' | 'code';

export interface PendingRequest {
  readonly requestId: string;
  readonly serial: string;
  readonly publicKey: Uint8Array;
  readonly source: RequestSource;
  readonly askedAtMs: number;
}

/**
 * Keys that may wait for one serial. A code on a screen stands before what came over the network:
 * nobody can push the key on the glass out by asking often.
 */
export const requestsPerSerialMax = 8;

const columns = `request_id AS requestId, serial, public_key AS publicKey, source,
  asked_at_ms AS askedAtMs`;

export function requestsOf(store: Reader, serial: string): Promise<PendingRequest[]> {
  return store.all<PendingRequest>(
    `SELECT ${columns} FROM enrolment_request WHERE serial = ? ORDER BY asked_at_ms DESC`,
    [serial],
  );
}

/** The request of a number; undefined: never made, approved, or pushed out by newer ones. */
export function requestById(store: Reader, requestId: string): Promise<PendingRequest | undefined> {
  return store.get<PendingRequest>(
    `SELECT ${columns} FROM enrolment_request WHERE request_id = ?`,
    [requestId],
  );
}

/** Keeps the request, or what is known of it already, and answers its id. */
export async function keepRequest(tx: Writer, request: PendingRequest): Promise<string> {
  const { requestId, serial, publicKey, source, askedAtMs } = request;
  await tx.run(
    `INSERT INTO enrolment_request (request_id, serial, public_key, source, asked_at_ms)
    VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (serial, public_key) DO UPDATE SET asked_at_ms = excluded.asked_at_ms,
      source = CASE WHEN source = 'code' THEN source ELSE excluded.source END`,
    [requestId, serial, publicKey, source, askedAtMs],
  );
  await tx.run(
    `DELETE FROM enrolment_request WHERE serial = ? AND request_id NOT IN
      (SELECT request_id FROM enrolment_request WHERE serial = ?
      ORDER BY source = 'code' DESC, asked_at_ms DESC LIMIT ?)`,
    [serial, serial, requestsPerSerialMax],
  );
  const kept = await tx.get<{ requestId: string }>(
    `SELECT request_id AS requestId FROM enrolment_request WHERE serial = ? AND public_key = ?`,
    [serial, publicKey],
  );
  return kept?.requestId ?? requestId;
}
