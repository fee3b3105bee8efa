import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';

export const gatewayTlsLimits = {
  handshakeMsMax: 15_000,
  /** Certificates between the gateway's and a pinned one: the fleet CA may have been renewed. */
  chainMax: 8,
} as const;

/** extendedKeyUsage of a TLS server. RFC 5280, 4.2.1.12. */
const serverAuth = '1.3.6.1.5.5.7.3.1';

/** What the handshake may complain of without the chain being wrong: the wall clock is no judge. */
const dateComplaints: ReadonlySet<string> = new Set(['CERT_NOT_YET_VALID', 'CERT_HAS_EXPIRED']);

/** Why a gateway is not believed, in words; null: it is the one. */
type Objection = string | null;

/** What a unit believes a gateway by: the pinned fleet CA, and time it trusts itself. */
export interface GatewayTrust {
  /** One or more PEM certificates. */
  readonly fleetCaPem: string;
  /** Trusted Unix ms; null: dates are not checked, everything else is. wire.md, "Enrolment". */
  trustedMs(): number | null;
}

/** What resumes a TLS session, which shows no certificate: the one its first handshake showed. */
export interface GatewayTicket {
  readonly session: Buffer;
  readonly certificate: X509Certificate;
}

export interface GatewaySocket {
  readonly socket: TLSSocket;
  readonly certificate: X509Certificate;
  /** False: made without a trusted time. To be left as soon as there is one. */
  readonly datesChecked: boolean;
}

/** The host of a URL, IPv6 without its brackets. */
export function bareHost(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '');
}

function anchorsOf(pem: string): X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return blocks.map((block) => new X509Certificate(block));
}

function isBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  return issuer.ca && certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}

/** The way from a certificate to a pinned one, both ends included; null: there is none. */
function pathOf(leaf: X509Certificate, pinned: readonly X509Certificate[]) {
  const path = [leaf];
  for (let certificate = leaf; path.length <= gatewayTlsLimits.chainMax; ) {
    const anchor = pinned.find((one) => isBy(certificate, one));
    if (anchor !== undefined) return [...path, anchor];
    const issuer = certificate.issuerCertificate;
    if (issuer === undefined || !isBy(certificate, issuer)) return null;
    path.push(issuer);
    certificate = issuer;
  }
  return null;
}

function isServers(leaf: X509Certificate, host: string): boolean {
  const named = isIP(host) === 0 ? leaf.checkHost(host) : leaf.checkIP(host);
  // Absent: for any use. A unit's own certificate, of the same CA, is for clients alone.
  const uses = leaf.keyUsage as readonly string[] | undefined;
  return named !== undefined && (uses === undefined || uses.includes(serverAuth));
}

/** Looks a gateway's certificate over; the dates only against a trusted time. */
export function objectionTo(
  leaf: X509Certificate | undefined,
  host: string,
  fleetCaPem: string,
  trustedMs: number | null,
): Objection {
  if (leaf === undefined) return 'no certificate was shown';
  const path = pathOf(leaf, anchorsOf(fleetCaPem));
  if (path === null) return 'its certificate is not of the fleet CA';
  if (!isServers(leaf, host)) return `its certificate is not for ${host}`;
  if (trustedMs === null) return null;
  const isDated = path.every(
    ({ validFrom, validTo }) =>
      Date.parse(validFrom) <= trustedMs && trustedMs <= Date.parse(validTo),
  );
  return isDated ? null : 'its certificate is out of date';
}

/** OpenSSL's own judgement, but for the dates. */
function complaintOf({ authorized, authorizationError }: TLSSocket): Objection {
  const complaint = String(authorizationError ?? '');
  const isFine = authorized || dateComplaints.has(complaint);
  return isFine ? null : `its certificate was refused: ${complaint}`;
}

/**
 * A TLS connection to a gateway of the fleet: chain and pin always, dates by the unit's own
 * trusted time or, before there is one, not at all. The wall clock of the machine, which may
 * stand at 1970, has no say. Rejects with an Error that says what is wrong.
 */
export function connectGateway(
  at: { readonly host: string; readonly port: number },
  trust: GatewayTrust,
  own: Pick<ConnectionOptions, 'cert' | 'key'> = {},
  ticket: GatewayTicket | null = null,
): Promise<GatewaySocket> {
  const { host, port } = at;
  return new Promise((resolve, reject) => {
    const socket = connect({
      ...own,
      ...(ticket === null ? {} : { session: ticket.session }),
      host,
      port,
      ca: trust.fleetCaPem,
      // Checked below, before a byte goes out or in.
      rejectUnauthorized: false,
      ...(isIP(host) === 0 ? { servername: host } : {}),
    });
    const fail = (reason: string) => socket.destroy(new Error(reason));
    socket.setTimeout(gatewayTlsLimits.handshakeMsMax, () => fail('no TLS within the time'));
    socket.once('error', reject);
    socket.once('secureConnect', () => {
      const trustedMs = trust.trustedMs();
      const resumed = socket.isSessionReused() ? ticket?.certificate : undefined;
      const certificate = resumed ?? socket.getPeerX509Certificate();
      const objection =
        complaintOf(socket) ?? objectionTo(certificate, host, trust.fleetCaPem, trustedMs);
      if (objection !== null || certificate === undefined) {
        fail(`${host} is not our gateway: ${objection}`);
        return;
      }
      socket.setTimeout(0);
      socket.removeAllListeners('timeout');
      socket.off('error', reject);
      resolve({ socket, certificate, datesChecked: trustedMs !== null });
    });
  });
}
