import { describe, expect, it } from 'vitest';
import {
  chinaDayOf,
  dayAfter,
  isDay,
  readChinaMoment,
  startOfDayMs,
} from '../../../server/calendar/china-day.ts';

describe('a day in China', () => {
  it('begins at 16:00 UTC of the day before', () => {
    expect(chinaDayOf(Date.UTC(2026, 0, 31, 15, 59, 59, 999))).toBe('2026-01-31');
    expect(chinaDayOf(Date.UTC(2026, 0, 31, 16))).toBe('2026-02-01');
    expect(startOfDayMs('2026-02-01')).toBe(Date.UTC(2026, 0, 31, 16));
  });

  it('has one after it and one before it, over months and leap days', () => {
    expect([dayAfter('2028-02-28', 1), dayAfter('2026-03-01', -1)]).toEqual([
      '2028-02-29',
      '2026-02-28',
    ]);
  });

  it('exists or does not', () => {
    expect(['2026-02-28', '2026-02-29', '2026-2-1', '2026-02-28T00:00Z'].map(isDay)).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });
});

describe('a moment', () => {
  const noon = Date.UTC(2026, 5, 1, 4);

  it.each([
    ['2026-06-01T12:00:00+08:00', noon],
    ['2026-06-01T04:00:00Z', noon],
    ['2026-06-01T12:00', noon],
    ['2026-06-01T12:00:00.000', noon],
    ['2026-06-01', noon - 12 * 3600 * 1000],
    [noon / 1000, noon],
    [noon, noon],
  ])('is read from %s', (value, expected) => {
    expect(readChinaMoment(value)).toBe(expected);
  });

  it.each(['', 'today', '2026-06-31', '2026-06-01 12:00', -1, Number.NaN, 1e300, null, {}, true])(
    'is not read from %s',
    (value) => {
      expect(readChinaMoment(value)).toBeNull();
    },
  );
});
