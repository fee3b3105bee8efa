import { domainBytes, domains } from '../signed/domain.ts';
import type { Signer } from '../signed/ed25519.ts';
import {
  codeBytes,
  decodeFields,
  encodeFields,
  type MalformedReason,
  signedBytes,
} from './bytes.ts';
import { bytesOfDigits, digitsOfBytes } from './digits.ts';
import type { ScanFields } from './fields.ts';
import { codeDigits, digitsOfLink } from './link.ts';

/** A code that is well formed; whether it is genuine is a verdict's business. */
export interface ScanCode {
  readonly fields: ScanFields;
  /** All 82 bytes. */
  readonly bytes: Buffer;
}

export type CodeReading =
  | { readonly ok: true; readonly code: ScanCode }
  | { readonly ok: false; readonly malformed: MalformedReason };

/** What the signature covers: the domain, a zero byte, bytes 0–17. */
export function codeMessage(bytes: Uint8Array): Buffer {
  return domainBytes(domains.scanCode, bytes.subarray(0, signedBytes));
}

/** Signs `fields` into the 82 bytes. Throws ScanFieldError for what cannot be written. */
export function signCode(fields: Omit<ScanFields, 'version'>, signer: Signer): Buffer {
  const head = encodeFields(fields);
  return Buffer.concat([head, signer.sign(codeMessage(head))]);
}

/** Reads 82 bytes. */
export function readCodeBytes(bytes: Uint8Array): CodeReading {
  if (bytes.length !== codeBytes) return { ok: false, malformed: 'digits' };
  const copy = Buffer.from(bytes);
  const fields = decodeFields(copy);
  return typeof fields === 'string'
    ? { ok: false, malformed: fields }
    : { ok: true, code: { fields, bytes: copy } };
}

/** Reads exactly 198 decimal digits, the last path segment of a link. */
export function readCodeDigits(digits: string): CodeReading {
  if (digits.length !== codeDigits || !/^\d+$/.test(digits)) {
    return { ok: false, malformed: 'digits' };
  }
  const bytes = bytesOfDigits(digits, codeBytes);
  return bytes === null ? { ok: false, malformed: 'too-large' } : readCodeBytes(bytes);
}

/** Reads any text. Never throws: what is not a code is malformed, with what. */
export function readCodeLink(text: string): CodeReading {
  const digits = digitsOfLink(text);
  return digits === null ? { ok: false, malformed: 'link' } : readCodeDigits(digits);
}

/** The 198 digits of 82 bytes. */
export function codeDigitsOf(bytes: Uint8Array): string {
  return digitsOfBytes(bytes);
}
