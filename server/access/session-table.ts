import type { Reader, Store, Writer } from '../../protocols/store/store.ts';
import { digestOf } from '../secrets.ts';

/** A session ends after this long without a request, and after this long at all. */
export const sessionIdleMsMax = 30 * 60_000;
export const sessionLifeMsMax = 12 * 3600_000;
/** How often a session in use is written down. */
const touchEveryMs = 60_000;

export interface Session {
  readonly sessionDigest: string;
  readonly accountId: string;
  readonly loginName: string;
  readonly realName: string;
  readonly seenAtMs: number;
}

export async function addSession(
  tx: Writer,
  cookie: string,
  accountId: string,
  nowMs: number,
): Promise<void> {
  await tx.run(
    `INSERT INTO sessions (session_digest, account_id, created_at_ms, seen_at_ms)
     VALUES (?, ?, ?, ?)`,
    [digestOf(cookie), accountId, nowMs, nowMs],
  );
}

/**
 * The session of a cookie, looked up at every request: what was ended, disabled or has lapsed is
 * gone with the next click.
 */
export function sessionOf(
  reader: Reader,
  cookie: string,
  nowMs: number,
): Promise<Session | undefined> {
  return reader.get<Session>(
    `SELECT session_digest AS sessionDigest, s.account_id AS accountId, login_name AS loginName,
       real_name AS realName, seen_at_ms AS seenAtMs
     FROM sessions s JOIN accounts a ON a.account_id = s.account_id
     WHERE session_digest = ? AND ended_at_ms IS NULL AND disabled_at_ms IS NULL
       AND s.created_at_ms > ? AND seen_at_ms > ?`,
    [digestOf(cookie), nowMs - sessionLifeMsMax, nowMs - sessionIdleMsMax],
  );
}

/** Marks the session as in use, once a minute at most. */
export async function touchSession(store: Store, session: Session, nowMs: number): Promise<void> {
  if (nowMs - session.seenAtMs < touchEveryMs) return;
  await store.write((tx) =>
    tx.run('UPDATE sessions SET seen_at_ms = ? WHERE session_digest = ?', [
      nowMs,
      session.sessionDigest,
    ]),
  );
}

export async function endSession(tx: Writer, cookie: string, nowMs: number): Promise<void> {
  await tx.run(
    'UPDATE sessions SET ended_at_ms = ? WHERE session_digest = ? AND ended_at_ms IS NULL',
    [nowMs, digestOf(cookie)],
  );
}

/** Ends all sessions of an account, at once. */
export async function endSessions(tx: Writer, accountId: string, nowMs: number): Promise<void> {
  await tx.run('UPDATE sessions SET ended_at_ms = ? WHERE account_id = ? AND ended_at_ms IS NULL', [
    nowMs,
    accountId,
  ]);
}
