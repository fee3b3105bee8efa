import { createPublicKey } from 'node:crypto';
import { join } from 'node:path';
import { keyIdOf } from '../../protocols/audit/key-id.ts';
import {
  privateKeyFromSeed,
  rawPublicKey,
  type Signer,
  signEd25519,
} from '../../protocols/signed/ed25519.ts';
import type { GatewayEnv } from '../environment.ts';
import { secretFile } from '../secrets/secret-file.ts';

const seedBytes = 32;

/** The Ed25519 key that signs bundles of evidence, and nothing else. */
export interface EvidenceKey {
  readonly keyId: string;
  readonly signer: Signer;
}

/** Read from the folder of secrets; made there, 0600, when it is missing. */
export function openEvidenceKey(folder: string, env: Pick<GatewayEnv, 'randomBytes'>): EvidenceKey {
  const seed = secretFile(join(folder, 'evidence.seed'), () => env.randomBytes(seedBytes));
  const privateKey = privateKeyFromSeed(seed);
  const publicKey = rawPublicKey(createPublicKey(privateKey));
  const sign = (message: Uint8Array) => signEd25519(privateKey, message);
  return { keyId: keyIdOf(publicKey), signer: { publicKey, sign } };
}
