import './reflect-metadata.ts';
import { Pkcs10CertificateRequestGenerator } from '@peculiar/x509';
import { algorithm, newKeyPair, privateKeyPem } from './p256.ts';

export interface OwnRequest {
  readonly csrPem: string;
  readonly privateKeyPem: string;
}

/** A new P-256 key of the gateway's own, and the request for its certificate. */
export async function newRequest(commonName: string): Promise<OwnRequest> {
  const keys = await newKeyPair();
  const request = await Pkcs10CertificateRequestGenerator.create({
    name: [{ CN: [commonName] }],
    keys,
    signingAlgorithm: algorithm,
  });
  return { csrPem: request.toString('pem'), privateKeyPem: await privateKeyPem(keys.privateKey) };
}
