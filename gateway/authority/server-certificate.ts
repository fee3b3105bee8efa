import './reflect-metadata.ts';
import { createHash } from 'node:crypto';
import { X509Certificate } from '@peculiar/x509';
import type { GatewayEnv } from '../environment.ts';
import { readSecret, secretMode, writeWhole } from '../secrets/secret-file.ts';
import type { CertificateAuthority, ServerCertificate } from './authority.ts';
import { newRequest } from './own-request.ts';

export interface ServerCertificatesDeps {
  readonly authority: CertificateAuthority;
  /** Host names and addresses it is good for. */
  readonly names: readonly string[];
  /** Where key and certificate are kept, 0600. */
  readonly file: string;
  readonly env: Pick<GatewayEnv, 'nowMs'>;
}

/** Made anew when less than this is left. */
const renewLeftMs = 60 * 86_400_000;

interface Kept extends ServerCertificate {
  readonly names: readonly string[];
  /** SHA-256 of the anchors it was made under: after a rotation it is made anew. */
  readonly anchors: string;
}

/**
 * The certificate of a TLS listener, kept over restarts. The key is born here; the authority sees
 * the request only, so that an outside one can sign it.
 */
export class ServerCertificates {
  readonly #deps: ServerCertificatesDeps;

  constructor(deps: ServerCertificatesDeps) {
    this.#deps = deps;
  }

  /** The one to show now. */
  async current(): Promise<ServerCertificate> {
    const { certificatePem, privateKeyPem } = this.#kept() ?? (await this.#make());
    return { certificatePem, privateKeyPem };
  }

  get #anchors(): string {
    return createHash('sha256').update(this.#deps.authority.caPem).digest('hex');
  }

  /** The one that was made last, if it is under these anchors, for the same names and lasts. */
  #kept(): Kept | null {
    const { file, names, env } = this.#deps;
    const text = readSecret(file);
    if (text === null) return null;
    const kept = JSON.parse(text.toString('utf8')) as Partial<Kept> & ServerCertificate;
    const { notAfter } = new X509Certificate(kept.certificatePem);
    const lasts = notAfter.getTime() - env.nowMs() > renewLeftMs;
    const isSame = kept.names?.join() === names.join() && kept.anchors === this.#anchors;
    return lasts && isSame ? (kept as Kept) : null;
  }

  async #make(): Promise<Kept> {
    const { authority, names, file } = this.#deps;
    const { csrPem, privateKeyPem } = await newRequest(names[0] ?? 'xinlu gateway');
    const certificatePem = await authority.issueServer(csrPem, names);
    const made: Kept = { certificatePem, privateKeyPem, names, anchors: this.#anchors };
    writeWhole(file, JSON.stringify(made), secretMode);
    return made;
  }
}
