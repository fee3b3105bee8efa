import type { ErrorCode } from '../../protocols/errors.ts';
import type { Store } from '../../protocols/store/store.ts';
import { type AuditOutside, appendAudit } from '../audit/append-audit.ts';
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
export async function addToken(
  store: Store,
  token: string,
  nowMs: number,
  { randomBytes }: Pick<AuditOutside, 'randomBytes'>,
): Promise<void> {
  const [digest, expiresAtMs] = [digestOf(token), nowMs + linkTokenLifeMsMax];
  await store.write(async (tx) => {
    await tx.run(
      'INSERT INTO link_tokens (token_digest, created_at_ms, expires_at_ms) VALUES (?, ?, ?)',
      [digest, nowMs, expiresAtMs],
    );
    const event = {
      actor: 'operator',
      action: 'link-token.create',
      subject: `link-token:${digest}`,
    };
    const after = { expiresAtMs };
    const outside = { nowMs: () => nowMs, randomBytes };
    await appendAudit(tx, { ...event, reason: 'command', before: null, after }, outside);
  });
}

/** The link in force that was made last: the gateway that is asked; null: there is none. */
export async function newestLinkId(store: Store): Promise<string | null> {
  const row = await store.get<{ linkId: string }>(
    `SELECT link_id AS linkId FROM links WHERE revoked_at_ms IS NULL
     ORDER BY created_at_ms DESC, link_id LIMIT 1`,
  );
  return row?.linkId ?? null;
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
  outside: AuditOutside,
): Promise<ErrorCode | null> {
  const tokenDigest = digestOf(token);
  const nowMs = outside.nowMs();
  return store.write(async (tx) => {
    const row = await tx.get<{ expiresAtMs: number; usedAtMs: number | null }>(
      `SELECT expires_at_ms AS expiresAtMs, used_at_ms AS usedAtMs FROM link_tokens
       WHERE token_digest = ?`,
      [tokenDigest],
    );
    if (row === undefined || row.expiresAtMs < nowMs) return 'unauthorised';
    if (row.usedAtMs !== null) return 'link-token-used';
    const ended = await tx.run(
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
    const event = {
      actor: `gateway:${gatewayId}`,
      action: 'link.claim',
      subject: `link:${linkId}`,
    };
    const [before, after] = [{ endedLinks: ended.changes }, { linkId, gatewayId }];
    await appendAudit(tx, { ...event, reason: 'one-time token', before, after }, outside);
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
export function revokeLink(store: Store, linkId: string, outside: AuditOutside): Promise<boolean> {
  return store.write(async (tx) => {
    const { changes } = await tx.run(
      'UPDATE links SET revoked_at_ms = ? WHERE link_id = ? AND revoked_at_ms IS NULL',
      [outside.nowMs(), linkId],
    );
    if (changes === 0) return false;
    const event = { actor: 'operator', action: 'link.revoke', subject: `link:${linkId}` };
    const [before, after] = [{ inForce: true }, { inForce: false }];
    await appendAudit(tx, { ...event, reason: 'command', before, after }, outside);
    return true;
  });
}
