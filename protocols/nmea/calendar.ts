/** UTC dates and times of day as receivers write them. All instants are Unix milliseconds. */

export const dayMs = 86_400_000;

/** The GPS week number has ten bits: a receiver that loses count is off by whole 1024 weeks. */
export const rolloverMs = 1024 * 7 * dayMs;

/** GPS time began on 1980-01-06; no receiver knows an earlier year. */
const yearMin = 1980;

/** Midnight UTC of a calendar date, or undefined when there is no such date. */
export function utcMidnightMs(year: number, month: number, day: number): number | undefined {
  if (year < yearMin) return undefined;
  const midnight = new Date(Date.UTC(year, month - 1, day));
  const exists = midnight.getUTCMonth() === month - 1 && midnight.getUTCDate() === day;
  return exists ? midnight.getTime() : undefined;
}

/** A two-digit year counts from 1980, the first year of GPS, to 2079. */
export function fullYear(twoDigits: number): number {
  return twoDigits < yearMin % 100 ? 2000 + twoDigits : 1900 + twoDigits;
}

/**
 * Moves an instant before the pivot forward by whole 1024 weeks, into
 * [pivot, pivot + 1024 weeks). Without a pivot, and for later instants, it stays as it is.
 */
export function afterPivot(instantMs: number, pivotMs: number | undefined): number {
  if (pivotMs === undefined || instantMs >= pivotMs) return instantMs;
  return instantMs + Math.ceil((pivotMs - instantMs) / rolloverMs) * rolloverMs;
}

/**
 * The instant with this time of day that lies nearest to a known one: sentences without a date
 * take it from the last dated one, and the day changes with midnight in either direction.
 */
export function nearestInstant(timeOfDayMs: number, knownMs: number): number {
  const sameDay = Math.floor(knownMs / dayMs) * dayMs + timeOfDayMs;
  return sameDay + Math.round((knownMs - sameDay) / dayMs) * dayMs;
}
