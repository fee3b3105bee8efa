import '../../../gateway/authority/reflect-metadata.ts';
import { createHash, randomBytes, type webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  Pkcs10CertificateRequest,
  SubjectAlternativeNameExtension,
  type X509Certificate,
  X509CertificateGenerator,
  X509CrlGenerator,
} from '@peculiar/x509';
import type { OpenAuthority } from '../../../gateway/authority/authority.ts';
import { algorithm, newKeyPair } from '../../../gateway/authority/p256.ts';
import { publicMode, writeWhole } from '../../../gateway/secrets/secret-file.ts';

const dayMs = 86_400_000;

interface Signed {
  readonly name: string;
  readonly publicKey: webcrypto.CryptoKey | Pkcs10CertificateRequest['publicKey'];
  readonly days: number;
  readonly extensions: Extension[];
}

/**
 * An authority as a ministry or a firm runs one: a root that is kept away, an issuing CA below it,
 * names of its own. It sees requests only, and gives chains.
 */
export const openOutsideAuthority: OpenAuthority = async (_folder, publicFile, env) => {
  const certify = (signed: Signed, issuer: string, signingKey: webcrypto.CryptoKey) =>
    X509CertificateGenerator.create({
      serialNumber: `4${randomBytes(12).toString('hex').slice(1)}`,
      subject: signed.name,
      issuer,
      notBefore: new Date(env.nowMs() - dayMs),
      notAfter: new Date(env.nowMs() + signed.days * dayMs),
      signingAlgorithm: algorithm,
      publicKey: signed.publicKey,
      signingKey,
      extensions: signed.extensions,
    });
  const authority = () => [
    new BasicConstraintsExtension(true, undefined, true),
    new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
  ];
  const [rootKeys, issuingKeys] = [await newKeyPair(), await newKeyPair()];
  const [rootName, issuingName] = ['CN=Ministry root, C=CN', 'CN=Ministry issuing CA 7, C=CN'];
  const root = await certify(
    { name: rootName, publicKey: rootKeys.publicKey, days: 3650, extensions: authority() },
    rootName,
    rootKeys.privateKey,
  );
  const issuing = await certify(
    { name: issuingName, publicKey: issuingKeys.publicKey, days: 1000, extensions: authority() },
    rootName,
    rootKeys.privateKey,
  );
  const issue = (csrPem: string, name: string, days: number, use: Extension[]) => {
    const { publicKey } = new Pkcs10CertificateRequest(csrPem);
    const signed = { name: `OU=Roads, CN=${name}`, publicKey, days, extensions: use };
    return certify(signed, issuingName, issuingKeys.privateKey);
  };
  const chain = (leaf: X509Certificate) => `${leaf.toString('pem')}\n${issuing.toString('pem')}\n`;
  const caPem = `${root.toString('pem')}\n`;
  writeWhole(publicFile, caPem, publicMode);
  return {
    caPem,
    anchors: [{ name: rootName, notAfterMs: root.notAfter.getTime(), trustedUntilMs: null }],
    rotate: async () => false,
    issueUnit: async (csrPem, name) => {
      const leaf = await issue(csrPem, name, 30, [
        new ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth]),
      ]);
      return {
        pem: chain(leaf),
        fingerprint: createHash('sha256').update(Buffer.from(leaf.rawData)).digest('hex'),
        number: leaf.serialNumber,
        authority: leaf.issuer,
        notAfterMs: leaf.notAfter.getTime(),
      };
    },
    issueServer: async (csrPem, names) => {
      const alternatives = names.map((value) => ({
        type: isIP(value) === 0 ? ('dns' as const) : ('ip' as const),
        value,
      }));
      return chain(
        await issue(csrPem, 'gateway', 200, [
          new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
          new SubjectAlternativeNameExtension(alternatives),
        ]),
      );
    },
    revocationLists: async (revoked) => {
      const list = await X509CrlGenerator.create({
        issuer: issuingName,
        thisUpdate: new Date(env.nowMs()),
        nextUpdate: new Date(env.nowMs() + 7 * dayMs),
        signingAlgorithm: algorithm,
        signingKey: issuingKeys.privateKey,
        entries: revoked.map(({ number, revokedAtMs }) => ({
          serialNumber: number,
          revocationDate: new Date(revokedAtMs),
        })),
      });
      return list.toString('pem');
    },
  };
};
