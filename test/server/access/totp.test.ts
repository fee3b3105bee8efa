import { describe, expect, it } from 'vitest';
import { hotp, toBase32, totpAt, totpStepOf, totpUri } from '../../../server/access/totp.ts';

const secret = Buffer.from('12345678901234567890');

describe('one-time codes', () => {
  it('are those of RFC 4226, appendix D', () => {
    const codes = Array.from({ length: 10 }, (_, counter) => hotp(secret, counter));
    expect(codes).toEqual(
      '755224 287082 359152 969429 338314 254676 287922 162583 399871 520489'.split(' '),
    );
  });

  it.each([
    [59, '94287082'],
    [1_111_111_109, '07081804'],
    [1_111_111_111, '14050471'],
    [1_234_567_890, '89005924'],
    [2_000_000_000, '69279037'],
    [20_000_000_000, '65353130'],
  ])('are those of RFC 6238, appendix B, at %i', (atS, code) => {
    expect(totpAt(secret, atS, 8)).toBe(code);
  });

  it('are taken one step early and late, and no further', () => {
    const atS = 1_800_000_000;
    const taken = [-2, -1, 0, 1, 2].map((steps) =>
      totpStepOf(secret, totpAt(secret, atS + steps * 30), atS, 0),
    );
    expect(taken).toEqual([null, 59_999_999, 60_000_000, 60_000_001, null]);
  });

  it('are good once: a step that was used, or one before it, is refused', () => {
    const atS = 1_800_000_000;
    const code = totpAt(secret, atS);
    expect(totpStepOf(secret, code, atS, 59_999_999)).toBe(60_000_000);
    expect(totpStepOf(secret, code, atS, 60_000_000)).toBeNull();
    expect(totpStepOf(secret, totpAt(secret, atS - 30), atS, 60_000_000)).toBeNull();
  });

  it('may be typed with spaces and full-width digits; anything else is no code', () => {
    const atS = 1_111_111_109;
    const code = totpAt(secret, atS);
    const wide = code.replace(/\d/g, (digit) => String.fromCharCode(0xff10 + Number(digit)));
    expect(totpStepOf(secret, `${code.slice(0, 3)} ${code.slice(3)}`, atS, 0)).not.toBeNull();
    expect(totpStepOf(secret, wide, atS, 0)).not.toBeNull();
    for (const typed of ['', '12345', `${code}0`, 'abcdef', '-12345']) {
      expect(totpStepOf(secret, typed, atS, 0), typed).toBeNull();
    }
  });

  it('secrets are written in the base32 of RFC 4648, section 10, without padding', () => {
    const pairs = [
      ['', ''],
      ['f', 'MY'],
      ['fo', 'MZXQ'],
      ['foo', 'MZXW6'],
      ['foob', 'MZXW6YQ'],
      ['fooba', 'MZXW6YTB'],
      ['foobar', 'MZXW6YTBOI'],
    ] as const;
    for (const [text, code] of pairs) expect(toBase32(Buffer.from(text))).toBe(code);
    expect(totpUri(Buffer.from('foobar'), 'li.ming', 'Xinlu')).toBe(
      'otpauth://totp/Xinlu:li.ming?secret=MZXW6YTBOI&issuer=Xinlu',
    );
  });
});
