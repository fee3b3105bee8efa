import { distanceM, type LatLon } from '../geo/geo.ts';
import { secondsFrom, type TimedPlace } from './legs.ts';

/** A stay at one place. `lat` and `lon` are those of its first fix. */
export interface Stop extends LatLon {
  /** Seconds from the first fix of the track. */
  readonly startS: number;
  readonly durationS: number;
}

export const stopLimits = {
  /** Fixes of a stop stay closer than this to its first, metres. */
  radiusM: 30,
  durationSMin: 60,
  /** A stop that goes on at most this long after the last one, and this near it, is the same. */
  pauseSMax: 60,
  pauseMMax: 50,
} as const;

/**
 * The stops of a track in the order of time: a first fix and all that follow it within 30 m, for
 * at least 60 s. A receiver that wanders or jumps for a moment does not cut a long stop in two.
 */
export function findStops(points: readonly TimedPlace[]): Stop[] {
  const stops: Stop[] = [];
  let index = 0;
  while (index < points.length) {
    const first = points[index] as TimedPlace;
    const end = endOfStay(points, index);
    const durationS = secondsBetween(first, points[end] as TimedPlace);
    if (durationS >= stopLimits.durationSMin) {
      join(stops, {
        startS: secondsFrom(points, first),
        durationS,
        lat: first.lat,
        lon: first.lon,
      });
    }
    index = durationS >= stopLimits.durationSMin ? end + 1 : index + 1;
  }
  return stops;
}

function endOfStay(points: readonly TimedPlace[], start: number): number {
  const first = points[start] as TimedPlace;
  let end = start;
  for (let next = points[end + 1]; next !== undefined; next = points[end + 1]) {
    if (distanceM(first, next) >= stopLimits.radiusM) break;
    end += 1;
  }
  return end;
}

function secondsBetween(from: TimedPlace, to: TimedPlace): number {
  return (to.timeMs - from.timeMs) / 1000;
}

function join(stops: Stop[], stop: Stop): void {
  const last = stops.at(-1);
  const pauseS = last === undefined ? 0 : stop.startS - last.startS - last.durationS;
  const isSame =
    last !== undefined &&
    pauseS <= stopLimits.pauseSMax &&
    distanceM(last, stop) <= stopLimits.pauseMMax;
  if (!isSame) stops.push(stop);
  else stops[stops.length - 1] = { ...last, durationS: stop.startS + stop.durationS - last.startS };
}
