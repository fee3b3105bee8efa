import { createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import { Value } from 'typebox/value';
import { type EnrolmentGrant, enrolmentGrant } from '../../protocols/enrolment/request.ts';
import { type CodeHost, parseCodeHost } from '../../protocols/scan-code/link.ts';
import { matchKeyBytes } from '../../protocols/scan-code/match.ts';
import { publicKeyFromRaw } from '../../protocols/signed/ed25519.ts';
import type { CodeIdentity } from '../code/minter.ts';
import { readIfThere, writeDurably } from '../store/durable-file.ts';

/** What enrolment gave this unit, checked and ready for use. */
export interface Credentials {
  readonly grant: EnrolmentGrant;
  readonly identity: CodeIdentity;
  /** Keys of the gateway that sign what comes down, by key id. */
  readonly gatewayKeys: ReadonlyMap<string, KeyObject>;
  /** Unix ms. */
  readonly certificateFromMs: number;
  readonly certificateToMs: number;
}

export interface GrantExpectation {
  readonly serial: string;
  readonly tlsKey: KeyObject;
  readonly allowHttpCodes: boolean;
}

/** Credentials, or in words what is wrong with them. */
export type GrantReading =
  | { readonly ok: true; readonly credentials: Credentials }
  | { readonly ok: false; readonly reason: string };

function certificateOf(pem: string): X509Certificate | null {
  try {
    return new X509Certificate(pem);
  } catch {
    return null;
  }
}

function spki(key: KeyObject): Buffer {
  return createPublicKey(key).export({ format: 'der', type: 'spki' });
}

function spkiOfPublic(key: KeyObject): Buffer {
  return key.export({ format: 'der', type: 'spki' });
}

function no(reason: string): GrantReading {
  return { ok: false, reason };
}

function codeIdentity(grant: EnrolmentGrant, codeHost: CodeHost): CodeIdentity {
  return {
    unitId: grant.unitId,
    kind: grant.kind,
    codeHost,
    matchKey: Buffer.from(grant.matchKey, 'base64url'),
  };
}

/** Looks a grant over before anything of it is trusted or kept. */
export function readGrant(value: unknown, expected: GrantExpectation): GrantReading {
  if (!Value.Check(enrolmentGrant, value)) return no('the grant does not fit its schema');
  const certificate = certificateOf(value.certificatePem);
  if (certificate === null) return no('the certificate cannot be read');
  if (!spkiOfPublic(certificate.publicKey).equals(spki(expected.tlsKey))) {
    return no('the certificate is for another key');
  }
  const commonNames = certificate.subject.split('\n').filter((line) => line.startsWith('CN='));
  if (commonNames.join() !== `CN=${expected.serial}`) {
    return no('the certificate is for another serial');
  }
  const host = parseCodeHost(value.codeAddress, expected.allowHttpCodes);
  if (!host.ok) return no(host.message);
  if (Buffer.from(value.matchKey, 'base64url').length !== matchKeyBytes) {
    return no('the match key has the wrong length');
  }
  const gatewayKeys = new Map<string, KeyObject>();
  for (const { keyId, publicKey } of value.gatewayKeys) {
    const key = publicKeyFromRaw(Buffer.from(publicKey, 'base64url'));
    if (key === null) return no(`the gateway key ${keyId} is not one to trust`);
    gatewayKeys.set(keyId, key);
  }
  const credentials: Credentials = {
    grant: value,
    identity: codeIdentity(value, host.codeHost),
    gatewayKeys,
    certificateFromMs: Date.parse(certificate.validFrom),
    certificateToMs: Date.parse(certificate.validTo),
  };
  return { ok: true, credentials };
}

/** The grant kept in a file; null when there is none or it is not this unit's any more. */
export async function loadCredentials(
  path: string,
  expected: GrantExpectation,
): Promise<GrantReading | null> {
  const text = await readIfThere(path);
  if (text === null) return null;
  try {
    return readGrant(JSON.parse(text), expected);
  } catch {
    return no('the file of the grant is not JSON');
  }
}

/** Keeps the grant, whole or not at all: the match key in it is secret. */
export function saveGrant(path: string, grant: EnrolmentGrant): Promise<void> {
  return writeDurably(path, `${JSON.stringify(grant, null, 2)}\n`);
}
