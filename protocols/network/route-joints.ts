import type { Foot } from './foot.ts';
import type { RoadLine } from './road-line.ts';
import type { RoadNetwork } from './road-network.ts';
import { isSameRoad, type Lane, type LanePlace, laneAt } from './route-lanes.ts';

/** The end of a line meets another line within this, metres: two carriageways and some slack. */
export const joinMMax = 60;
/** Driven from one road to another or round at an interchange, metres: an assumption. */
export const interchangeM = 600;

/** One may drive from the one place to the other. */
export interface Joint {
  readonly from: LanePlace;
  readonly to: LanePlace;
  readonly lengthM: number;
}

type Lanes = ReadonlyMap<RoadLine, readonly Lane[]>;

function places({ line, alongM }: Pick<Foot, 'line' | 'alongM'>, lanes: Lanes): LanePlace[] {
  return (lanes.get(line) ?? []).map((lane) => laneAt(lane, alongM));
}

function isAtEnd({ line, alongM }: Foot): boolean {
  return alongM <= joinMMax || alongM >= line.path.lengthM - joinMMax;
}

/** One piece of a road goes on in the next: each direction for itself, nobody turns round. */
function continuations(end: Foot, next: Foot, lanes: Lanes): Joint[] {
  return places(end, lanes).flatMap((from) => {
    if (from.atM < from.lane.line.path.lengthM - joinMMax) return [];
    return places(next, lanes)
      .filter(({ lane, atM }) => lane.direction === from.lane.direction && atM <= joinMMax)
      .map((to) => ({ from, to, lengthM: end.offsetM + next.offsetM }));
  });
}

/** Where roads meet everybody may go everywhere, also back. */
function interchange(feet: readonly Foot[], lanes: Lanes): Joint[] {
  const all = feet.flatMap((foot) => places(foot, lanes));
  return all.flatMap((from) =>
    all.filter((to) => to !== from).map((to) => ({ from, to, lengthM: interchangeM })),
  );
}

/** Joints at one end of a line. */
function jointsAt(end: Foot, network: RoadNetwork, lanes: Lanes, atMs: number | undefined) {
  const { lat, lon } = end.line.path.place(end.alongM);
  const when = atMs === undefined ? {} : { atMs };
  const met = network
    .feet({ lat, lon, offsetMMax: joinMMax, ...when })
    .filter(({ line }) => line !== end.line && lanes.has(line));
  const onward = met
    .filter((next) => isSameRoad(next.line, end.line) && isAtEnd(next))
    .flatMap((next) => continuations(end, next, lanes));
  const isMeeting = met.some(({ line }) => !isSameRoad(line, end.line));
  return isMeeting ? [...onward, ...interchange([end, ...met], lanes)] : onward;
}

/**
 * How lanes hang together, by geometry alone: the end of a line within `joinMMax` of another piece
 * of its road goes on there; within `joinMMax` of another road it is an interchange, the only place
 * where one turns round. Roads that cross without an end there pass on a bridge.
 */
export function jointsOf(network: RoadNetwork, lanes: Lanes, atMs: number | undefined): Joint[] {
  return [...lanes.keys()].flatMap((line) =>
    [0, line.path.lengthM].flatMap((alongM) => {
      const end = { line, alongM, segment: 0, offsetM: 0, side: 'right', bearingDeg: 0, costM: 0 };
      return jointsAt(end as Foot, network, lanes, atMs);
    }),
  );
}
