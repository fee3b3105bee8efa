import '../authority/reflect-metadata.ts';
import { readFile } from 'node:fs/promises';
import { X509Certificate } from '@peculiar/x509';
import type { CertificateAuthority } from '../authority/authority.ts';
import { newRequest } from '../authority/own-request.ts';
import type { GatewayEnv } from '../environment.ts';
import { externalLimits } from './limits.ts';

/** How the gateway shows itself to a broker, and whom it takes for that broker. */
export interface ClientIdentity {
  readonly certificatePem: string;
  readonly privateKeyPem: string;
  /** Null: the anchors of the fleet. */
  readonly caPem: string | null;
}

/** Answers the identity of now; asked again before it ends. */
export type IdentitySource = () => Promise<ClientIdentity>;

/** Files that somebody else keeps up to date. An empty CA file: the anchors of the fleet. */
export function identityInFiles(
  certificateFile: string,
  keyFile: string,
  caFile: string,
): IdentitySource {
  return async () => ({
    certificatePem: await readFile(certificateFile, 'utf8'),
    privateKeyPem: await readFile(keyFile, 'utf8'),
    caPem: caFile === '' ? null : await readFile(caFile, 'utf8'),
  });
}

/** A certificate of the fleet's own authority; its key never leaves this process. */
export function identityByAuthority(
  name: string,
  authority: CertificateAuthority,
  env: Pick<GatewayEnv, 'nowMs'>,
): IdentitySource {
  let known: ClientIdentity | null = null;
  return async () => {
    const leftMs =
      known === null
        ? 0
        : new X509Certificate(known.certificatePem).notAfter.getTime() - env.nowMs();
    if (known !== null && leftMs > externalLimits.renewLeftMs) return known;
    const { csrPem, privateKeyPem } = await newRequest(name);
    const { pem } = await authority.issueUnit(csrPem, name);
    known = { certificatePem: pem, privateKeyPem, caPem: null };
    return known;
  };
}
