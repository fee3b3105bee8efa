import '../../../device/identity/reflect-metadata.ts';
import { webcrypto } from 'node:crypto';
import {
  BasicConstraintsExtension,
  Pkcs10CertificateRequest,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';
import type { EnrolmentGrant } from '../../../protocols/enrolment/request.ts';
import type { Signer } from '../../../protocols/signed/ed25519.ts';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const yearMs = 365 * 86_400_000;

/** A fleet CA of its own for each test. */
export async function makeAuthority(nowMs: number) {
  const { subtle } = webcrypto;
  const keys = await subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const notBefore = new Date(nowMs - yearMs);
  const notAfter = new Date(nowMs + yearMs);
  const ca = await X509CertificateGenerator.createSelfSigned({
    name: 'CN=Test Fleet CA',
    keys,
    notBefore,
    notAfter,
    signingAlgorithm: algorithm,
    extensions: [new BasicConstraintsExtension(true, undefined, true)],
  });
  const sign = async (subject: string, publicKey: webcrypto.CryptoKey, names: string[] = []) => {
    const certificate = await X509CertificateGenerator.create({
      subject,
      issuer: ca.subject,
      publicKey,
      signingKey: keys.privateKey,
      notBefore,
      notAfter,
      signingAlgorithm: algorithm,
      extensions:
        names.length === 0
          ? []
          : [
              new SubjectAlternativeNameExtension(
                names.map(
                  (value) => ({ type: value.includes('.') ? 'ip' : 'dns', value }) as const,
                ),
              ),
            ],
    });
    return certificate.toString('pem');
  };
  return {
    caPem: ca.toString('pem'),
    publicKey: keys.publicKey,
    /** The key of another CA, signed by this one: how units are led from an old CA to a new. */
    cross: async (other: { readonly publicKey: webcrypto.CryptoKey }): Promise<string> => {
      const certificate = await X509CertificateGenerator.create({
        subject: ca.subject,
        issuer: ca.subject,
        publicKey: other.publicKey,
        signingKey: keys.privateKey,
        notBefore,
        notAfter,
        signingAlgorithm: algorithm,
        extensions: [new BasicConstraintsExtension(true, undefined, true)],
      });
      return certificate.toString('pem');
    },
    /** A client certificate for a PKCS#10 request in PEM. */
    issue: async (csrPem: string): Promise<string> => {
      const request = new Pkcs10CertificateRequest(csrPem);
      return sign(request.subject, await request.publicKey.export());
    },
    /** A server certificate with its key, both PEM. */
    server: async (names: string[]) => {
      const serverKeys = await subtle.generateKey(algorithm, true, ['sign', 'verify']);
      const pkcs8 = Buffer.from(await subtle.exportKey('pkcs8', serverKeys.privateKey));
      const body = pkcs8
        .toString('base64')
        .match(/.{1,64}/g)
        ?.join('\n');
      return {
        cert: await sign('CN=gateway', serverKeys.publicKey, names),
        key: `-----BEGIN PRIVATE KEY-----\n${body}\n-----END PRIVATE KEY-----\n`,
      };
    },
  };
}
export type Authority = Awaited<ReturnType<typeof makeAuthority>>;

/** What an approved unit gets. */
export async function makeGrant(
  authority: Authority,
  gateway: { readonly keyId: string; readonly signer: Signer },
  csrPem: string,
  more: Partial<EnrolmentGrant> = {},
): Promise<EnrolmentGrant> {
  return {
    status: 'granted',
    unitId: 4711,
    enrolment: 1,
    kind: 0,
    certificatePem: await authority.issue(csrPem),
    fleetCaPem: authority.caPem,
    brokers: ['mqtts://127.0.0.1:8883'],
    gatewayKeys: [
      {
        keyId: gateway.keyId,
        publicKey: Buffer.from(gateway.signer.publicKey).toString('base64url'),
      },
    ],
    matchKey: Buffer.alloc(32, 7).toString('base64url'),
    codeAddress: 'https://xl.example.cn/',
    ...more,
  };
}
