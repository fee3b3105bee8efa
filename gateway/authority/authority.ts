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
 * reliability.md, "Identity".
 */
export interface CertificateAuthority {
  /** What units pin and sessions are checked against: anchors trusted now, newest first. */
  readonly caPem: string;
  /** For a unit: 90 days, CN = serial, client authentication only. The request was checked. */
  issueUnit(csrPem: string, serial: string): Promise<IssuedCertificate>;
  /** For the gateway's own TLS listeners; a new one when the last is near its end. */
  serverCertificate(names: readonly string[]): Promise<ServerCertificate>;
  /** Lists in PEM, one after the other, of every CA whose certificates may still be shown. */
  revocationLists(revoked: readonly RevokedCertificate[]): Promise<string>;
}

/** An authority of ours: its key can be replaced. */
export interface RotatingAuthority extends CertificateAuthority {
  readonly anchors: readonly TrustAnchor[];
  /** A new CA from now on; the old one stays trusted for the overlap. False: one is running. */
  rotate(): Promise<boolean>;
}

export interface TrustAnchor {
  readonly name: string;
  readonly notAfterMs: number;
  /** Null: the one that signs now. */
  readonly trustedUntilMs: number | null;
}
