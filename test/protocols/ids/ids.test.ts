import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { commands } from '../../../protocols/commands.ts';
import {
  checkId,
  checkPlate,
  checkUscc,
  normalizeId,
  overridableUsccReasons,
} from '../../../protocols/ids/ids.ts';

interface Vectors {
  readonly uscc: readonly {
    readonly cases: readonly {
      readonly code: string;
      readonly valid: boolean;
      readonly why?: string;
    }[];
  }[];
  readonly plates: readonly {
    readonly kind: string;
    readonly valid: readonly string[];
    readonly invalid?: readonly string[];
  }[];
}

const vectors: Vectors = JSON.parse(
  readFileSync(new URL('../../vectors/ids/ids.json', import.meta.url), 'utf8'),
);
const codes = vectors.uscc.flatMap(({ cases }) => cases);
const platesOf = (kind: string) => vectors.plates.filter((each) => each.kind === kind);

describe('recorded credit codes', () => {
  it.each(codes)('$code is valid: $valid', ({ code, valid }) => {
    expect(checkId(code)).toMatchObject({ kind: 'uscc', valid });
  });

  it('that are refused have the recorded reason', () => {
    const reasons = codes
      .filter(({ valid }) => !valid)
      .map(({ code, why }) => [why, checkUscc(code).reason]);
    expect(reasons).toEqual([
      ['issued early by a pilot area; real, but fails the GB 32100 check digit', 'check-digit'],
      ['issued early by a pilot area; real, but fails the GB 32100 check digit', 'check-digit'],
      ['issued early by a pilot area; real, but fails the GB 32100 check digit', 'check-digit'],
      ['length', 'length'],
      // The peer wants digits only up to the eighth place; the standard has department A, and the
      // letter spoils the check character.
      ['format', 'check-digit'],
      ['check digit', 'check-digit'],
    ]);
  });

  it('that are real and fail the check may be overridden, and only those', () => {
    expect(overridableUsccReasons).toEqual(['check-digit']);
  });
});

describe('checkUscc', () => {
  it('passes the worked example of the standard and finds its misprint', () => {
    expect(checkUscc('91350100M000100Y43')).toMatchObject({ valid: true, reason: null });
    expect(checkUscc('91350100M000100Y44')).toMatchObject({ valid: false, reason: 'check-digit' });
  });

  it.each(['91130600MA0QR0016U', '91130100MA0QR0024W', '11130000MB0QR00369'])(
    'passes the fictitious %s without warning',
    (code) => {
      expect(checkUscc(code)).toEqual({ kind: 'uscc', valid: true, reason: null, warning: null });
    },
  );

  it('finds every single wrong character and every swap of neighbours', () => {
    const charset = '0123456789ABCDEFGHJKLMNPQRTUWXY';
    const code = '91130600MA0QR0016U';
    const changed = [...code].flatMap((_, at) => [
      ...[...charset].map((other) => code.slice(0, at) + other + code.slice(at + 1)),
      code.slice(0, at) + (code[at + 1] ?? '') + (code[at] ?? '') + code.slice(at + 2),
    ]);
    const wrong = changed.filter((each) => each !== code);
    expect(wrong.length).toBeGreaterThan(500);
    expect(wrong.filter((each) => checkUscc(each).valid)).toEqual([]);
  });

  it.each(['I', 'O', 'Z', 'S', 'V', 'a', ' ', '-'])('refuses the character "%s"', (character) => {
    const code = `91130600MA0QR0016${character}`;
    expect(checkUscc(code)).toMatchObject({ valid: false, reason: 'format' });
  });

  it('warns of an organisation code that fails its own check, without refusing', () => {
    const orgCode = '600037342';
    const charset = '0123456789ABCDEFGHJKLMNPQRTUWXY';
    const verdicts = [...charset].map((check) => checkUscc(`91110000${orgCode}${check}`));
    expect(verdicts.filter(({ valid }) => valid)).toEqual([
      { kind: 'uscc', valid: true, reason: null, warning: 'org-check-digit' },
    ]);
  });
});

describe('recorded plates', () => {
  it.each(platesOf('新能源').flatMap(({ valid }) => valid))('%s is new-energy', (plate) => {
    const verdict = checkPlate(plate);
    expect(verdict).toMatchObject({ kind: 'plate', valid: true, reason: null });
    expect(verdict.family).toMatch(/^new-energy-(small|large)$/);
  });

  it.each(platesOf('非新能源').flatMap(({ valid }) => valid))('%s is normal', (plate) => {
    expect(checkPlate(plate)).toMatchObject({ valid: true, family: 'normal' });
  });

  it.each(platesOf('any').flatMap(({ valid }) => valid))('%s is a plate', (plate) => {
    expect(checkId(plate)).toMatchObject({ kind: 'plate', valid: true });
  });

  it('that are none are refused with the reason', () => {
    const refused = platesOf('any').flatMap(({ invalid }) => invalid ?? []);
    expect(refused.map((plate) => [plate, checkPlate(plate).reason])).toEqual([
      ['宁AD1234555555', 'length'],
      ['浙苏H6F681', 'format'],
    ]);
  });
});

describe('checkPlate', () => {
  it.each([
    ['冀A12345', 'normal'],
    ['冀AB123C', 'normal'],
    ['冀A1234挂', 'special'],
    ['冀A1234警', 'special'],
    ['粤Z1234港', 'special'],
    ['冀AD12345', 'new-energy-small'],
    ['冀AFA1234', 'new-energy-small'],
    ['冀A12345K', 'new-energy-large'],
    ['冀X1234应急', 'emergency'],
    ['使014578', 'embassy'],
    ['224578使', 'embassy'],
  ])('%s is %s', (plate, family) => {
    expect(checkPlate(plate)).toEqual({ kind: 'plate', valid: true, reason: null, family });
  });

  it.each([
    ['', 'length'],
    ['冀A1234', 'length'],
    ['国A12345', 'province'],
    ['冀AI1234', 'format'],
    ['冀I12345', 'format'],
    ['冀a12345', 'format'],
    ['冀A·2345', 'format'],
    ['冀AL12345', 'energy-letter'],
    ['冀A12345L', 'energy-letter'],
    ['冀ADB123C', 'energy-letter'],
    ['冀A12345挂', 'format'],
    ['使01457', 'length'],
  ])('refuses "%s" by %s', (plate, reason) => {
    expect(checkPlate(plate)).toEqual({ kind: 'plate', valid: false, reason, family: null });
  });
});

describe('normalizeId', () => {
  it.each([
    [' 冀a·12345 ', '冀A12345'],
    ['冀Ａ•１２３４５', '冀A12345'],
    ['91130600ma0qr0016u', '91130600MA0QR0016U'],
    ['9113 0600 MA0Q R001 6U', '91130600MA0QR0016U'],
  ])('makes "%s" %s', (typed, written) => {
    expect(normalizeId(typed)).toBe(written);
    expect(checkId(normalizeId(typed)).valid).toBe(true);
  });
});

describe('id check', () => {
  it('answers every line with kind, valid and reason, and marks what was refused', () => {
    const command = commands.find(({ words }) => words.join(' ') === 'id check');
    const session = command?.start({
      options: {},
      positionals: [],
      readFile: () => new Uint8Array(),
      nowS: () => 0,
    });
    const input = Buffer.from('91350100M000100Y43\r\n京AD92035\n12345678\n浙苏H6F681\n\n冀A12345');
    const lines = [...input].flatMap((byte) => session?.push(Uint8Array.of(byte)) ?? []);
    expect([...lines, ...(session?.end() ?? [])]).toEqual([
      { print: { kind: 'uscc', valid: true, reason: null }, ok: true },
      { print: { kind: 'plate', valid: true, reason: null }, ok: true },
      { print: { kind: 'uscc', valid: false, reason: 'length' }, ok: false },
      { print: { kind: 'plate', valid: false, reason: 'format' }, ok: false },
      { print: { kind: 'uscc', valid: false, reason: 'length' }, ok: false },
      { print: { kind: 'plate', valid: true, reason: null }, ok: true },
    ]);
  });
});
