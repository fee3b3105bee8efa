import { createPublicKey } from 'node:crypto';
import {
  privateKeyFromSeed,
  rawPublicKey,
  type Signer,
  signEd25519,
} from '../../protocols/signed/ed25519.ts';

/** A signer from a 32-byte seed, for tests only. */
export function signerFromSeed(seed: Uint8Array): Signer {
  const privateKey = privateKeyFromSeed(seed);
  return {
    publicKey: rawPublicKey(createPublicKey(privateKey)),
    sign: (message) => signEd25519(privateKey, message),
  };
}
