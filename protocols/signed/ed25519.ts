import type { KeyObject } from 'node:crypto';
import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';

export const publicKeyBytes = 32;
export const signatureBytes = 64;
const seedBytes = 32;

/** RFC 8410: the DER headers before a raw Ed25519 key. */
const spkiHeader = Buffer.from('302a300506032b6570032100', 'hex');
const pkcs8Header = Buffer.from('302e020100300506032b657004220420', 'hex');

const fieldPrime = 2n ** 255n - 19n;

/**
 * y coordinates of the eight points whose order divides 8 (and their encodings above the prime).
 * A signature under such a key can verify for messages nobody signed: RFC 8032, section 5.1.7 and
 * "Taming the many EdDSAs" (2020), table 1.
 */
const smallOrderY = new Set([
  0n,
  1n,
  fieldPrime - 1n,
  2707385501144840649318225287225658788936804267575313519463743609750303402022n,
  55188659117513257062467267217118295137698188065244968500265048394206261417927n,
]);

/** True for keys that bind nobody: refused at registration and wherever keys are loaded. */
export function isSmallOrder(rawKey: Uint8Array): boolean {
  const little = Buffer.from(rawKey).reverse();
  little[0] = (little[0] ?? 0) & 0x7f;
  return smallOrderY.has(BigInt(`0x${little.toString('hex')}`) % fieldPrime);
}

/** A raw 32-byte Ed25519 public key as a KeyObject, or null if it is not one to trust. */
export function publicKeyFromRaw(rawKey: Uint8Array): KeyObject | null {
  if (rawKey.length !== publicKeyBytes || isSmallOrder(rawKey)) return null;
  try {
    return createPublicKey({
      key: Buffer.concat([spkiHeader, rawKey]),
      format: 'der',
      type: 'spki',
    });
  } catch {
    return null;
  }
}

/** The 32 raw bytes of an Ed25519 public key. */
export function rawPublicKey(key: KeyObject): Buffer {
  return Buffer.from(key.export({ format: 'der', type: 'spki' }).subarray(spkiHeader.length));
}

/** The private key that grows from a 32-byte seed (RFC 8032, section 5.1.5). */
export function privateKeyFromSeed(seed: Uint8Array): KeyObject {
  if (seed.length !== seedBytes) throw new RangeError(`an Ed25519 seed has ${seedBytes} bytes`);
  return createPrivateKey({
    key: Buffer.concat([pkcs8Header, seed]),
    format: 'der',
    type: 'pkcs8',
  });
}

export function signEd25519(privateKey: KeyObject, message: Uint8Array): Buffer {
  return sign(null, message, privateKey);
}

/** Never throws: a signature of the wrong length is a wrong signature. */
export function verifyEd25519(
  publicKey: KeyObject,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  return signature.length === signatureBytes && verify(null, message, publicKey, signature);
}

/** Who can sign without showing the key: a key file today, a secure element tomorrow. */
export interface Signer {
  /** Raw 32-byte Ed25519 public key. */
  readonly publicKey: Uint8Array;
  /** Ed25519 over `message`, 64 bytes. */
  sign(message: Uint8Array): Uint8Array;
}

/** A signer whose key is held in memory, grown from a 32-byte seed. */
export function signerFromSeed(seed: Uint8Array): Signer {
  const key = privateKeyFromSeed(seed);
  return {
    publicKey: rawPublicKey(createPublicKey(key)),
    sign: (message) => signEd25519(key, message),
  };
}
