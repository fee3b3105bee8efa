import { isSerial } from '../messages/topics.ts';
import { bytesOfDigits, digitCountOf, digitsOfBytes } from '../scan-code/digits.ts';
import type { CodeHost } from '../scan-code/link.ts';
import { domainBytes, domains } from '../signed/domain.ts';
import {
  publicKeyBytes,
  publicKeyFromRaw,
  type Signer,
  signatureBytes,
  verifyEd25519,
} from '../signed/ed25519.ts';

/** The signed code on the screen of a unit that is not enrolled. Scan code, "Enrolment code". */
export interface EnrolmentCode {
  readonly serial: string;
  /** Raw Ed25519 public key the unit made for itself. */
  readonly publicKey: Uint8Array;
  /** Unix seconds. */
  readonly issuedAt: number;
}

/** How long an enrolment code may be approved, in seconds. */
export const enrolmentCodeTtlS = 600;
/** The path between host and digits. */
export const enrolmentPath = '/E';

const versionByte = 0x1f;
const headBytes = 1 + 4 + publicKeyBytes + 1;
const serialCharsMin = 4;
const serialCharsMax = 20;
const bytesMin = headBytes + serialCharsMin + signatureBytes;
const bytesMax = headBytes + serialCharsMax + signatureBytes;

/** The digits of a fresh enrolment code, 256 to 294 of them. */
export function enrolmentDigits(serial: string, issuedAt: number, signer: Signer): string {
  const head = Buffer.alloc(headBytes);
  head.writeUInt8(versionByte, 0);
  head.writeUInt32BE(issuedAt, 1);
  Buffer.from(signer.publicKey).copy(head, 5);
  head.writeUInt8(serial.length, headBytes - 1);
  const signed = Buffer.concat([head, Buffer.from(serial, 'ascii')]);
  const signature = signer.sign(domainBytes(domains.enrolmentCode, signed));
  return digitsOfBytes(Buffer.concat([signed, signature]));
}

/** The host under which enrolment codes point: the codes' host with `/E`. */
export function enrolmentHost({ scheme, host }: CodeHost): CodeHost {
  return { scheme, host: `${host}${enrolmentPath}` };
}

export type EnrolmentCodeProblem = 'malformed' | 'bad-signature' | 'early' | 'expired';

function bytesOf(digits: string): Buffer | null {
  if (!/^\d+$/.test(digits)) return null;
  for (let length = bytesMin; length <= bytesMax; length += 1) {
    if (digitCountOf(length) === digits.length) return bytesOfDigits(digits, length);
  }
  return null;
}

/** A unit without trusted time may be ahead of the gateway by this much, in seconds. */
const earlyToleranceS = 120;

/** Reads and checks an enrolment code at `atS`. Never throws. */
export function readEnrolmentDigits(
  digits: string,
  atS: number,
): EnrolmentCode | EnrolmentCodeProblem {
  const bytes = bytesOf(digits);
  if (bytes === null || bytes[0] !== versionByte) return 'malformed';
  const serialLength = bytes[headBytes - 1] ?? 0;
  if (bytes.length !== headBytes + serialLength + signatureBytes) return 'malformed';
  const signed = bytes.subarray(0, headBytes + serialLength);
  const serial = signed.subarray(headBytes).toString('latin1');
  const rawKey = signed.subarray(5, 5 + publicKeyBytes);
  const key = publicKeyFromRaw(rawKey);
  if (!isSerial(serial) || key === null) return 'malformed';
  const message = domainBytes(domains.enrolmentCode, signed);
  if (!verifyEd25519(key, message, bytes.subarray(signed.length))) return 'bad-signature';
  const issuedAt = bytes.readUInt32BE(1);
  if (issuedAt > atS + earlyToleranceS) return 'early';
  if (atS > issuedAt + enrolmentCodeTtlS) return 'expired';
  return { serial, publicKey: Buffer.from(rawKey), issuedAt };
}
