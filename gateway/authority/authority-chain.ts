import './reflect-metadata.ts';
import type { webcrypto } from 'node:crypto';
import {
  BasicConstraintsExtension,
  type Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';
import type { GatewayEnv } from '../environment.ts';
import { onlyWithin, organisationOf } from './name-constraint.ts';
import { algorithm, importPrivateKey, newKeyPair, privateKeyPem, serialNumber } from './p256.ts';

const dayMs = 86_400_000;
const authorityDays = 20 * 365;
/** A certificate is valid from a little earlier: units' clocks may be behind. */
export const backdateMs = 10 * 60_000;
/** Older CAs that units may still pin; a handshake carries a certificate for each. */
const authoritiesMax = 8;

/** One CA as it is kept. Newest first, each with the way from the one before it. */
export interface KeptAuthority {
  /** Signed by itself: what units pin. */
  readonly certificatePem: string;
  /** Its name and key signed by the CA before it: leads those who only know that one here. */
  readonly crossPem: string | null;
  /** Null: destroyed after the overlap. */
  readonly keyPem: string | null;
  /** Null: the one that signs now. */
  readonly trustedUntilMs: number | null;
}

async function caExtensions(
  publicKey: webcrypto.CryptoKey,
  organisation: string,
): Promise<Extension[]> {
  return [
    new BasicConstraintsExtension(true, undefined, true),
    new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
    onlyWithin(organisation),
    await SubjectKeyIdentifierExtension.create(publicKey),
  ];
}

/** All CAs of one fleet are of one organisation: what each may sign is named by it. */
function newOrganisation(env: GatewayEnv): string {
  return `Xinlu fleet ${env.randomBytes(4).toString('hex')}`;
}

/** A CA with nothing before it. */
export async function firstAuthority(env: GatewayEnv): Promise<KeptAuthority> {
  const { kept } = await newAuthority(newOrganisation(env), env);
  return kept;
}

async function newAuthority(organisation: string, env: GatewayEnv) {
  const keys = await newKeyPair();
  const nowMs = env.nowMs();
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(env),
    name: [{ O: [organisation] }, { CN: [`fleet CA ${env.randomBytes(4).toString('hex')}`] }],
    notBefore: new Date(nowMs - backdateMs),
    notAfter: new Date(nowMs + authorityDays * dayMs),
    signingAlgorithm: algorithm,
    keys,
    extensions: await caExtensions(keys.publicKey, organisation),
  });
  const kept: KeptAuthority = {
    certificatePem: certificate.toString('pem'),
    crossPem: null,
    keyPem: await privateKeyPem(keys.privateKey),
    trustedUntilMs: null,
  };
  return { kept, keys, subject: certificate.subject };
}

/**
 * A new CA before the others. Whoever pins only an older one still finds the way: each CA is also
 * signed by the one before it, and servers show these certificates.
 */
export async function chainAfterRotation(
  chain: readonly KeptAuthority[],
  overlapMs: number,
  env: GatewayEnv,
): Promise<readonly KeptAuthority[]> {
  const [current, ...older] = chain;
  if (current?.keyPem == null) throw new Error('the newest authority has no key');
  const issuer = new X509Certificate(current.certificatePem);
  const organisation = organisationOf(issuer) ?? newOrganisation(env);
  const { kept, keys, subject } = await newAuthority(organisation, env);
  const nowMs = env.nowMs();
  const cross = await X509CertificateGenerator.create({
    serialNumber: serialNumber(env),
    subject,
    issuer: issuer.subject,
    notBefore: new Date(nowMs - backdateMs),
    notAfter: issuer.notAfter,
    signingAlgorithm: algorithm,
    publicKey: keys.publicKey,
    signingKey: await importPrivateKey(current.keyPem),
    extensions: await caExtensions(keys.publicKey, organisation),
  });
  const newest = { ...kept, crossPem: cross.toString('pem') };
  const before = { ...current, trustedUntilMs: nowMs + overlapMs };
  return [newest, before, ...older].slice(0, authoritiesMax);
}

export function isTrusted({ trustedUntilMs }: KeptAuthority, nowMs: number): boolean {
  return trustedUntilMs === null || trustedUntilMs > nowMs;
}

/** Without the keys of those that nobody trusts any more; the same chain when there are none. */
export function withoutOldKeys(
  chain: readonly KeptAuthority[],
  nowMs: number,
): readonly KeptAuthority[] {
  const isOver = (one: KeptAuthority) => one.keyPem !== null && !isTrusted(one, nowMs);
  return chain.some(isOver)
    ? chain.map((one) => (isOver(one) ? { ...one, keyPem: null } : one))
    : chain;
}
