import './reflect-metadata.ts';
import { createHash, type webcrypto } from 'node:crypto';
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
  X509Certificate,
  X509CertificateGenerator,
  X509CrlGenerator,
} from '@peculiar/x509';
import type { GatewayEnv } from '../environment.ts';
import { publicMode, readSecret, secretMode, writeWhole } from '../secrets/secret-file.ts';
import type {
  IssuedCertificate,
  RevokedCertificate,
  RotatingAuthority,
  TrustAnchor,
} from './authority.ts';
import {
  backdateMs,
  chainAfterRotation,
  firstAuthority,
  isTrusted,
  type KeptAuthority,
  withoutOldKeys,
} from './authority-chain.ts';
import { nameWithin } from './name-constraint.ts';
import { algorithm, importPrivateKey, serialNumber } from './p256.ts';

const dayMs = 86_400_000;
export const unitCertificateDays = 90;
const serverCertificateDays = 397;
/** Longer than a unit's certificate: when it ends, nothing that the old CA signed is valid. */
export const overlapDays = 120;
/** A broker that finds its list older than this trusts nobody: it is written every 12 hours. */
const listDays = 30;

function subjectNames(names: readonly string[]): JsonGeneralName[] {
  return names.map((name) => ({ type: isIP(name) === 0 ? 'dns' : 'ip', value: name }));
}

/** As OpenSSL, and so every broker, wants to read it: RFC 7468, section 6. */
function listPem(der: ArrayBuffer): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return ['-----BEGIN X509 CRL-----', ...lines, '-----END X509 CRL-----', ''].join('\n');
}

interface Signing {
  readonly certificate: X509Certificate;
  readonly key: webcrypto.CryptoKey;
}

async function signingOf({ certificatePem, keyPem }: KeptAuthority): Promise<Signing> {
  if (keyPem === null) throw new Error('this authority signs no more');
  return { certificate: new X509Certificate(certificatePem), key: await importPrivateKey(keyPem) };
}

interface FleetAuthorityFiles {
  /** Folder of secrets. */
  readonly folder: string;
  /** Where the anchors are put for technicians' images. */
  readonly publicFile: string;
}

/** The gateway's own CA. Made by `openFleetAuthority`. */
class FleetAuthority implements RotatingAuthority {
  readonly #files: FleetAuthorityFiles;
  readonly #env: GatewayEnv;
  #chain: readonly KeptAuthority[];
  #signing: Signing;
  #listedAtMs = 0;

  constructor(
    files: FleetAuthorityFiles,
    chain: readonly KeptAuthority[],
    signing: Signing,
    env: GatewayEnv,
  ) {
    this.#files = files;
    this.#chain = chain;
    this.#signing = signing;
    this.#env = env;
  }

  get caPem(): string {
    return this.#trusted()
      .map(({ certificatePem }) => `${certificatePem.trim()}\n`)
      .join('');
  }

  get anchors(): readonly TrustAnchor[] {
    return this.#trusted().map(({ certificatePem, trustedUntilMs }) => {
      const { subject, notAfter } = new X509Certificate(certificatePem);
      return { name: subject, notAfterMs: notAfter.getTime(), trustedUntilMs };
    });
  }

  async rotate(): Promise<boolean> {
    if (this.#trusted().length > 1) return false;
    const chain = await chainAfterRotation(this.#chain, overlapDays * dayMs, this.#env);
    const [newest] = chain;
    if (newest === undefined) return false;
    this.#keep(chain);
    this.#signing = await signingOf(newest);
    return true;
  }

  async issueUnit(csrPem: string, serial: string): Promise<IssuedCertificate> {
    const { publicKey } = new Pkcs10CertificateRequest(csrPem);
    const certificate = await this.#issue(publicKey, serial, unitCertificateDays, [
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth]),
    ]);
    return {
      pem: certificate.toString('pem'),
      fingerprint: createHash('sha256').update(Buffer.from(certificate.rawData)).digest('hex'),
      number: certificate.serialNumber,
      authority: certificate.issuer,
      notAfterMs: certificate.notAfter.getTime(),
    };
  }

  async issueServer(csrPem: string, names: readonly string[]): Promise<string> {
    const { publicKey } = new Pkcs10CertificateRequest(csrPem);
    const certificate = await this.#issue(publicKey, 'xinlu gateway', serverCertificateDays, [
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension(subjectNames(names)),
    ]);
    const crosses = this.#chain.flatMap(({ crossPem }) => crossPem ?? []);
    return [certificate.toString('pem'), ...crosses].map((pem) => `${pem.trim()}\n`).join('');
  }

  async revocationLists(revoked: readonly RevokedCertificate[]): Promise<string> {
    // A broker that reads the list again takes the later one: no two are of the same second.
    this.#listedAtMs = Math.max(this.#env.nowMs() - backdateMs, this.#listedAtMs + 1000);
    const thisUpdate = new Date(this.#listedAtMs);
    const nextUpdate = new Date(this.#env.nowMs() + listDays * dayMs);
    const lists = this.#trusted().map(async (authority) => {
      const { certificate, key } = await signingOf(authority);
      const list = await X509CrlGenerator.create({
        issuer: certificate.subject,
        thisUpdate,
        nextUpdate,
        signingAlgorithm: algorithm,
        signingKey: key,
        extensions: [await AuthorityKeyIdentifierExtension.create(certificate)],
        entries: revoked
          .filter((one) => one.authority === certificate.subject)
          .map(({ number, revokedAtMs }) => ({
            serialNumber: number,
            revocationDate: new Date(revokedAtMs),
          })),
      });
      return listPem(list.rawData);
    });
    return (await Promise.all(lists)).join('');
  }

  /** Anchors that count now; keys of the others are destroyed on the way. */
  #trusted(): readonly KeptAuthority[] {
    const nowMs = this.#env.nowMs();
    const chain = withoutOldKeys(this.#chain, nowMs);
    if (chain !== this.#chain) this.#keep(chain);
    return chain.filter((one) => isTrusted(one, nowMs));
  }

  #keep(chain: readonly KeptAuthority[]): void {
    writeWhole(chainFile(this.#files), JSON.stringify(chain), secretMode);
    this.#chain = chain;
    this.publish();
  }

  /** Puts the anchors where technicians find them. */
  publish(): void {
    writeWhole(this.#files.publicFile, this.caPem, publicMode);
  }

  async #issue(
    publicKey: Pkcs10CertificateRequest['publicKey'],
    commonName: string,
    days: number,
    extensions: readonly Extension[],
  ): Promise<X509Certificate> {
    const nowMs = this.#env.nowMs();
    const { certificate, key } = this.#signing;
    return X509CertificateGenerator.create({
      serialNumber: serialNumber(this.#env),
      subject: nameWithin(certificate, commonName),
      issuer: certificate.subject,
      notBefore: new Date(nowMs - backdateMs),
      notAfter: new Date(nowMs + days * dayMs),
      signingAlgorithm: algorithm,
      publicKey,
      signingKey: key,
      extensions: [
        new BasicConstraintsExtension(false, undefined, true),
        new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
        await AuthorityKeyIdentifierExtension.create(certificate),
        ...extensions,
      ],
    });
  }
}

function chainFile({ folder }: FleetAuthorityFiles): string {
  return join(folder, 'fleet-ca.json');
}

/**
 * The fleet CA of this gateway, made at the first start (P-256, key 0600 in `secretsFolder`).
 * @param publicFile where its certificate is put for technicians' images: `fleet-ca.pem`
 */
export async function openFleetAuthority(
  secretsFolder: string,
  publicFile: string,
  env: GatewayEnv,
): Promise<RotatingAuthority> {
  const files = { folder: secretsFolder, publicFile };
  const text = readSecret(chainFile(files));
  const chain =
    text === null
      ? [await firstAuthority(env)]
      : (JSON.parse(text.toString('utf8')) as KeptAuthority[]);
  const [newest] = chain;
  if (newest === undefined) throw new Error(`${chainFile(files)} holds no authority`);
  if (text === null) writeWhole(chainFile(files), JSON.stringify(chain), secretMode);
  const authority = new FleetAuthority(files, chain, await signingOf(newest), env);
  authority.publish();
  return authority;
}
