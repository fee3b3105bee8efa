/** Midnight in China, which has one time zone and no summer time. */
const chinaMidnight = 'T00:00:00+08:00';

const datePattern = /^(\d{4})-(\d\d)-(\d\d)(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d))?$/;

/**
 * Unix ms of a date (`2024-06-30`, the start of that day in China) or of an ISO 8601 moment with
 * its zone; null for anything else.
 */
export function readMoment(value: unknown): number | null {
  const parts = typeof value === 'string' ? datePattern.exec(value) : null;
  if (parts === null) return null;
  const [text, year, month, day, clock] = parts;
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  // Date would read the 31st of June as the 1st of July.
  if (date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day)) return null;
  const moment = Date.parse(clock === undefined ? `${text}${chinaMidnight}` : text);
  return Number.isNaN(moment) ? null : moment;
}
