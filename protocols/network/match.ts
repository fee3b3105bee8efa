import { bearingDeg, distanceM } from '../geo/geo.ts';
import type { Foot, Position } from './foot.ts';
import { offsetMMax, type RoadNetwork } from './road-network.ts';
import { placeOf, type RoadPlace } from './road-place.ts';

/** Lines looked at for one fix: the nearest ones. */
export const candidatesMax = 8;

/** Fixes this far apart show where a vehicle is heading, metres. */
const moveMMin = 10;

/**
 * What it costs to believe a change, in metres of offset summed over the fixes that speak for it.
 * A crossing road is nearer for one or two fixes only; a turn into it, for all that follow.
 */
const changeM = { line: 5, section: 40, carriageway: 60, network: 60 } as const;

/** A way of explaining one fix, and the cheapest way of explaining all up to it. */
interface State {
  /** The point on a line; null: the vehicle is off the network. */
  readonly foot: Foot | null;
  readonly costM: number;
  readonly before: State | null;
}

/**
 * Places of a vehicle's fixes, in the order in which they happened, judged together: the sequence
 * of lines that explains all of them best (Viterbi), not the nearest line of each. Null: off the
 * network. A fix without a course gets it from the fixes around it.
 */
export function matchTrack(
  network: RoadNetwork,
  fixes: readonly Position[],
  atMs?: number,
): (RoadPlace | null)[] {
  const positions = fixes.map((fix, index) => withCourse(fix, fixes[index - 1], fixes[index + 1]));
  const when = atMs === undefined ? {} : { atMs };
  const feet = positions.map((fix) => network.feet({ ...fix, ...when }).slice(0, candidatesMax));
  let states: State[] = [];
  for (const [index, position] of positions.entries()) {
    const movedM = distanceM(positions[index - 1] ?? position, position);
    const candidates = [...(feet[index] ?? []), null];
    states = candidates.map((foot) => cheapest(foot, states, movedM));
  }
  return trace(states).map((foot, index) => {
    const others = (feet[index] ?? []).filter((other) => other !== foot);
    return foot === null ? null : placeOf([foot, ...others], positions[index] as Position);
  });
}

function withCourse(fix: Position, before?: Position, after?: Position): Position {
  if (fix.courseDeg !== undefined && fix.courseDeg !== null) return fix;
  const [from, to] = [before ?? fix, after ?? fix];
  return distanceM(from, to) < moveMMin ? fix : { ...fix, courseDeg: bearingDeg(from, to) };
}

function cheapest(foot: Foot | null, states: readonly State[], movedM: number): State {
  const ownM = foot === null ? offsetMMax : foot.costM;
  let best: State = { foot, costM: Number.POSITIVE_INFINITY, before: null };
  if (states.length === 0) return { foot, costM: ownM, before: null };
  for (const before of states) {
    const costM = before.costM + ownM + changeCostM(before.foot, foot, movedM);
    if (costM < best.costM) best = { foot, costM, before };
  }
  return best;
}

function changeCostM(from: Foot | null, to: Foot | null, movedM: number): number {
  if (from === null || to === null) return from === to ? 0 : changeM.network;
  if (from.line === to.line) {
    return Math.min(changeM.network, Math.abs(Math.abs(to.alongM - from.alongM) - movedM));
  }
  if (from.line.section !== to.line.section) return changeM.section;
  const isOpposite = [from, to].every(({ line }) => line.carriageway !== 'both');
  const isChange = isOpposite && from.line.carriageway !== to.line.carriageway;
  return isChange ? changeM.carriageway : changeM.line;
}

function trace(last: readonly State[]): (Foot | null)[] {
  const feet: (Foot | null)[] = [];
  let state = last.reduce<State | null>(
    (best, other) => (best === null || other.costM < best.costM ? other : best),
    null,
  );
  for (; state !== null; state = state.before) feet.push(state.foot);
  return feet.reverse();
}
