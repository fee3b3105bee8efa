import { createHash } from 'node:crypto';
import { type Static, Type } from 'typebox';
import { domainBytes, domains } from '../signed/domain.ts';
import { publicKeyFromRaw, type Signer, verifyEd25519 } from '../signed/ed25519.ts';

/** `POST /enrol/requests`, and its answers. wire.md, "Enrolment". */
export const enrolmentRequest = Type.Object({
  serial: Type.String({ pattern: '^[A-Z0-9-]{4,20}$' }),
  publicKey: Type.String({ description: 'Ed25519, base64url of 32 bytes' }),
  csr: Type.String({ description: 'PKCS#10 of the P-256 key, PEM, CN = serial', maxLength: 4096 }),
  nonce: Type.String({ description: 'from the 401 answer, single use, 60 s', maxLength: 64 }),
  signature: Type.String({ description: 'Ed25519 over requestMessage, base64url' }),
});
export type EnrolmentRequest = Static<typeof enrolmentRequest>;

/** 401: the nonce to sign, and signed time for a unit that has none. */
export const enrolmentChallenge = Type.Object({
  nonce: Type.String(),
  gatewayMs: Type.Integer({ minimum: 0 }),
});

/** 202: known or not, the unit shows its code and asks again. */
export const enrolmentPending = Type.Object({
  status: Type.Literal('pending'),
  retryAfterS: Type.Integer({ minimum: 1 }),
});

/** 200: approved. Everything a unit needs; nothing here is common to two units. */
export const enrolmentGrant = Type.Object({
  status: Type.Literal('granted'),
  unitId: Type.Integer({ minimum: 1, maximum: 0xff_ff_ff }),
  enrolment: Type.Integer({ minimum: 1 }),
  kind: Type.Union([Type.Literal(0), Type.Literal(1)]),
  certificatePem: Type.String(),
  fleetCaPem: Type.String(),
  brokers: Type.Array(Type.String({ description: 'mqtts://HOST:PORT' })),
  gatewayKeys: Type.Array(Type.Object({ keyId: Type.String(), publicKey: Type.String() }), {
    description: 'Ed25519 keys that sign what goes down; the unit pins them',
  }),
  matchKey: Type.String({ description: 'base64url of 32 bytes, for this unit alone' }),
  codeAddress: Type.String({ description: 'https://HOST[:PORT][/PREFIX]/ of the codes' }),
  releaseKey: Type.Optional(
    Type.String({ description: 'Ed25519 key that signs releases, base64url; the unit pins it' }),
  ),
});
export type EnrolmentGrant = Static<typeof enrolmentGrant>;

/** What the unit signs: domain, zero byte, SHA-256 of serial, public key, CSR, nonce. */
export function requestMessage(request: Omit<EnrolmentRequest, 'signature'>): Buffer {
  const digest = createHash('sha256');
  for (const part of [request.serial, request.publicKey, request.csr, request.nonce]) {
    digest.update(`${part}\0`);
  }
  return domainBytes(domains.enrolmentRequest, digest.digest());
}

export function signRequest(
  request: Omit<EnrolmentRequest, 'signature'>,
  signer: Signer,
): EnrolmentRequest {
  const signature = Buffer.from(signer.sign(requestMessage(request))).toString('base64url');
  return { ...request, signature };
}

/** True when the request was signed by the very key it carries. */
export function verifyRequest(request: EnrolmentRequest): boolean {
  const key = publicKeyFromRaw(Buffer.from(request.publicKey, 'base64url'));
  const signature = Buffer.from(request.signature, 'base64url');
  return key !== null && verifyEd25519(key, requestMessage(request), signature);
}

/** First 16 hexadecimal digits of SHA-256 of the public key, in fours: read aloud at the bench. */
export function keyFingerprint(publicKey: Uint8Array): string {
  const hex = createHash('sha256').update(publicKey).digest('hex').slice(0, 16).toUpperCase();
  return (hex.match(/.{4}/g) ?? []).join('-');
}
