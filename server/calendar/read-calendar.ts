import { readFileSync } from 'node:fs';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { type ChinaDay, dayAfter, isDay } from './china-day.ts';

/** Longest holiday taken, in days. */
const holidayDaysMax = 31;

const day = Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\d$' });
const calendarPack = Type.Object({
  years: Type.Array(
    Type.Object({
      year: Type.Integer({ minimum: 2000, maximum: 2200 }),
      holidays: Type.Array(Type.Object({ zh: Type.String(), from: day, to: day }), {
        maxItems: 50,
      }),
      workingWeekends: Type.Array(day, { maxItems: 50 }),
    }),
    { maxItems: 200 },
  ),
});
type YearEntry = Static<typeof calendarPack>['years'][number];

/** Which days differ from the week's rhythm, and for which years that is known. */
export interface WorkingCalendar {
  readonly years: ReadonlySet<number>;
  /** Days off, with the name of the holiday. */
  readonly holidays: ReadonlyMap<ChinaDay, string>;
  /** 调休: weekend days that are worked. */
  readonly workingWeekends: ReadonlySet<ChinaDay>;
}

export type CalendarReading =
  | { readonly calendar: WorkingCalendar }
  | { readonly problems: readonly string[] };

/** Saturday or Sunday. */
export function isWeekend(date: ChinaDay): boolean {
  return [0, 6].includes(new Date(`${date}T12:00:00Z`).getUTCDay());
}

/** The days of a span; undefined when it is none, or longer than any holiday. */
function daysOf(from: ChinaDay, to: ChinaDay): ChinaDay[] | undefined {
  if (!isDay(from) || !isDay(to)) return undefined;
  const days: ChinaDay[] = [];
  for (let date = from; date <= to; date = dayAfter(date, 1)) {
    if (days.length === holidayDaysMax) return undefined;
    days.push(date);
  }
  return days.length === 0 ? undefined : days;
}

function readYear(entry: YearEntry, holidays: Map<string, string>, worked: Set<string>): string[] {
  const problems: string[] = [];
  for (const { zh, from, to } of entry.holidays) {
    const days = daysOf(from, to);
    if (days === undefined) problems.push(`${zh}: ${from} to ${to} is no holiday`);
    for (const date of days ?? []) {
      if (holidays.has(date)) problems.push(`${zh}: ${date} is off already`);
      holidays.set(date, zh);
    }
  }
  for (const date of entry.workingWeekends) {
    if (!isDay(date) || !isWeekend(date)) problems.push(`${date} is no day of a weekend`);
    else if (worked.has(date)) problems.push(`${date} stands twice`);
    worked.add(date);
  }
  return problems;
}

/** Reads a calendar pack; otherwise says everything that is wrong with it. Never throws. */
export function readCalendar(value: unknown): CalendarReading {
  if (!Value.Check(calendarPack, value)) {
    return {
      problems: Value.Errors(calendarPack, value).map(
        ({ instancePath, message }) => `${instancePath} ${message}`,
      ),
    };
  }
  const holidays = new Map<ChinaDay, string>();
  const workingWeekends = new Set<ChinaDay>();
  const problems = value.years.flatMap((entry) => readYear(entry, holidays, workingWeekends));
  const both = [...workingWeekends].filter((date) => holidays.has(date));
  problems.push(...both.map((date) => `${date} is both off and worked`));
  const years = new Set(value.years.map(({ year }) => year));
  if (years.size < value.years.length) problems.push('a year stands twice');
  if (problems.length > 0) return { problems };
  return { calendar: { years, holidays, workingWeekends } };
}

/** The calendar that ships, from the notices of the State Council's General Office. */
export function shippedCalendar(): WorkingCalendar {
  const file = new URL('working-days.json', import.meta.url);
  const reading = readCalendar(JSON.parse(readFileSync(file, 'utf8')));
  if ('calendar' in reading) return reading.calendar;
  throw new Error(`the shipped calendar is damaged: ${reading.problems.join('; ')}`);
}
