import { courseOf } from '../../protocols/evidence/track-fix.ts';
import { distanceM, type LatLon } from '../../protocols/geo/geo.ts';
import type { RoadNetwork } from '../../protocols/network/road-network.ts';
import { RouteGraph } from '../../protocols/network/route-graph.ts';
import { assumedSpeedMps } from '../../protocols/network/route-lanes.ts';
import type { Registry, Tracks, Unit } from '../parts.ts';
import type { Headings } from '../place/headings.ts';
import type { Networks } from '../place/networks.ts';
import { type Incident, isOpenAt } from './incident.ts';
import type { IncidentLookup } from './incident-book.ts';

/** Why a unit is not to be sent; null: it can be. */
export type Unfit =
  | 'not-in-service'
  | 'training'
  | 'no-position'
  | 'silent'
  | 'off-duty'
  | 'on-this-incident'
  | 'on-another-incident'
  | null;

/** How far a unit is from an incident. `network`: by road; `straight`: the way was not found. */
export interface NearUnit {
  readonly serial: string;
  readonly unitId: number;
  readonly vehicleId: string | null;
  readonly unfit: Unfit;
  readonly lengthM: number | null;
  /** At the assumed speed, without traffic. */
  readonly minutes: number | null;
  readonly by: 'network' | 'straight' | null;
  /** Of the position that was measured from, seconds. */
  readonly positionAgeS: number | null;
}

export interface NearestDeps {
  readonly registry: Pick<Registry, 'all'>;
  readonly tracks: Pick<Tracks, 'last'>;
  readonly headings: Pick<Headings, 'at'>;
  readonly networks: Networks;
  readonly incidents: { readonly lookup: IncidentLookup };
  /** Whether a unit has been heard of just now. */
  readonly isHeard: (serial: string) => boolean;
  readonly isOffDuty: (serial: string) => boolean;
}

/** Off the network: the straight line is this much shorter than any road, assumed. */
export const straightFactor = 1.4;
/** Units with a way measured at once: the nearest in a straight line. */
const measuredMax = 500;
/** A position older than this says nothing of where a unit is, s. */
const positionSMax = 1_800;

function unfitOf(
  { serial, unitId, state, training }: Unit,
  incident: Incident,
  nowMs: number,
  { incidents, isHeard, isOffDuty }: NearestDeps,
): Unfit {
  if (state !== 'active') return 'not-in-service';
  if (training) return 'training';
  const isOn = incident.assignments.some(
    (one) => one.serial === serial && one.releasedAtMs === null,
  );
  if (isOn) return 'on-this-incident';
  if (!isHeard(serial)) return 'silent';
  if (isOffDuty(serial)) return 'off-duty';
  const other = unitId === null ? undefined : incidents.lookup.openOfUnit(unitId, nowMs);
  const isFree = other === undefined || other.stage === 'cleared' || other.stage === 'settled';
  return isFree || !isOpenAt(other, nowMs) ? null : 'on-another-incident';
}

function straight(from: LatLon, to: LatLon) {
  const lengthM = Math.round(distanceM(from, to) * straightFactor);
  const minutes = Math.round(lengthM / assumedSpeedMps.carriageway / 6) / 10;
  return { lengthM, minutes, by: 'straight' as const };
}

/** Graphs are made once a version of the network. */
export class NearestUnits {
  readonly #deps: NearestDeps;
  readonly #graphs = new WeakMap<RoadNetwork, RouteGraph>();

  constructor(deps: NearestDeps) {
    this.#deps = deps;
  }

  /**
   * Units by the time they need to an incident, those that can be sent first; then the others with
   * the reason. product.md, "Dispatcher".
   * @param rowsMax of each, at most
   */
  async of(incident: Incident, nowMs: number, rowsMax: number): Promise<readonly NearUnit[]> {
    const { registry, tracks } = this.#deps;
    const { point } = incident.scene;
    const all = registry.all().flatMap((unit) => {
      if (unit.unitId === null) return [];
      const last = tracks.last(unit.unitId);
      const awayM = last && point ? distanceM(last, point) : Number.POSITIVE_INFINITY;
      return [{ unit, unitId: unit.unitId, last, awayM }];
    });
    const nearest = all.sort((a, b) => a.awayM - b.awayM).slice(0, measuredMax);
    const field = this.#fieldOf(incident, nowMs);
    const found: NearUnit[] = [];
    for (const { unit, unitId, last } of nearest) {
      const ageS = last === undefined ? null : Math.round((nowMs - last.happenedAtMs) / 1000);
      const isKnown = last !== undefined && ageS !== null && ageS <= positionSMax;
      const unfit = unfitOf(unit, incident, nowMs, this.#deps);
      const own = { serial: unit.serial, unitId, vehicleId: unit.vehicleId, positionAgeS: ageS };
      if (!isKnown || point === null) {
        const reason = unfit ?? (isKnown ? null : 'no-position');
        found.push({ ...own, unfit: reason, lengthM: null, minutes: null, by: null });
        continue;
      }
      const heading = await this.#deps.headings.at(unitId, last.happenedAtMs);
      const way = field?.from({ ...last, courseDeg: courseOf(heading, last) }) ?? null;
      const measured = way === null ? straight(last, point) : { ...way, by: 'network' as const };
      found.push({ ...own, unfit, ...measured });
    }
    const byTime = found.sort((a, b) => (a.minutes ?? 1e9) - (b.minutes ?? 1e9));
    const fit = byTime.filter(({ unfit }) => unfit === null).slice(0, rowsMax);
    return [...fit, ...byTime.filter(({ unfit }) => unfit !== null).slice(0, rowsMax)];
  }

  #fieldOf({ scene }: Incident, nowMs: number) {
    const network = this.#deps.networks.at(nowMs)?.network;
    if (network === undefined || scene.point === null) return null;
    const graph = this.#graphs.get(network) ?? new RouteGraph(network, nowMs);
    this.#graphs.set(network, graph);
    return graph.to({ ...scene.point, section: scene.section, direction: scene.direction });
  }
}
