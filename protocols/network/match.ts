import { bearingDeg, distanceM } from '../geo/geo.ts';
import type { Foot, Position } from './foot.ts';
import type { RoadLine } from './road-line.ts';
import { offsetMMax, type RoadNetwork } from './road-network.ts';
import { placeOf, type RoadPlace } from './road-place.ts';

/** Lines looked at for one fix: the nearest ones. */
export const candidatesMax = 8;

/** Fixes this far apart show where a vehicle is heading: more than two receiver errors, metres. */
const moveMMin = 30;

/** A heading is looked for in so many fixes before and after. */
const courseFixesMax = 5;

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
 * network. A fix without a course gets it from the fixes around it. Fixes of a vehicle that stands
 * say nothing new, however many there are: they stay on the line of the first of them.
 */
export function matchTrack(
  network: RoadNetwork,
  fixes: readonly Position[],
  atMs?: number,
): (RoadPlace | null)[] {
  const positions = fixes.map((fix, index) => withCourse(fix, index, fixes));
  const when = atMs === undefined ? {} : { atMs };
  const feet = positions.map((fix) => network.feet({ ...fix, ...when }).slice(0, candidatesMax));
  const moves = movesOf(positions);
  let states: readonly State[] = [];
  for (const index of moves) {
    const candidates = [...(feet[index] ?? []), null];
    states = candidates.map((foot) => cheapest(foot, states));
  }
  const lines = trace(states);
  let step = -1;
  return positions.map((position, index) => {
    if (moves[step + 1] === index) step += 1;
    const foot = feet[index]?.find(({ line }) => line === lines[step]);
    const others = (feet[index] ?? []).filter((other) => other !== foot);
    return foot === undefined ? null : placeOf([foot, ...others], position);
  });
}

/** Which fixes show a vehicle that has moved since the last of them; the first always does. */
function movesOf(fixes: readonly Position[]): number[] {
  const moves: number[] = [];
  for (const [index, fix] of fixes.entries()) {
    const last = fixes[moves.at(-1) ?? Number.NaN];
    if (last === undefined || distanceM(last, fix) >= moveMMin) moves.push(index);
  }
  return moves;
}

function withCourse(fix: Position, index: number, fixes: readonly Position[]): Position {
  if (fix.courseDeg !== undefined && fix.courseDeg !== null) return fix;
  const before = fixes.slice(Math.max(0, index - courseFixesMax), index).reverse();
  const after = fixes.slice(index + 1, index + 1 + courseFixesMax);
  const [from, to] = [before, after].map(
    (others) => others.find((other) => distanceM(other, fix) >= moveMMin) ?? fix,
  );
  if (from === undefined || to === undefined || from === to) return fix;
  return { ...fix, courseDeg: bearingDeg(from, to) };
}

function cheapest(foot: Foot | null, states: readonly State[]): State {
  const ownM = foot === null ? offsetMMax : foot.costM;
  let best: State = { foot, costM: Number.POSITIVE_INFINITY, before: null };
  if (states.length === 0) return { foot, costM: ownM, before: null };
  for (const before of states) {
    const costM = before.costM + ownM + changeCostM(before.foot, foot);
    if (costM < best.costM) best = { foot, costM, before };
  }
  return best;
}

function changeCostM(from: Foot | null, to: Foot | null): number {
  if (from === null || to === null) return from === to ? 0 : changeM.network;
  if (from.line === to.line) return 0;
  if (from.line.section !== to.line.section) return changeM.section;
  const isOpposite = [from, to].every(({ line }) => line.carriageway !== 'both');
  const isChange = isOpposite && from.line.carriageway !== to.line.carriageway;
  return isChange ? changeM.carriageway : changeM.line;
}

function trace(last: readonly State[]): (RoadLine | null)[] {
  const lines: (RoadLine | null)[] = [];
  let state = last.reduce<State | null>(
    (best, other) => (best === null || other.costM < best.costM ? other : best),
    null,
  );
  for (; state !== null; state = state.before) lines.push(state.foot?.line ?? null);
  return lines.reverse();
}
