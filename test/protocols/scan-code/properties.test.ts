import { createPublicKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { codeBytes, fixAgeSMax } from '../../../protocols/scan-code/bytes.ts';
import {
  codeDigitsOf,
  readCodeBytes,
  readCodeDigits,
  readCodeLink,
  signCode,
} from '../../../protocols/scan-code/code.ts';
import { bytesOfDigits, digitCountOf } from '../../../protocols/scan-code/digits.ts';
import { duties, type ScanFields, ttlStepsS } from '../../../protocols/scan-code/fields.ts';
import { codeDigits, linkCharsMax } from '../../../protocols/scan-code/link.ts';
import { type CodeKey, judge, type KeyLookup } from '../../../protocols/scan-code/verdict.ts';
import { privateKeyFromSeed } from '../../../protocols/signed/ed25519.ts';
import { signerFromSeed } from '../../support/keys.ts';
import { Random, seedOr } from '../../support/random.ts';

const seed = seedOr(20_261_123);
const seedBytes = Buffer.alloc(32, 7);
const signer = signerFromSeed(seedBytes);
const key: CodeKey = {
  keyId: 'k',
  publicKey: createPublicKey(privateKeyFromSeed(seedBytes)),
  matchKey: null,
  validFrom: null,
  validTo: null,
  revoked: false,
};
const keys: KeyLookup = { unitKeys: () => [key], issuerKeys: () => [key] };

function randomFields(random: Random): Omit<ScanFields, 'version'> {
  const kind = random.pick([0, 1, 2, 3] as const);
  const placed = random.next() < 0.8;
  return {
    kind,
    unitId: random.whole(0, 0xff_ff_ff),
    issuedAt: random.whole(0, 0xff_ff_ff_ff),
    ttlS: kind >= 2 ? 'static' : random.pick(ttlStepsS),
    duty: random.whole(0, duties.length - 1),
    lat: placed ? random.next() * 180 - 90 : null,
    lon: placed ? random.next() * 360 - 180 : null,
    fixAgeS: placed ? random.whole(0, fixAgeSMax) : null,
    incidentRef: random.whole(0, 0xff_ff),
  };
}

function acceptable(verdict: string): boolean {
  return verdict === 'fresh' || verdict === 'static';
}

describe('the scan code', () => {
  it(`keeps every field through bytes and digits (seed ${seed})`, () => {
    const random = new Random(seed);
    for (let run = 0; run < 2_000; run += 1) {
      const fields = randomFields(random);
      const bytes = signCode(fields, signer);
      const digits = codeDigitsOf(bytes);
      expect(digits).toHaveLength(codeDigits);
      const reading = readCodeDigits(digits);
      if (!reading.ok) throw new Error(reading.malformed);
      const { lat, lon, fixAgeS, ...rest } = reading.code.fields;
      const { lat: _lat, lon: _lon, fixAgeS: _age, ...expected } = fields;
      expect(rest).toStrictEqual({ version: 1, ...expected });
      if (fields.lat === null || lat === null || lon === null || fixAgeS === null) {
        expect([lat, lon, fixAgeS]).toStrictEqual([null, null, null]);
      } else {
        expect(Math.abs(lat - fields.lat)).toBeLessThanOrEqual(90 / 2 ** 24 + 1e-12);
        expect(Math.abs(lon - (fields.lon ?? 0))).toBeLessThanOrEqual(180 / 2 ** 24 + 1e-12);
        expect(fixAgeS - (fields.fixAgeS ?? 0)).toBeGreaterThanOrEqual(0);
        expect(fixAgeS - (fields.fixAgeS ?? 0)).toBeLessThan(30);
      }
    }
  });

  it('refuses every single-bit change', () => {
    const issuedAt = 1_790_000_000;
    const bytes = signCode({ ...randomFields(new Random(1)), kind: 0, ttlS: 30, issuedAt }, signer);
    expect(judge(readCodeBytes(bytes), keys, { atS: issuedAt }).verdict).toBe('fresh');
    for (let bit = 0; bit < codeBytes * 8; bit += 1) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const { verdict } = judge(readCodeBytes(changed), keys, { atS: issuedAt });
      expect(['bad-signature', 'malformed'], `bit ${bit}`).toContain(verdict);
    }
  });

  it(`takes 100,000 damaged codes without an exception or a false acceptance (seed ${seed})`, () => {
    const random = new Random(seed);
    const issuedAt = 1_790_000_000;
    const genuine = codeDigitsOf(
      signCode({ ...randomFields(random), kind: 0, ttlS: 300, issuedAt }, signer),
    );
    const damages: readonly ((digits: string) => string)[] = [
      (digits) => digits.slice(0, random.whole(0, digits.length - 1)),
      (digits) => `${digits}${random.whole(0, 9)}`,
      (digits) => {
        const at = random.whole(0, digits.length - 1);
        const other = (Number(digits[at]) + random.whole(1, 9)) % 10;
        return `${digits.slice(0, at)}${other}${digits.slice(at + 1)}`;
      },
      () => Array.from({ length: codeDigits }, () => random.whole(0, 9)).join(''),
      () => random.bytes(random.whole(0, 300)).toString('latin1'),
      (digits) => digits.replace(/\d/, '٣'),
      () => codeDigitsOf(random.bytes(codeBytes)),
    ];
    for (let run = 0; run < 100_000; run += 1) {
      const link = `https://XL.EXAMPLE.CN/${random.pick(damages)(genuine)}`;
      const { verdict } = judge(readCodeLink(link), keys, { atS: issuedAt });
      expect(acceptable(verdict), link).toBe(false);
    }
  });

  it('calls any text that is no link malformed, however long', () => {
    const texts = ['', ' ', '\0', 'https://', 'https://XL.EXAMPLE.CN/', '汉字', '9'.repeat(198)];
    for (const text of [...texts, 'x'.repeat(linkCharsMax + 1), '1'.repeat(1_000_000)]) {
      expect(judge(readCodeLink(text), keys, { atS: 0 }).verdict).toBe('malformed');
    }
  });

  it('holds 82 bytes in exactly 198 digits and refuses a number beyond them', () => {
    expect(digitCountOf(82)).toBe(198);
    expect(bytesOfDigits('9'.repeat(198), 82)).toBeNull();
    expect(readCodeDigits('9'.repeat(198))).toStrictEqual({ ok: false, malformed: 'too-large' });
  });

  it('writes no position rather than a position older than it can say', () => {
    const fields = { ...randomFields(new Random(3)), kind: 0 as const, ttlS: 30 as const };
    const bytes = signCode({ ...fields, lat: 38, lon: 114, fixAgeS: fixAgeSMax + 1 }, signer);
    const reading = readCodeBytes(bytes);
    expect(reading.ok && reading.code.fields.lat).toBeNull();
  });
});
