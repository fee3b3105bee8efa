import { type ChinaDay, chinaDayOf, dayAfter, startOfDayMs } from './china-day.ts';
import { isWeekend, type WorkingCalendar } from './read-calendar.ts';

/** Most working days counted at once. */
export const workingDaysMax = 1000;

/** Monday to Friday but holidays, and weekend days that are worked (调休). */
export function isWorkingDay(calendar: WorkingCalendar, day: ChinaDay): boolean {
  if (calendar.holidays.has(day)) return false;
  return calendar.workingWeekends.has(day) || !isWeekend(day);
}

/** Whether the holidays of a day's year have been entered; else only its weekends are known. */
export function isKnownYear(calendar: WorkingCalendar, day: ChinaDay): boolean {
  return calendar.years.has(Number(day.slice(0, 4)));
}

/** A last day, and whether it may still move because the holidays on the way are not yet known. */
export interface WorkingDeadline {
  readonly day: ChinaDay;
  readonly provisional: boolean;
}

/**
 * The last of `count` working days. The day it starts is not counted (民法典 第二百零一条), whether
 * worked or not; 0 is the day itself, or the next one worked. Holidays of years not entered count
 * as worked and make the answer provisional.
 */
export function addWorkingDays(
  calendar: WorkingCalendar,
  start: ChinaDay,
  count: number,
): WorkingDeadline {
  if (!Number.isInteger(count) || count < 0 || count > workingDaysMax) {
    throw new RangeError(`count is a whole number from 0 to ${workingDaysMax}, not ${count}`);
  }
  let day = count === 0 ? start : dayAfter(start, 1);
  let left = Math.max(1, count);
  let provisional = !isKnownYear(calendar, day);
  for (;;) {
    if (isWorkingDay(calendar, day)) left -= 1;
    if (left === 0) return { day, provisional };
    day = dayAfter(day, 1);
    provisional ||= !isKnownYear(calendar, day);
  }
}

/** Working days after `start` up to and with `end`; 0 when `end` is not later. */
export function workingDaysBetween(
  calendar: WorkingCalendar,
  start: ChinaDay,
  end: ChinaDay,
): number {
  let count = 0;
  for (let day = dayAfter(start, 1); day <= end; day = dayAfter(day, 1)) {
    if (isWorkingDay(calendar, day)) count += 1;
  }
  return count;
}

/** A deadline as a moment: something is in time before `endMs`, Unix ms. */
export interface DeadlineMoment extends WorkingDeadline {
  readonly endMs: number;
}

/** The end, in China, of the last of `count` working days after the moment `startMs` (Unix ms). */
export function deadlineAfter(
  calendar: WorkingCalendar,
  startMs: number,
  count: number,
): DeadlineMoment {
  const deadline = addWorkingDays(calendar, chinaDayOf(startMs), count);
  return { ...deadline, endMs: startOfDayMs(dayAfter(deadline.day, 1)) };
}
