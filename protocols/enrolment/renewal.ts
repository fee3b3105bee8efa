import { createHash, type KeyObject } from 'node:crypto';
import { type Static, Type } from 'typebox';
import { domainBytes, domains } from '../signed/domain.ts';
import { type Signer, verifyEd25519 } from '../signed/ed25519.ts';
import { enrolmentGrant } from './request.ts';

/**
 * `POST /enrol/renewals`: a fresh client certificate for the key set in force, also when the last
 * one has ended. An empty nonce is answered with one, as for enrolment. reliability.md, "Identity".
 */
export const renewalRequest = Type.Object({
  serial: Type.String({ pattern: '^[A-Z0-9-]{4,20}$' }),
  csr: Type.String({ description: 'PKCS#10 of the P-256 key, PEM, CN = serial', maxLength: 4096 }),
  nonce: Type.String({ description: 'from the 401 answer, single use, 60 s', maxLength: 64 }),
  signature: Type.String({ description: 'Ed25519 of the unit over renewalMessage, base64url' }),
});
export type RenewalRequest = Static<typeof renewalRequest>;

/** 200: what a certificate's life may have changed. Keys and numbers of the unit stay. */
export const renewalGrant = Type.Object({
  status: Type.Literal('renewed'),
  ...Type.Pick(enrolmentGrant, [
    'certificatePem',
    'fleetCaPem',
    'brokers',
    'gatewayKeys',
    'codeAddress',
  ]).properties,
});
export type RenewalGrant = Static<typeof renewalGrant>;

/** Share of a certificate's life after which it is renewed: 60 of 90 days. */
export const renewAfterShare = 2 / 3;

/** What the unit signs: domain, zero byte, SHA-256 of serial, CSR, nonce. */
export function renewalMessage(request: Omit<RenewalRequest, 'signature'>): Buffer {
  const digest = createHash('sha256');
  for (const part of [request.serial, request.csr, request.nonce]) digest.update(`${part}\0`);
  return domainBytes(domains.renewalRequest, digest.digest());
}

export function signRenewal(
  request: Omit<RenewalRequest, 'signature'>,
  signer: Signer,
): RenewalRequest {
  const signature = Buffer.from(signer.sign(renewalMessage(request))).toString('base64url');
  return { ...request, signature };
}

/** True when the key in force signed it. */
export function verifyRenewal(request: RenewalRequest, publicKey: KeyObject): boolean {
  const signature = Buffer.from(request.signature, 'base64url');
  return verifyEd25519(publicKey, renewalMessage(request), signature);
}
