import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto';
import { rawPublicKey, type Signer, signEd25519 } from '../../protocols/signed/ed25519.ts';
import { readIfThere, writeDurably } from '../store/durable-file.ts';

const generators = {
  ed25519: () => generateKeyPairSync('ed25519').privateKey,
  'ec-p256': () => generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey,
} as const;
export type KeyType = keyof typeof generators;

/**
 * The private key in a file, born here on the first call and never anywhere else: PKCS#8 PEM,
 * owner only, on disk before it is used. reliability.md, "Identity".
 */
export async function bornKey(path: string, type: KeyType): Promise<KeyObject> {
  const pem = await readIfThere(path);
  if (pem !== null) return createPrivateKey(pem);
  const key = generators[type]();
  await writeDurably(path, key.export({ format: 'pem', type: 'pkcs8' }) as string);
  return key;
}

/** Signs with a key held in memory; a secure element would stand behind the same interface. */
export function keySigner(privateKey: KeyObject): Signer {
  const publicKey = rawPublicKey(createPublicKey(privateKey));
  return { publicKey, sign: (message) => signEd25519(privateKey, message) };
}
