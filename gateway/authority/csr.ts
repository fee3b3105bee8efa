import './reflect-metadata.ts';
import { Pkcs10CertificateRequest } from '@peculiar/x509';
import type { CsrReading } from './authority.ts';

/** Longest request that is looked at, in characters. */
export const csrCharsMax = 4096;

function parse(pem: string): Pkcs10CertificateRequest | null {
  try {
    return new Pkcs10CertificateRequest(pem);
  } catch {
    return null;
  }
}

async function proves(request: Pkcs10CertificateRequest): Promise<boolean> {
  try {
    return await request.verify();
  } catch {
    return false;
  }
}

/** Reads PKCS#10 in PEM. Never throws: what is wrong is a reason for people. */
export async function readCsr(pem: string): Promise<CsrReading> {
  if (pem.length > csrCharsMax) return { ok: false, reason: 'the certificate request is too long' };
  const request = parse(pem);
  if (request === null) return { ok: false, reason: 'the certificate request is not PKCS#10' };
  const { name, namedCurve } = request.publicKey.algorithm as { name: string; namedCurve?: string };
  if (name !== 'ECDSA' || namedCurve !== 'P-256') {
    return { ok: false, reason: 'the certificate request is not for a P-256 key' };
  }
  if (!(await proves(request))) {
    return { ok: false, reason: 'the certificate request is not signed by its own key' };
  }
  const names = request.subjectName.getField('CN');
  const [commonName] = names;
  if (commonName === undefined || names.length !== 1) {
    return { ok: false, reason: 'the certificate request needs exactly one common name' };
  }
  return { ok: true, commonName, csrPem: pem };
}
