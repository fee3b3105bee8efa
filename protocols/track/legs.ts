import { distanceM } from '../geo/geo.ts';
import type { TrackPoint } from './csv.ts';

/** What the legs of a track need of a fix. */
export type TimedPlace = Pick<TrackPoint, 'timeMs' | 'lat' | 'lon'>;

/** Faster than any vehicle here: a leg above this is a jump of the receiver. */
export const jumpKmhMin = 200;

/** A leg no vehicle can have driven. It is shown, never taken out of the track. */
export interface Jump {
  /** Seconds from the first fix to the end of the leg. */
  readonly atS: number;
  readonly m: number;
  readonly kmh: number;
}

/** Metres along all fixes, jumps included: the raw length. */
export function lengthM(points: readonly TimedPlace[]): number {
  let sum = 0;
  for (const [index, to] of points.entries()) sum += distanceM(points[index - 1] ?? to, to);
  return sum;
}

/**
 * Legs faster than `jumpKmhMin`. Without time between two fixes there is no speed, so such a leg is
 * none; nor is one back in time.
 */
export function jumps(points: readonly TimedPlace[]): Jump[] {
  const found: Jump[] = [];
  for (const [index, to] of points.entries()) {
    const from = points[index - 1] ?? to;
    const [seconds, m] = [(to.timeMs - from.timeMs) / 1000, distanceM(from, to)];
    const kmh = seconds > 0 ? (m / seconds) * 3.6 : 0;
    if (kmh > jumpKmhMin) found.push({ atS: secondsFrom(points, to), m, kmh });
  }
  return found;
}

/** Seconds from the first fix of a track to one of its fixes. */
export function secondsFrom(points: readonly TimedPlace[], to: TimedPlace): number {
  return (to.timeMs - (points[0] ?? to).timeMs) / 1000;
}
