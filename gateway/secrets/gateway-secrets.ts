import { createPublicKey } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  privateKeyFromSeed,
  rawPublicKey,
  type Signer,
  signEd25519,
} from '../../protocols/signed/ed25519.ts';
import type { GatewayEnv } from '../environment.ts';
import { keyIdOf } from '../registry/key-id.ts';
import { secretFile } from './secret-file.ts';

const seedBytes = 32;
/** What OpenSSL wants for session tickets: name, HMAC key, AES key. */
const ticketKeyBytes = 48;
const tokenBytes = 24;
const shareGroupBytes = 16;

/** The Ed25519 key that signs everything that goes down to a unit. */
export interface DownKey {
  readonly keyId: string;
  readonly signer: Signer;
}

export interface GatewaySecrets {
  /** Folder of secret files, 0700. */
  readonly folder: string;
  readonly downKey: DownKey;
  /** Kept, so that units come back with their tickets after a restart. */
  readonly ticketKeys: Buffer;
  /** Name under which gateways share what units send at a broker outside: nobody can guess it. */
  readonly shareGroup: string;
  /** Bearer token of the administration listener. */
  readonly adminToken: string;
}

/** Where the administration token lies: also read by the command line. */
export function adminTokenFile(dataDir: string): string {
  return join(dataDir, 'admin.token');
}

function downKeyOf(seed: Buffer): DownKey {
  const privateKey = privateKeyFromSeed(seed);
  const publicKey = rawPublicKey(createPublicKey(privateKey));
  const signer = { publicKey, sign: (message: Uint8Array) => signEd25519(privateKey, message) };
  return { keyId: keyIdOf(publicKey), signer };
}

/** Makes the data folder and every secret that is missing; nothing has a default. */
export function openSecrets(dataDir: string, env: GatewayEnv): GatewaySecrets {
  const folder = join(dataDir, 'secrets');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const secret = (name: string, size: number) =>
    secretFile(join(folder, name), () => env.randomBytes(size));
  return {
    folder,
    downKey: downKeyOf(secret('down.seed', seedBytes)),
    ticketKeys: secret('tls-ticket.key', ticketKeyBytes),
    shareGroup: secret('share-group', shareGroupBytes).toString('hex'),
    adminToken: secretFile(adminTokenFile(dataDir), () =>
      Buffer.from(env.randomBytes(tokenBytes).toString('base64url'), 'ascii'),
    ).toString('ascii'),
  };
}
