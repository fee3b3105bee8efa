import { distanceM } from '../../protocols/geo/geo.ts';
import { jumpKmhMin, type TrackPoint } from '../../protocols/track/track.ts';

/** Where a recorded drive stood after a time: metres driven, and how fast. */
export interface Reading {
  readonly metres: number;
  readonly speedMps: number;
}

interface Leg {
  readonly fromS: number;
  readonly toS: number;
  readonly fromM: number;
  readonly toM: number;
}

/** A leg no vehicle can have driven is a jump of the receiver: time passes, the truck stands. */
function drivenM(from: TrackPoint, to: TrackPoint, seconds: number): number {
  const metres = distanceM(from, to);
  return (metres / seconds) * 3.6 > jumpKmhMin ? 0 : metres;
}

function legsOf(points: readonly TrackPoint[]): Leg[] {
  const legs: Leg[] = [];
  let [last, seconds, metres] = [points[0], 0, 0];
  for (const point of points.slice(1)) {
    const stepS = last === undefined ? 0 : (point.timeMs - last.timeMs) / 1000;
    if (last === undefined || stepS <= 0) continue;
    const stepM = drivenM(last, point, stepS);
    legs.push({ fromS: seconds, toS: seconds + stepS, fromM: metres, toM: metres + stepM });
    [last, seconds, metres] = [point, seconds + stepS, metres + stepM];
  }
  return legs;
}

/** A recorded track as time and distance: its intervals and speeds, without its place. */
export class Odometer {
  readonly #legs: readonly Leg[];

  constructor(points: readonly TrackPoint[]) {
    this.#legs = legsOf(points);
  }

  /** Seconds of the recording; 0 when there is nothing to drive. */
  get durationS(): number {
    return this.#legs.at(-1)?.toS ?? 0;
  }

  get totalM(): number {
    return this.#legs.at(-1)?.toM ?? 0;
  }

  /** Between two recorded fixes the truck drives evenly. */
  at(seconds: number): Reading {
    const leg = this.#legs[this.#indexOf(seconds)];
    if (leg === undefined) return { metres: 0, speedMps: 0 };
    const speedMps = (leg.toM - leg.fromM) / (leg.toS - leg.fromS);
    const into = Math.min(Math.max(seconds, leg.fromS), leg.toS) - leg.fromS;
    return { metres: leg.fromM + into * speedMps, speedMps };
  }

  /** The last leg that begins at or before a time. */
  #indexOf(seconds: number): number {
    let [low, high] = [0, this.#legs.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#legs[middle]?.fromS ?? 0) <= seconds) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
