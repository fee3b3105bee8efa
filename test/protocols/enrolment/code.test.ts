import { describe, expect, it } from 'vitest';
import { enrolmentDigits, readEnrolmentDigits } from '../../../protocols/enrolment/code.ts';
import {
  type EnrolmentRequest,
  signRequest,
  verifyRequest,
} from '../../../protocols/enrolment/request.ts';
import { signerFromSeed } from '../../support/keys.ts';

const signer = signerFromSeed(Buffer.alloc(32, 3));
const nowS = 1_790_000_000;

describe('an enrolment code', () => {
  it.each(['XL01', 'XL-000123', 'A'.repeat(20)])('carries serial %s and the key', (serial) => {
    const digits = enrolmentDigits(serial, nowS, signer);
    expect(digits.length).toBeGreaterThanOrEqual(256);
    expect(digits.length).toBeLessThanOrEqual(294);
    const code = readEnrolmentDigits(digits, nowS);
    expect(code).toMatchObject({ serial, issuedAt: nowS });
    expect(typeof code === 'string' ? '' : code.publicKey).toStrictEqual(
      Buffer.from(signer.publicKey),
    );
  });

  it('lives for ten minutes', () => {
    const digits = enrolmentDigits('XL-000123', nowS, signer);
    expect(readEnrolmentDigits(digits, nowS + 600)).toMatchObject({ serial: 'XL-000123' });
    expect(readEnrolmentDigits(digits, nowS + 601)).toBe('expired');
    expect(readEnrolmentDigits(digits, nowS - 121)).toBe('early');
  });

  it('is refused after any change of a digit', () => {
    const digits = enrolmentDigits('XL-000123', nowS, signer);
    for (let at = 0; at < digits.length; at += 1) {
      const other = (Number(digits[at]) + 1) % 10;
      const changed = `${digits.slice(0, at)}${other}${digits.slice(at + 1)}`;
      expect(typeof readEnrolmentDigits(changed, nowS), `digit ${at}`).toBe('string');
    }
    expect(readEnrolmentDigits('12', nowS)).toBe('malformed');
    expect(readEnrolmentDigits('x'.repeat(264), nowS)).toBe('malformed');
  });
});

describe('an enrolment request', () => {
  const request = signRequest(
    {
      serial: 'XL-000123',
      publicKey: Buffer.from(signer.publicKey).toString('base64url'),
      csr: '-----BEGIN CERTIFICATE REQUEST-----',
      nonce: 'abc',
    },
    signer,
  );

  it('is signed by the key it carries', () => {
    expect(verifyRequest(request)).toBe(true);
  });

  it.each([
    ['serial', 'XL-000124'],
    ['csr', 'another'],
    ['nonce', 'abd'],
    ['publicKey', Buffer.from(signerFromSeed(Buffer.alloc(32, 8)).publicKey).toString('base64url')],
  ])('is worth nothing with another %s', (field, value) => {
    expect(verifyRequest({ ...request, [field]: value } as EnrolmentRequest)).toBe(false);
  });
});
