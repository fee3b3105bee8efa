import { distanceM } from '../geo/geo.ts';
import type { StakeRefusal } from './chainage.ts';
import { overlapSlackM } from './overlap.ts';
import type { PathPlace } from './polyline.ts';
import type { RoadLine } from './road-line.ts';
import { chooseStretches, type Stretch, type Way } from './stretches.ts';

/** A stretch of a line and where on the route it starts, metres. */
interface Leg extends Stretch {
  readonly startM: number;
}

/** A place on a route, and the stake there when it lies on a line and not between two. */
export interface RoutePlace extends PathPlace {
  readonly stakeM: number | null;
}

/**
 * One carriageway of a section from end to end, in the order of its stakes. Between two lines the
 * way is straight.
 */
export class Route {
  readonly #legs: readonly Leg[];

  constructor(lines: readonly RoadLine[], way: Way) {
    const legs: Leg[] = [];
    let startM = 0;
    for (const stretch of chooseStretches(lines, way)) {
      const before = legs.at(-1);
      if (before !== undefined) startM += before.toM - before.fromM + gapM(before, stretch);
      legs.push({ ...stretch, startM });
    }
    this.#legs = legs;
  }

  /** Metres of route up to a stake. Long chains: see `Chainage.alongAt`. */
  find(stakeM: number, chain?: number): number | StakeRefusal {
    let refusal: StakeRefusal = 'off-section';
    for (const { line, startM, fromM, toM } of this.#legs) {
      const alongM = line.chainage.alongAt(stakeM, chain);
      if (alongM === 'chain-gap') refusal = alongM;
      if (typeof alongM !== 'number') continue;
      if (alongM < fromM - overlapSlackM || alongM > toM + overlapSlackM) continue;
      return startM + Math.min(toM, Math.max(fromM, alongM)) - fromM;
    }
    return refusal;
  }

  /** The place after so many metres of route, or null before its start and behind its end. */
  place(routeM: number): RoutePlace | null {
    const index = this.#legs.findLastIndex(({ startM }) => startM <= routeM);
    const leg = this.#legs[index];
    if (leg === undefined) return null;
    const { path, chainage } = leg.line;
    const alongM = leg.fromM + routeM - leg.startM;
    if (alongM <= leg.toM) {
      return { ...path.place(alongM), stakeM: Math.round(chainage.stakeAt(alongM).stakeM) };
    }
    const next = this.#legs[index + 1];
    return next === undefined ? null : between(leg, next, routeM);
  }
}

function gapM(before: Stretch, after: Stretch): number {
  return distanceM(before.line.path.place(before.toM), after.line.path.place(after.fromM));
}

function between(leg: Leg, next: Leg, routeM: number): RoutePlace {
  const endM = leg.startM + leg.toM - leg.fromM;
  const share = (routeM - endM) / (next.startM - endM);
  const [from, to] = [leg.line.path.place(leg.toM), next.line.path.place(next.fromM)];
  return {
    lat: from.lat + (to.lat - from.lat) * share,
    lon: from.lon + (to.lon - from.lon) * share,
    bearingDeg: from.bearingDeg,
    stakeM: null,
  };
}
