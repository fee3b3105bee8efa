import type { LatLon } from '../geo/geo.ts';
import type { Direction } from './line-file.ts';
import type { RoadNetwork } from './road-network.ts';
import { placeOf } from './road-place.ts';
import { jointsOf } from './route-joints.ts';
import { type Lane, type LanePlace, laneAt, lanesOf } from './route-lanes.ts';
import { RouteQueue } from './route-queue.ts';

/** A place to drive from or to. */
export interface RouteEnd extends LatLon {
  /** Only this road; null or left out: the one that fits best. */
  readonly section?: string | null;
  /** Only this carriageway; null or left out: what the course tells, else either. */
  readonly direction?: Direction | null;
  readonly courseDeg?: number | null;
}

/** A way by road. Minutes are `assumedSpeedMps` without traffic. */
export interface RouteLength {
  readonly lengthM: number;
  readonly minutes: number;
}

/** Nobody is sent further than this, metres of road. */
export const routeMMax = 400_000;

/** A point of a lane where something begins, ends or meets. */
interface Stop extends LanePlace {
  readonly waysIn: { readonly from: Stop; readonly lengthM: number; readonly seconds: number }[];
}

interface Cost {
  readonly lengthM: number;
  readonly seconds: number;
}

/** Stops closer than this are one, metres. */
const sameStopM = 1;

function lanePlaces(graph: RouteGraph, end: RouteEnd): LanePlace[] {
  const { lat, lon, section = null, courseDeg = null } = end;
  const feet = graph.network
    .feet({ lat, lon, courseDeg, ...graph.when })
    .filter(({ line }) => section === null || line.section === section);
  const [first, ...others] = feet;
  if (first === undefined) return [];
  const place = placeOf([first, ...others], { lat, lon, courseDeg });
  const direction = end.direction ?? place.direction;
  return feet
    .filter(({ line }) => line.section === place.section && line.align === place.align)
    .flatMap(({ line, alongM }) => graph.lanesOn(line).map((lane) => laneAt(lane, alongM)))
    .filter(({ lane }) => direction === null || lane.direction === direction);
}

/** Everything that leads to one place; made by `RouteGraph.to`. */
export class RouteField {
  readonly #graph: RouteGraph;
  readonly #targets: readonly LanePlace[];
  readonly #costs: ReadonlyMap<Stop, Cost>;

  constructor(graph: RouteGraph, targets: readonly LanePlace[], costs: ReadonlyMap<Stop, Cost>) {
    this.#graph = graph;
    this.#targets = targets;
    this.#costs = costs;
  }

  /** The quickest way from a place; null: off the network, or there is none within `routeMMax`. */
  from(end: RouteEnd): RouteLength | null {
    let best: Cost | null = null;
    for (const { lane, atM } of lanePlaces(this.#graph, end)) {
      for (const cost of this.#waysFrom(lane, atM)) {
        if (best === null || cost.seconds < best.seconds) best = cost;
      }
    }
    if (best === null || best.lengthM > routeMMax) return null;
    return { lengthM: Math.round(best.lengthM), minutes: Math.round(best.seconds / 6) / 10 };
  }

  *#waysFrom(lane: Lane, atM: number): Iterable<Cost> {
    const along = (metres: number) => ({ lengthM: metres, seconds: metres / lane.speedMps });
    for (const target of this.#targets) {
      if (target.lane === lane && target.atM >= atM) yield along(target.atM - atM);
    }
    const next = this.#graph.stopsOn(lane).find((stop) => stop.atM >= atM - sameStopM);
    const onward = next && this.#costs.get(next);
    if (next === undefined || onward === undefined) return;
    const here = along(Math.max(0, next.atM - atM));
    yield {
      lengthM: here.lengthM + onward.lengthM,
      seconds: here.seconds + onward.seconds,
    };
  }
}

/**
 * The lanes of a network with what joins them, for ways by road: carriageways are driven in their
 * direction, and one turns round at interchanges only. wire.md, "Incidents"; product.md,
 * "Dispatcher".
 */
export class RouteGraph {
  readonly network: RoadNetwork;
  readonly when: { readonly atMs?: number };
  readonly #lanes: ReturnType<typeof lanesOf>;
  /** By lane, in the order in which they are passed. */
  readonly #stops = new Map<Lane, Stop[]>();

  /** @param atMs lines valid at this moment, Unix ms; left out: all */
  constructor(network: RoadNetwork, atMs?: number) {
    this.network = network;
    this.when = atMs === undefined ? {} : { atMs };
    this.#lanes = lanesOf(network.lines, atMs);
    const joints = jointsOf(network, this.#lanes, atMs);
    for (const { from, to } of joints) for (const place of [from, to]) this.#addStop(place);
    for (const stops of this.#stops.values()) {
      stops.sort((a, b) => a.atM - b.atM);
      for (const [index, to] of stops.entries()) {
        const from = stops[index - 1];
        if (from !== undefined) this.#join(from, to, to.atM - from.atM);
      }
    }
    for (const { from, to, lengthM } of joints) {
      const [start, end] = [this.#stopAt(from), this.#stopAt(to)];
      if (start !== undefined && end !== undefined) this.#join(start, end, lengthM);
    }
  }

  lanesOn(line: Lane['line']): readonly Lane[] {
    return this.#lanes.get(line) ?? [];
  }

  stopsOn(lane: Lane): readonly Stop[] {
    return this.#stops.get(lane) ?? [];
  }

  /** All ways to a place (Dijkstra backwards, by time); null: it is off the network. */
  to(end: RouteEnd): RouteField | null {
    const targets = lanePlaces(this, end);
    if (targets.length === 0) return null;
    const costs = new Map<Stop, Cost>();
    const queue = new RouteQueue<{ stop: Stop; lengthM: number }>();
    for (const { lane, atM } of targets) {
      const stop = this.stopsOn(lane).findLast((one) => one.atM <= atM + sameStopM);
      if (stop === undefined) continue;
      const lengthM = Math.max(0, atM - stop.atM);
      queue.push(lengthM / lane.speedMps, { stop, lengthM });
    }
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      const { key: seconds, item } = next;
      const { stop, lengthM } = item;
      if (costs.has(stop) || lengthM > routeMMax) continue;
      costs.set(stop, { seconds, lengthM });
      for (const way of stop.waysIn) {
        if (costs.has(way.from)) continue;
        queue.push(seconds + way.seconds, { stop: way.from, lengthM: lengthM + way.lengthM });
      }
    }
    return new RouteField(this, targets, costs);
  }

  #join(from: Stop, to: Stop, lengthM: number): void {
    to.waysIn.push({ from, lengthM, seconds: lengthM / to.lane.speedMps });
  }

  #stopAt({ lane, atM }: LanePlace): Stop | undefined {
    return this.stopsOn(lane).find((stop) => Math.abs(stop.atM - atM) <= sameStopM);
  }

  #addStop(place: LanePlace): void {
    if (this.#stopAt(place) !== undefined) return;
    const stops = this.#stops.get(place.lane) ?? [];
    stops.push({ ...place, waysIn: [] });
    this.#stops.set(place.lane, stops);
  }
}
