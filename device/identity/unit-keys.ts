import type { KeyObject } from 'node:crypto';
import { join } from 'node:path';
import type { Signer } from '../../protocols/signed/ed25519.ts';
import { bornKey, keySigner } from './key-files.ts';

/** The two keys of a unit. Neither ever leaves it. */
export interface UnitKeys {
  /** Ed25519: codes, batches, enrolment. */
  readonly signer: Signer;
  /** P-256: TLS client certificate. */
  readonly tlsKey: KeyObject;
}

/** Loads the unit's keys from `<dataDir>/secrets`, making them at the first start. */
export async function unitKeys(dataDir: string): Promise<UnitKeys> {
  const secrets = join(dataDir, 'secrets');
  const signingKey = await bornKey(join(secrets, 'code-key.pem'), 'ed25519');
  const tlsKey = await bornKey(join(secrets, 'tls-key.pem'), 'ec-p256');
  return { signer: keySigner(signingKey), tlsKey };
}
