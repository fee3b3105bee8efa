import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  groupedReturnCode,
  readReturnCode,
  returnCodeOf,
} from '../../../protocols/receipt/return-code.ts';

const codes = Array.from({ length: 200 }, (_, at) =>
  returnCodeOf(createHash('sha256').update(`code ${at}`).digest()),
);
const alphabet = '123456789ABCDEFGHJKMNPQRSTVWXYZ';

describe('a return code', () => {
  it('has twelve signs that do not look alike, and is read as it is shown', () => {
    for (const code of codes) {
      expect(code).toMatch(/^[1-9A-HJKMNP-TV-Z]{12}$/);
      expect(readReturnCode(groupedReturnCode(code))).toBe(code);
    }
    expect(new Set(codes).size).toBe(codes.length);
    expect(groupedReturnCode('123456789ABC')).toBe('1234-5678-9ABC');
  });

  it('is read in small letters, full-width signs, with blanks and any dashes', () => {
    const code = codes[0] ?? '';
    const wide = [...code].map((sign) => String.fromCodePoint((sign.codePointAt(0) ?? 0) + 0xfee0));
    for (const typed of [
      code.toLowerCase(),
      wide.join(''),
      ` ${code.slice(0, 5)} – ${code.slice(5)}\n`,
    ]) {
      expect(readReturnCode(typed)).toBe(code);
    }
  });

  it('with one sign wrong, or any two exchanged, is never taken', () => {
    for (const code of codes.slice(0, 20)) {
      for (let at = 0; at < code.length; at += 1) {
        for (const sign of alphabet.replace(code[at] ?? '', '')) {
          expect(readReturnCode(code.slice(0, at) + sign + code.slice(at + 1))).toBeNull();
        }
        for (let other = at + 1; other < code.length; other += 1) {
          const signs = [...code];
          [signs[at], signs[other]] = [signs[other] ?? '', signs[at] ?? ''];
          if (signs.join('') !== code) expect(readReturnCode(signs.join(''))).toBeNull();
        }
      }
    }
  });

  it('is nothing else: too short, too long, or with signs that are not in it', () => {
    for (const typed of [
      '',
      '1234',
      `${codes[0]}1`,
      'O'.repeat(12),
      'x'.repeat(1000),
      '🚗'.repeat(12),
    ]) {
      expect(readReturnCode(typed)).toBeNull();
    }
  });
});
