import { describe, expect, it } from 'vitest';
import { formatStake, parseStake } from '../../../protocols/network/network.ts';

describe('a stake', () => {
  it.each([
    ['K234+567', '', 234_567],
    ['K0+000', '', 0],
    ['K9999+999', '', 9_999_999],
    ['ZK12+035', 'Z', 12_035],
    ['AK0+320', 'A', 320],
    ['k12+035', '', 12_035],
    ['　Ｋ１２＋０３５ ', '', 12_035],
    ['K12+035.4', '', 12_035],
    ['K12+999.6', '', 13_000],
  ])('reads %s', (text, prefix, stakeM) => {
    expect(parseStake(text)).toEqual({ prefix, stakeM });
  });

  it.each(['', 'K', 'K12', 'K12+35', 'K12+0350', 'K12-035', 'K-1+000', 'K12345+000', '12+035'])(
    'refuses %j',
    (text) => expect(parseStake(text)).toBeNull(),
  );

  it('refuses a long text without looking through it', () => {
    expect(parseStake(`${' '.repeat(1_000_000)}K1+000`)).toBeNull();
  });

  it('is written as it was read, for every metre of ten kilometres and at the ends', () => {
    for (let stakeM = 0; stakeM <= 10_000; stakeM += 1) {
      expect(parseStake(formatStake(stakeM))).toEqual({ prefix: '', stakeM });
    }
    expect(formatStake(9_999_999, 'Y')).toBe('YK9999+999');
    expect(formatStake(234_566.5)).toBe('K234+567');
    expect(formatStake(-0.4)).toBe('K0+000');
  });
});
