/** A certificate as handed out, and how a live connection that shows it is recognised. */
export interface IssuedCertificate {
  readonly pem: string;
  /** SHA-256 of the DER bytes, lower-case hexadecimal. */
  readonly fingerprint: string;
  readonly notAfterMs: number;
}

export interface ServerCertificate {
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}

/** A certificate request that proved possession of a P-256 key, or what is wrong with it. */
export type CsrReading =
  | { readonly ok: true; readonly commonName: string; readonly csrPem: string }
  | { readonly ok: false; readonly reason: string };

/**
 * Who issues certificates: the gateway's own fleet CA, or an outside one behind the same three
 * calls. reliability.md, "Identity".
 */
export interface CertificateAuthority {
  /** What units pin: the trust anchor of unit and server certificates. */
  readonly caPem: string;
  /** For a unit: 90 days, CN = serial, client authentication only. The request was checked. */
  issueUnit(csrPem: string, serial: string): Promise<IssuedCertificate>;
  /** For the gateway's own TLS listeners. */
  serverCertificate(names: readonly string[]): Promise<ServerCertificate>;
}
