import { toBase64url } from '../../protocols/audit/base64url.ts';
import { keyIdOf } from '../../protocols/audit/key-id.ts';
import { CodedError } from '../../protocols/errors.ts';
import { type Signer, signerFromSeed } from '../../protocols/signed/ed25519.ts';
import type { Reader, Store } from '../../protocols/store/store.ts';
import { dataFiles, loadSecret } from '../secrets.ts';
import { type AuditOutside, appendAudit } from './append-audit.ts';

export type KeyUse = 'receipt' | 'checkpoint';

/** A public key that signs or signed; the times are Unix ms, null: no bound. */
export interface SigningKey {
  readonly keyId: string;
  readonly use: KeyUse;
  /** 32 bytes, base64url. */
  readonly publicKey: string;
  readonly validFromMs: number | null;
  readonly validToMs: number | null;
}

/** The signers at work now. */
export interface Signers {
  readonly receipt: Signer;
  readonly checkpoint: Signer;
}

/** All keys there ever were, oldest first: what was signed with them stays to be checked. */
export function listSigningKeys(reader: Reader): Promise<SigningKey[]> {
  return reader.all<SigningKey>(
    `SELECT key_id AS keyId, use, public_key AS publicKey, valid_from_ms AS validFromMs,
            valid_to_ms AS validToMs
     FROM signing_keys ORDER BY use, valid_from_ms, key_id`,
  );
}

/**
 * Notes a key that is new here, and ends the one before it. The first of a use is bound by no
 * beginning; keys change when an operator takes the secret file away and starts the server again.
 */
async function beginKey(store: Store, use: KeyUse, signer: Signer, outside: AuditOutside) {
  const keyId = keyIdOf(signer.publicKey);
  await store.write(async (tx) => {
    const known = (await listSigningKeys(tx)).filter((key) => key.use === use);
    const same = known.find((key) => key.keyId === keyId);
    if (same !== undefined && same.validToMs === null) return;
    if (same !== undefined) {
      throw new CodedError('conflict', `secrets/${use}.key is a key that has ended: take it away`);
    }
    const earlier = known.find(({ validToMs }) => validToMs === null);
    const nowMs = outside.nowMs();
    const begins: SigningKey = {
      keyId,
      use,
      publicKey: toBase64url(signer.publicKey),
      validFromMs: earlier === undefined ? null : nowMs,
      validToMs: null,
    };
    await tx.run('UPDATE signing_keys SET valid_to_ms = ? WHERE use = ? AND valid_to_ms IS NULL', [
      nowMs,
      use,
    ]);
    await tx.run(
      'INSERT INTO signing_keys (key_id, use, public_key, valid_from_ms) VALUES (?, ?, ?, ?)',
      [keyId, use, begins.publicKey, begins.validFromMs],
    );
    const ended = earlier === undefined ? null : { ...earlier, validToMs: nowMs };
    const event = { actor: 'system', action: 'key.begin', subject: `key:${keyId}` };
    const reason = earlier === undefined ? 'first key' : 'the secret file was replaced';
    await appendAudit(tx, { ...event, reason, before: ended, after: { ...begins } }, outside);
  });
}

/** Loads both secrets, makes what is missing, and notes keys that are new. */
export async function openSigners(
  store: Store,
  dataDir: string,
  outside: AuditOutside,
): Promise<Signers> {
  const open = async (use: KeyUse): Promise<Signer> => {
    const seed = loadSecret(dataFiles.signingSecret(dataDir, use), outside.randomBytes);
    const signer = signerFromSeed(Buffer.from(seed, 'base64url'));
    await beginKey(store, use, signer, outside);
    return signer;
  };
  return { receipt: await open('receipt'), checkpoint: await open('checkpoint') };
}

/** A row of KEYS.json for what these keys sign. architecture.md, "Names, CLI and ports". */
export function keyFileEntry({ keyId, use, publicKey, validFromMs, validToMs }: SigningKey) {
  const timeOf = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());
  const [validFrom, validTo] = [timeOf(validFromMs), timeOf(validToMs)];
  return { use, keyId, alg: 'ed25519', publicKey, validFrom, validTo };
}
