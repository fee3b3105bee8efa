import { readMoment } from '../../protocols/network/validity.ts';

/** A day in China, `2026-01-01`. Days compare as texts. */
export type ChinaDay = string;

const chinaAheadMs = 8 * 3600 * 1000;
const zonePattern = /T.*(Z|[+-]\d\d:\d\d)$/;
/** Below this a number is Unix seconds (until the year 5138), from it on milliseconds. */
const secondsMax = 100_000_000_000;
/** 9999-12-31T23:59:59.999+08:00, the last moment whose day has four digits of year. */
const momentMsMax = 253_402_271_999_999;

/** The day a moment (Unix ms) falls on in China, which has one time zone and no summer time. */
export function chinaDayOf(momentMs: number): ChinaDay {
  return new Date(momentMs + chinaAheadMs).toISOString().slice(0, 10);
}

/** Unix ms of the first moment of a day. */
export function startOfDayMs(day: ChinaDay): number {
  return Date.parse(`${day}T00:00:00+08:00`);
}

/** The day `days` later (earlier when negative). */
export function dayAfter(day: ChinaDay, days: number): ChinaDay {
  const noonUtc = Date.parse(`${day}T12:00:00Z`);
  return new Date(noonUtc + days * 24 * 3600 * 1000).toISOString().slice(0, 10);
}

/** Whether a text is a day that exists. */
export function isDay(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text) && readMoment(text) !== null;
}

/**
 * Unix ms of a moment as people and programs write it: a day (its start), an ISO 8601 moment (in
 * China when it names no zone), Unix seconds or milliseconds. Null for anything else.
 */
export function readChinaMoment(value: unknown): number | null {
  if (typeof value === 'number') {
    const momentMs = value < secondsMax ? value * 1000 : value;
    return value >= 0 && momentMs <= momentMsMax ? Math.floor(momentMs) : null;
  }
  if (typeof value !== 'string') return null;
  const clockInChina = value.includes('T') && !zonePattern.test(value);
  const momentMs = readMoment(clockInChina ? `${value}+08:00` : value);
  return momentMs !== null && momentMs >= 0 && momentMs <= momentMsMax ? momentMs : null;
}
