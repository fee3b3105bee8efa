import './reflect-metadata.ts';
import { createPublicKey, type KeyObject, webcrypto } from 'node:crypto';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

/**
 * PKCS#10 of the TLS key in PEM; common name is the serial, as client id and user name are. What
 * makes it is loaded when one is asked for: once a year, and 5 MB.
 */
export async function certificateRequest(serial: string, tlsKey: KeyObject): Promise<string> {
  const { Pkcs10CertificateRequestGenerator } = await import('@peculiar/x509');
  const { subtle } = webcrypto;
  const keys = {
    privateKey: await subtle.importKey(
      'pkcs8',
      tlsKey.export({ format: 'der', type: 'pkcs8' }),
      algorithm,
      false,
      ['sign'],
    ),
    publicKey: await subtle.importKey(
      'spki',
      createPublicKey(tlsKey).export({ format: 'der', type: 'spki' }),
      algorithm,
      true,
      ['verify'],
    ),
  };
  const request = await Pkcs10CertificateRequestGenerator.create({
    name: `CN=${serial}`,
    keys,
    signingAlgorithm: algorithm,
  });
  return request.toString('pem');
}
