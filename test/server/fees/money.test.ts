import { describe, expect, it } from 'vitest';
import { feeOf, hundredthsOf, microOf, roundTo, shareOf } from '../../../server/fees/money.ts';

describe('money', () => {
  it('is read from decimals exactly, or not at all', () => {
    expect([360, 0.29, 1.1, 19.99, 0].map(hundredthsOf)).toEqual([36_000, 29, 110, 1999, 0]);
    expect([0.001, -1, 1e-7, 1e21, Number.NaN].map(hundredthsOf)).toEqual(new Array(5).fill(null));
  });

  it('times a quantity drops parts of a fen', () => {
    expect(feeOf(999, microOf(0.5))).toBe(499);
    expect(feeOf(1, microOf(0.999999))).toBe(0);
  });

  it('stays exact where binary fractions and 53 bits do not', () => {
    expect(feeOf(999_999_999, microOf(99_999.999999))).toBe(99_999_999_899_000);
    expect(shareOf(999_999_999_999_999, 3333)).toBe(333_299_999_999_999);
  });

  it('is rounded to a step as told', () => {
    const rounded = (value: number) =>
      (['ceil', 'floor', 'round'] as const).map((mode) => roundTo(value, 100, mode));
    expect([100, 101, 149, 150].map(rounded)).toEqual([
      [100, 100, 100],
      [200, 100, 100],
      [200, 100, 100],
      [200, 100, 200],
    ]);
  });
});
