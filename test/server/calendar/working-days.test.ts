import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayAfter } from '../../../server/calendar/china-day.ts';
import { deadlineText } from '../../../server/calendar/deadline-text.ts';
import { readCalendar, shippedCalendar } from '../../../server/calendar/read-calendar.ts';
import {
  addWorkingDays,
  deadlineAfter,
  isWorkingDay,
  workingDaysBetween,
} from '../../../server/calendar/working-days.ts';
import { seedOr } from '../../support/random.ts';

const calendar = shippedCalendar();
const run = { seed: seedOr(11), numRuns: 300 };

/** The days of a month as a wall calendar shows them: x is off, the rest is worked. */
function month(prefix: string, days: number): string {
  return Array.from({ length: days }, (_, index) => {
    const day = `${prefix}-${String(index + 1).padStart(2, '0')}`;
    return isWorkingDay(calendar, day) ? '.' : 'x';
  }).join('');
}

describe('working days', () => {
  it('follow the notices in months that make up for holidays', () => {
    expect(month('2026-02', 28)).toBe('x.....xx......xxxxxxxxx.....');
    expect(month('2026-10', 31)).toBe('xxxxxxx...x.....xx.....xx.....x');
    expect(month('2025-10', 31)).toBe('xxxxxxxx...x.....xx.....xx.....');
  });

  it.each([2025, 2026])('of %s are 365 less 104 of weekends and 13 statutory holidays', (year) => {
    expect(workingDaysBetween(calendar, `${year - 1}-12-31`, `${year}-12-31`)).toBe(248);
  });

  it('are Monday to Friday where the holidays have not been entered', () => {
    const week = ['01', '02', '03', '04', '05', '06', '07'].map((date) => `2030-05-${date}`);
    expect(week.map((day) => isWorkingDay(calendar, day))).toEqual([
      true,
      true,
      true,
      false,
      false,
      true,
      true,
    ]);
  });
});

describe('a deadline of working days', () => {
  it.each([
    ['over a plain weekend', '2026-06-04', 3, '2026-06-09'],
    ['from a day off', '2026-06-06', 3, '2026-06-10'],
    ['over a holiday', '2026-09-30', 3, '2026-10-10'],
    ['that ends on a worked Saturday', '2026-05-07', 2, '2026-05-09'],
    ['over the Spring Festival', '2026-02-13', 3, '2026-02-25'],
    ['of no days, on a worked day', '2026-06-04', 0, '2026-06-04'],
    ['of no days, on a day off', '2026-06-06', 0, '2026-06-08'],
  ])('%s', (_title, start, count, day) => {
    expect(addWorkingDays(calendar, start, count)).toEqual({ day, provisional: false });
  });

  it('is provisional once it reaches a year whose holidays are not entered', () => {
    expect(addWorkingDays(calendar, '2026-12-30', 1).provisional).toBe(false);
    expect(addWorkingDays(calendar, '2026-12-30', 2)).toEqual({
      day: '2027-01-01',
      provisional: true,
    });
  });

  it('ends with its last day in China', () => {
    // 23:30 of the 4th and 00:30 of the 5th of June, in China.
    const late = Date.UTC(2026, 5, 4, 15, 30);
    const early = Date.UTC(2026, 5, 4, 16, 30);
    expect(deadlineAfter(calendar, late, 3).endMs).toBe(Date.UTC(2026, 5, 9, 16));
    expect(deadlineAfter(calendar, early, 3).endMs).toBe(Date.UTC(2026, 5, 10, 16));
  });

  it('is said in both languages, with a warning while it may move', () => {
    const firm = { day: '2026-10-10', provisional: false };
    expect(deadlineText(firm, 'zh-CN')).toBe('2026年10月10日（星期六）24时前');
    expect(deadlineText(firm, 'en')).toBe('by the end of Saturday, 10 October 2026 (China time)');
    const open = { day: '2027-01-01', provisional: true };
    expect(deadlineText(open, 'zh-CN')).toContain('可能顺延');
    expect(deadlineText(open, 'en')).toContain('may move');
  });

  it('is a worked day with exactly that many worked days behind it', () => {
    const starts = fc.integer({ min: 0, max: 650 }).map((days) => dayAfter('2025-01-01', days));
    fc.assert(
      fc.property(starts, fc.integer({ min: 1, max: 60 }), (start, count) => {
        const { day } = addWorkingDays(calendar, start, count);
        expect(isWorkingDay(calendar, day)).toBe(true);
        expect(workingDaysBetween(calendar, start, day)).toBe(count);
      }),
      run,
    );
  });

  it('of a count that is none is a mistake of the program', () => {
    for (const count of [-1, 0.5, 1001, Number.NaN]) {
      expect(() => addWorkingDays(calendar, '2026-06-04', count)).toThrow(RangeError);
    }
  });
});

describe('a calendar is refused', () => {
  const year = (change: object) => ({
    years: [{ year: 2026, holidays: [], workingWeekends: [], ...change }],
  });
  const holiday = (from: string, to: string) => ({ zh: '节', from, to });

  it.each([
    ['that is none', []],
    [
      'with a holiday that ends before it begins',
      year({ holidays: [holiday('2026-05-02', '2026-05-01')] }),
    ],
    ['with a day that does not exist', year({ holidays: [holiday('2026-02-28', '2026-02-30')] })],
    ['with a holiday of half a year', year({ holidays: [holiday('2026-01-01', '2026-06-30')] })],
    [
      'with holidays that overlap',
      year({
        holidays: [holiday('2026-05-01', '2026-05-02'), holiday('2026-05-02', '2026-05-03')],
      }),
    ],
    ['with a worked weekend in the week', year({ workingWeekends: ['2026-05-07'] })],
    ['with a worked weekend twice', year({ workingWeekends: ['2026-05-09', '2026-05-09'] })],
    [
      'with a day both off and worked',
      year({ holidays: [holiday('2026-05-09', '2026-05-09')], workingWeekends: ['2026-05-09'] }),
    ],
    ['with a year twice', { years: [...year({}).years, ...year({}).years] }],
  ])('%s', (_title, value) => {
    const reading = readCalendar(value);
    expect('problems' in reading && reading.problems.length).toBeGreaterThan(0);
  });
});
