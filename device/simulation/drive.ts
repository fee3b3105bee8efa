import type { TruePosition } from '../../hardware/emulator/gnss-module.ts';
import { wrapDeg } from '../../protocols/geo/geo.ts';
import type { RoadNetwork } from '../../protocols/network/network.ts';
import type { Odometer } from './odometer.ts';

/** Height told by the emulated receiver: the plain of Hebei. */
const altM = 60;
/** How finely the end of the section is looked for, in metres. */
const endPrecisionM = 1;

export interface Route {
  readonly network: RoadNetwork;
  readonly section: string;
  readonly startStakeM: number;
  /** Towards increasing or decreasing stakes at first. */
  readonly direction: 'INC' | 'DEC';
}

/**
 * A recorded drive laid along a section: its distances from the start stake on, its intervals and
 * speeds, its time rewritten to begin at `startMs`. At the end of the recording, or of the road,
 * the truck turns round and drives it again the other way.
 */
export class Drive {
  readonly #route: Route;
  readonly #odometer: Odometer;
  readonly #startMs: number;
  /** Metres of road there are from the start stake on, at most those of the recording. */
  readonly #roadM: number;

  /** Throws RangeError when the start stake is not on the section. */
  constructor(route: Route, odometer: Odometer, startMs: number) {
    this.#route = route;
    this.#odometer = odometer;
    this.#startMs = startMs;
    if (this.#point(0, true) === null) {
      throw new RangeError(`${route.section} has no stake ${route.startStakeM} m`);
    }
    this.#roadM = this.#reach(odometer.totalM);
  }

  /** Where the truck is at a moment, Unix ms. */
  at(atMs: number): TruePosition | null {
    const { durationS, totalM } = this.#odometer;
    const elapsedS = Math.max(0, (atMs - this.#startMs) / 1000);
    const run = durationS > 0 ? Math.floor(elapsedS / durationS) : 0;
    const reading = this.#odometer.at(elapsedS - run * durationS);
    const wayBack = run % 2 === 1;
    const metres = wayBack ? totalM - reading.metres : reading.metres;
    const folded = fold(metres, this.#roadM);
    return this.#point(folded.metres, wayBack === folded.turned, reading.speedMps);
  }

  /** `outbound`: driving away from the start stake. */
  #point(metres: number, outbound: boolean, speedMps = 0): TruePosition | null {
    const { network, section, startStakeM, direction } = this.#route;
    const increasing = outbound === (direction === 'INC');
    const signed = direction === 'INC' ? metres : -metres;
    const carriageway = increasing ? 'INC' : 'DEC';
    const place = network.pointAlong(section, startStakeM, signed, carriageway);
    if ('error' in place) return null;
    const courseDeg = increasing ? place.bearingDeg : wrapDeg(place.bearingDeg + 180);
    return { lat: place.lat, lon: place.lon, altM, speedMps, courseDeg };
  }

  /** How far the road goes, both carriageways, up to `wantedM`. */
  #reach(wantedM: number): number {
    const isRoad = (metres: number) =>
      this.#point(metres, true) !== null && this.#point(metres, false) !== null;
    if (isRoad(wantedM)) return wantedM;
    let [known, beyond] = [0, wantedM];
    while (beyond - known > endPrecisionM) {
      const middle = (known + beyond) / 2;
      if (isRoad(middle)) known = middle;
      else beyond = middle;
    }
    return known;
  }
}

/** A distance on a road of `lengthM` that is driven to and fro; `turned`: on a way back. */
export function fold(metres: number, lengthM: number): { metres: number; turned: boolean } {
  if (lengthM <= 0) return { metres: 0, turned: false };
  const legs = Math.floor(metres / lengthM);
  const into = metres - legs * lengthM;
  return legs % 2 === 0
    ? { metres: into, turned: false }
    : { metres: lengthM - into, turned: true };
}
