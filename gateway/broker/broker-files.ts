import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { CertificateAuthority } from '../authority/authority.ts';
import type { ServerCertificates } from '../authority/server-certificate.ts';
import { publicMode, secretMode, writeWhole } from '../secrets/secret-file.ts';

/** Names of the files that a broker is given, in one folder. */
export const brokerFileNames = {
  anchors: 'ca.pem',
  certificate: 'server.pem',
  key: 'server.key',
  revoked: 'revoked.pem',
} as const;

export interface BrokerFile {
  readonly name: string;
  readonly text: string;
  readonly isSecret: boolean;
}

export interface BrokerFilesDeps {
  readonly authority: Pick<CertificateAuthority, 'caPem'>;
  readonly certificates: ServerCertificates;
  /** The list of revoked certificates as the gateway keeps it. */
  readonly revokedFile: string;
}

/** Everything of the fleet's certificates that changes with time: what a broker reads again. */
export async function certificateFiles(deps: BrokerFilesDeps): Promise<readonly BrokerFile[]> {
  const { certificatePem, privateKeyPem } = await deps.certificates.current();
  const { anchors, certificate, key, revoked } = brokerFileNames;
  return [
    { name: anchors, text: deps.authority.caPem, isSecret: false },
    { name: certificate, text: certificatePem, isSecret: false },
    { name: key, text: privateKeyPem, isSecret: true },
    { name: revoked, text: readFileSync(deps.revokedFile, 'utf8'), isSecret: false },
  ];
}

/** Puts files into a folder, each whole or not at all. */
export async function writeBrokerFiles(
  folder: string,
  files: readonly BrokerFile[],
): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o750 });
  for (const { name, text, isSecret } of files) {
    writeWhole(join(folder, name), text, isSecret ? secretMode : publicMode);
  }
}
