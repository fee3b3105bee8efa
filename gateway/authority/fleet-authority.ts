import './reflect-metadata.ts';
import { createHash, createPrivateKey, webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import { join } from 'node:path';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  type JsonGeneralName,
  KeyUsageFlags,
  KeyUsagesExtension,
  Pkcs10CertificateRequest,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';
import type { GatewayEnv } from '../environment.ts';
import { publicMode, readSecret, secretMode, writeWhole } from '../secrets/secret-file.ts';
import type { CertificateAuthority, IssuedCertificate, ServerCertificate } from './authority.ts';

const dayMs = 86_400_000;
export const unitCertificateDays = 90;
const serverCertificateDays = 397;
const authorityDays = 20 * 365;
/** A certificate is valid from a little earlier: units' clocks may be behind. */
const backdateMs = 10 * 60_000;
/** Made anew when less than this is left at a start. */
const serverRenewLeftMs = 60 * dayMs;
const serialNumberBytes = 16;
const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

type KeyPair = { privateKey: webcrypto.CryptoKey; publicKey: webcrypto.CryptoKey };

async function newKeyPair(): Promise<KeyPair> {
  return (await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as KeyPair;
}

async function privateKeyPem(key: webcrypto.CryptoKey): Promise<string> {
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key));
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
    .export({ format: 'pem', type: 'pkcs8' })
    .toString();
}

async function importPrivateKey(pem: string): Promise<webcrypto.CryptoKey> {
  const der = createPrivateKey(pem).export({ format: 'der', type: 'pkcs8' });
  return webcrypto.subtle.importKey('pkcs8', der, algorithm, false, ['sign']);
}

function subjectNames(names: readonly string[]): JsonGeneralName[] {
  return names.map((name) => ({ type: isIP(name) === 0 ? 'dns' : 'ip', value: name }));
}

function namesOf(certificate: X509Certificate): readonly string[] {
  const extension = certificate.getExtension(SubjectAlternativeNameExtension);
  return extension === null ? [] : extension.names.items.map(({ value }) => value);
}

/** The gateway's own CA. Made by `openFleetAuthority`. */
class FleetAuthority implements CertificateAuthority {
  readonly caPem: string;
  readonly #folder: string;
  readonly #certificate: X509Certificate;
  readonly #signingKey: webcrypto.CryptoKey;
  readonly #env: GatewayEnv;

  constructor(folder: string, caPem: string, signingKey: webcrypto.CryptoKey, env: GatewayEnv) {
    this.caPem = caPem;
    this.#folder = folder;
    this.#certificate = new X509Certificate(caPem);
    this.#signingKey = signingKey;
    this.#env = env;
  }

  async issueUnit(csrPem: string, serial: string): Promise<IssuedCertificate> {
    const { publicKey } = new Pkcs10CertificateRequest(csrPem);
    const certificate = await this.#issue(publicKey, serial, unitCertificateDays, [
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth]),
    ]);
    return {
      pem: certificate.toString('pem'),
      fingerprint: createHash('sha256').update(Buffer.from(certificate.rawData)).digest('hex'),
      notAfterMs: certificate.notAfter.getTime(),
    };
  }

  async serverCertificate(names: readonly string[]): Promise<ServerCertificate> {
    const kept = this.#keptServerCertificate(names);
    if (kept !== null) return kept;
    const keys = await newKeyPair();
    const certificate = await this.#issue(keys.publicKey, 'xinlu gateway', serverCertificateDays, [
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension(subjectNames(names)),
    ]);
    const made = {
      certificatePem: certificate.toString('pem'),
      privateKeyPem: await privateKeyPem(keys.privateKey),
    };
    writeWhole(this.#serverFile, JSON.stringify(made), secretMode);
    return made;
  }

  get #serverFile(): string {
    return join(this.#folder, 'server-certificate.json');
  }

  /** The one of an earlier start, if it is by this CA, for the same names and lasts. */
  #keptServerCertificate(names: readonly string[]): ServerCertificate | null {
    const text = readSecret(this.#serverFile);
    if (text === null) return null;
    const kept = JSON.parse(text.toString('utf8')) as ServerCertificate;
    const certificate = new X509Certificate(kept.certificatePem);
    const lasts = certificate.notAfter.getTime() - this.#env.nowMs() > serverRenewLeftMs;
    const sameNames = namesOf(certificate).join() === names.join();
    const ours = certificate.issuer === this.#certificate.subject;
    return lasts && sameNames && ours ? kept : null;
  }

  async #issue(
    publicKey: webcrypto.CryptoKey | Pkcs10CertificateRequest['publicKey'],
    commonName: string,
    days: number,
    extensions: readonly Extension[],
  ): Promise<X509Certificate> {
    const nowMs = this.#env.nowMs();
    return X509CertificateGenerator.create({
      serialNumber: serialNumber(this.#env),
      subject: [{ CN: [commonName] }],
      issuer: this.#certificate.subject,
      notBefore: new Date(nowMs - backdateMs),
      notAfter: new Date(nowMs + days * dayMs),
      signingAlgorithm: algorithm,
      publicKey,
      signingKey: this.#signingKey,
      extensions: [
        new BasicConstraintsExtension(false, undefined, true),
        new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
        await AuthorityKeyIdentifierExtension.create(this.#certificate),
        ...extensions,
      ],
    });
  }
}

/** Positive, and never the same twice: RFC 5280, section 4.1.2.2. */
function serialNumber(env: GatewayEnv): string {
  const bytes = env.randomBytes(serialNumberBytes);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes.toString('hex');
}

async function makeAuthority(keyFile: string, certificateFile: string, env: GatewayEnv) {
  const keys = await newKeyPair();
  const nowMs = env.nowMs();
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(env),
    name: [{ CN: [`xinlu fleet ${env.randomBytes(4).toString('hex')}`] }],
    notBefore: new Date(nowMs - backdateMs),
    notAfter: new Date(nowMs + authorityDays * dayMs),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  // The key last: it is what says that the authority is complete.
  writeWhole(certificateFile, certificate.toString('pem'), secretMode);
  writeWhole(keyFile, await privateKeyPem(keys.privateKey), secretMode);
}

/**
 * The fleet CA of this gateway, made at the first start (P-256, key 0600 in `secretsFolder`).
 * @param publicFile where its certificate is put for technicians' images: `fleet-ca.pem`
 */
export async function openFleetAuthority(
  secretsFolder: string,
  publicFile: string,
  env: GatewayEnv,
): Promise<CertificateAuthority> {
  const keyFile = join(secretsFolder, 'fleet-ca.key');
  const certificateFile = join(secretsFolder, 'fleet-ca.pem');
  if (readSecret(keyFile) === null) await makeAuthority(keyFile, certificateFile, env);
  const keyPem = readSecret(keyFile)?.toString('ascii') ?? '';
  const caPem = readSecret(certificateFile)?.toString('ascii') ?? '';
  const signingKey = await importPrivateKey(keyPem);
  writeWhole(publicFile, caPem, publicMode);
  return new FleetAuthority(secretsFolder, caPem, signingKey, env);
}
