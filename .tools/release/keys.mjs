import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** PKCS#8 PEM of a new Ed25519 key. */
export function newReleaseKey() {
  return generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' });
}

/** A signer over the key in a file. */
export function readReleaseKey({ rawPublicKey, signEd25519 }, file) {
  const key = createPrivateKey(readFileSync(file));
  const publicKey = rawPublicKey(createPublicKey(key));
  return { publicKey, sign: (message) => signEd25519(key, message) };
}

/** As `gateway.releaseKey` and `device.releaseKey` take it. */
export function publicKeyText({ publicKey }) {
  return Buffer.from(publicKey).toString('base64url');
}

/** The bundle with the release key's signature; null: it is none. */
export function signBundle(protocols, bytes, releaseKey) {
  const { encodeHeader, readHeader, releaseIdOf, signRelease } = protocols;
  const reading = readHeader(bytes);
  if (!reading.ok) return null;
  const { header, headerBytes } = reading;
  const releaseSignature = signRelease(header.manifest, releaseKey);
  const head = encodeHeader({ ...header, releaseSignature });
  return {
    bytes: Buffer.concat([head, bytes.subarray(headerBytes)]),
    releaseId: releaseIdOf(header.manifest),
  };
}

/** The release key's word that a deploy key counts, for `xinlu release authorised`; null: it does not fit. */
export function authorise(protocols, releaseKey, { publicKey, number, fromS, toS }) {
  const { encodeStatement, readStatement, signStatement } = protocols;
  const bytes = encodeStatement({ format: 1, number, publicKey, fromS, toS });
  if (readStatement(bytes) === null) return null;
  const signature = signStatement(bytes, releaseKey);
  return {
    statement: bytes.toString('base64url'),
    signature: Buffer.from(signature).toString('base64url'),
  };
}
