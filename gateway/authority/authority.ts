import type { GatewayEnv } from '../environment.ts';

/** A certificate that was issued to a unit, with what the registry knows it by. */
export interface IssuedCertificate {
  readonly pem: string;
  /** SHA-256 of the DER bytes, lower-case hexadecimal: how a session shows it. */
  readonly fingerprint: string;
  /** Serial number, lower-case hexadecimal: how a list of revoked certificates names it. */
  readonly number: string;
  /** Name of the CA that signed it. */
  readonly authority: string;
  readonly notAfterMs: number;
}

/** One line of a list of revoked certificates. */
export interface RevokedCertificate {
  readonly number: string;
  readonly authority: string;
  readonly revokedAtMs: number;
}

export interface ServerCertificate {
  /** The certificate and what leads from it to older trust anchors. */
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}

/** A certificate request that proved possession of a P-256 key, or what is wrong with it. */
export type CsrReading =
  | { readonly ok: true; readonly commonName: string; readonly csrPem: string }
  | { readonly ok: false; readonly reason: string };

/**
 * Who issues certificates: the gateway's own fleet CA, or an outside one behind the same calls.
 * Requests go in and certificates come out; no private key ever does. reliability.md, "Identity".
 */
export interface CertificateAuthority {
  /** What units pin and sessions are checked against: anchors trusted now, newest first. */
  readonly caPem: string;
  /**
   * For a unit, or a gateway at a broker that is not its own: 90 days, CN = serial or name, client
   * authentication only. The request was checked.
   */
  issueUnit(csrPem: string, commonName: string): Promise<IssuedCertificate>;
  /** For a TLS listener: its certificate and what leads from it to older anchors, in PEM. */
  issueServer(csrPem: string, names: readonly string[]): Promise<string>;
  /** Lists in PEM, one after the other, of every CA whose certificates may still be shown. */
  revocationLists(revoked: readonly RevokedCertificate[]): Promise<string>;
}

/** An authority whose anchors are known; the key of our own can be replaced from here. */
export interface RotatingAuthority extends CertificateAuthority {
  readonly anchors: readonly TrustAnchor[];
  /** A new CA from now on; the old one stays trusted for the overlap. False: not now, not here. */
  rotate(): Promise<boolean>;
}

/**
 * Opens the authority of a gateway: its own, or the way to one outside.
 * @param secretsFolder where secrets are kept, 0700
 * @param publicFile where its anchors are put for technicians' images
 */
export type OpenAuthority = (
  secretsFolder: string,
  publicFile: string,
  env: GatewayEnv,
) => Promise<RotatingAuthority>;

export interface TrustAnchor {
  readonly name: string;
  readonly notAfterMs: number;
  /** Null: the one that signs now. */
  readonly trustedUntilMs: number | null;
}
