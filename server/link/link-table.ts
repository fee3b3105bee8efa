import type { ErrorCode } from '../../protocols/errors.ts';
import type { Store } from '../../protocols/store/store.ts';
import { digestOf } from '../secrets.ts';

/** A one-time token is good for this long. */
export const linkTokenLifeMsMax = 24 * 3600 * 1000;

/** One gateway's link as an operator sees it. */
export interface Link {
  readonly linkId: string;
  readonly gatewayId: string;
  readonly createdAtMs: number;
  readonly revokedAtMs: number | null;
}

const linkColumns = `link_id AS linkId, gateway_id AS gatewayId, created_at_ms AS createdAtMs,
  revoked_at_ms AS revokedAtMs`;

/** Keeps the digest of a new one-time token. */
export async function addToken(store: Store, token: string, nowMs: number): Promise<void> {
  await store.write((tx) =>
    tx.run(
      'INSERT INTO link_tokens (token_digest, created_at_ms, expires_at_ms) VALUES (?, ?, ?)',
      [digestOf(token), nowMs, nowMs + linkTokenLifeMsMax],
    ),
  );
}

/** A claim: the token, who asks, and what was drawn for it. */
export interface LinkClaim {
  readonly token: string;
  readonly gatewayId: string;
  readonly linkId: string;
  readonly toServerKey: string;
}

/**
 * Uses a token up and stores the link; null when done, else the refusal. A gateway that claims
 * again has lost its keys: its earlier links end with the new one's beginning.
 */
export function claimLink(
  store: Store,
  { token, gatewayId, linkId, toServerKey }: LinkClaim,
  nowMs: number,
): Promise<ErrorCode | null> {
  const tokenDigest = digestOf(token);
  return store.write(async (tx) => {
    const row = await tx.get<{ expiresAtMs: number; usedAtMs: number | null }>(
      `SELECT expires_at_ms AS expiresAtMs, used_at_ms AS usedAtMs FROM link_tokens
       WHERE token_digest = ?`,
      [tokenDigest],
    );
    if (row === undefined || row.expiresAtMs < nowMs) return 'unauthorised';
    if (row.usedAtMs !== null) return 'link-token-used';
    await tx.run(
      'UPDATE links SET revoked_at_ms = ? WHERE gateway_id = ? AND revoked_at_ms IS NULL',
      [nowMs, gatewayId],
    );
    await tx.run(
      'INSERT INTO links (link_id, gateway_id, key_digest, created_at_ms) VALUES (?, ?, ?, ?)',
      [linkId, gatewayId, digestOf(toServerKey), nowMs],
    );
    await tx.run('UPDATE link_tokens SET used_at_ms = ?, link_id = ? WHERE token_digest = ?', [
      nowMs,
      linkId,
      tokenDigest,
    ]);
    return null;
  });
}

/** All links ever made, newest first. */
export function listLinks(store: Store): Promise<Link[]> {
  return store.all<Link>(`SELECT ${linkColumns} FROM links ORDER BY created_at_ms DESC, link_id`);
}

/** The link a bearer key belongs to; undefined when unknown or revoked. */
export function linkOfKey(store: Store, bearerKey: string): Promise<Link | undefined> {
  return store.get<Link>(
    `SELECT ${linkColumns} FROM links WHERE key_digest = ? AND revoked_at_ms IS NULL`,
    [digestOf(bearerKey)],
  );
}

/** Ends a link; false when there is no such link in force. */
export async function revokeLink(store: Store, linkId: string, nowMs: number): Promise<boolean> {
  const { changes } = await store.write((tx) =>
    tx.run('UPDATE links SET revoked_at_ms = ? WHERE link_id = ? AND revoked_at_ms IS NULL', [
      nowMs,
      linkId,
    ]),
  );
  return changes === 1;
}
