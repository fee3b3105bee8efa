import { incidentRefMax } from '../../protocols/scan-code/fields.ts';

/** A number given to an incident rests this long after closing. Scan code, "incidentRef". */
export const refRestMs = 30 * 24 * 3_600_000;

/** The number after `last`, wrapping, that nobody holds; null when all are taken. */
export function nextRef(last: number, taken: ReadonlySet<number>): number | null {
  for (let step = 1; step <= incidentRefMax; step += 1) {
    const ref = ((last + step - 1) % incidentRefMax) + 1;
    if (!taken.has(ref)) return ref;
  }
  return null;
}
