import { toBase64url } from '../../protocols/audit/base64url.ts';
import { keyIdOf } from '../../protocols/audit/key-id.ts';
import { CodedError } from '../../protocols/errors.ts';
import type { PrintIssuer } from '../../protocols/http/print-bodies.ts';
import { type Signer, signerFromSeed } from '../../protocols/signed/ed25519.ts';
import type { Reader, Store } from '../../protocols/store/store.ts';
import { type AuditOutside, appendAudit } from '../audit/append-audit.ts';
import { dataFiles, loadSecret } from '../secrets.ts';

/** The key that signs printed cards. */
export interface CardIssuer {
  readonly keyId: string;
  readonly signer: Signer;
  /** Unix seconds from which it counts; null: always. */
  readonly validFromS: number | null;
}

interface KeyRow {
  readonly keyId: string;
  readonly publicKey: string;
  readonly validFromMs: number | null;
  readonly validToMs: number | null;
  readonly revokedAtMs: number | null;
}

function keyRows(reader: Reader): Promise<KeyRow[]> {
  return reader.all<KeyRow>(
    `SELECT key_id AS keyId, public_key AS publicKey, valid_from_ms AS validFromMs,
       valid_to_ms AS validToMs, revoked_at_ms AS revokedAtMs FROM card_keys ORDER BY valid_from_ms`,
  );
}

/** Every key cards were ever signed with, as gateways check them. */
export async function cardIssuers(reader: Reader): Promise<PrintIssuer[]> {
  const second = (ms: number | null) => (ms === null ? null : Math.floor(ms / 1000));
  return (await keyRows(reader)).map((row) => ({
    keyId: row.keyId,
    publicKey: row.publicKey,
    validFrom: second(row.validFromMs),
    validTo: second(row.validToMs),
    revoked: row.revokedAtMs !== null,
  }));
}

/**
 * Loads the issuing key, made at the first start (0600). A new one, after the file was taken away,
 * ends the one before it: cards that are printed already stay good, unless they are revoked.
 */
export async function openCardIssuer(
  store: Store,
  dataDir: string,
  outside: AuditOutside,
): Promise<CardIssuer> {
  const seed = loadSecret(dataFiles.signingSecret(dataDir, 'issuer'), outside.randomBytes);
  const signer = signerFromSeed(Buffer.from(seed, 'base64url'));
  const keyId = keyIdOf(signer.publicKey);
  const validFromMs = await store.write(async (tx) => {
    const known = await keyRows(tx);
    const same = known.find((row) => row.keyId === keyId);
    if (same !== undefined && same.validToMs === null) return same.validFromMs;
    if (same !== undefined) {
      throw new CodedError('conflict', 'secrets/issuer.key is a key that has ended: take it away');
    }
    const nowMs = outside.nowMs();
    const fromMs = known.length === 0 ? null : nowMs;
    const publicKey = toBase64url(signer.publicKey);
    await tx.run('UPDATE card_keys SET valid_to_ms = ? WHERE valid_to_ms IS NULL', [nowMs]);
    await tx.run('INSERT INTO card_keys (key_id, public_key, valid_from_ms) VALUES (?, ?, ?)', [
      ...[keyId, publicKey, fromMs],
    ]);
    const event = { actor: 'system', action: 'card-key.begin', subject: `key:${keyId}` };
    const reason = known.length === 0 ? 'first key' : 'the secret file was replaced';
    const after = { keyId, publicKey, validFromMs: fromMs };
    await appendAudit(tx, { ...event, reason, before: null, after }, outside);
    return fromMs;
  });
  const validFromS = validFromMs === null ? null : Math.ceil(validFromMs / 1000);
  return { keyId, signer, validFromS };
}
