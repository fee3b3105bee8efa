import type { LatLon } from '../../protocols/geo/geo.ts';
import type { Place } from '../../protocols/http/link-parts.ts';
import type { AreaStanding } from '../../protocols/network/areas.ts';
import { matchTrack } from '../../protocols/network/match.ts';
import { isValidAt } from '../../protocols/network/road-line.ts';
import type { RoadPlace } from '../../protocols/network/road-place.ts';
import { formatStake } from '../../protocols/network/stake.ts';
import type { StoredFix } from '../parts.ts';
import type { Networks } from './networks.ts';

export type Direction = NonNullable<Place['direction']>;

/** A stake as a caller names it. */
export interface StakePoint {
  readonly section: string;
  /** Letters before K; empty on the main line. */
  readonly prefix: string;
  readonly stakeM: number;
  /** Carriageway; null when the caller does not know. */
  readonly direction: Direction | null;
}

/** Positions as people on the road say them. wire.md, "Linking a scan". */
export interface Places {
  /** Where a position is on the network, or null off it (or without one). */
  placeOf(position: LatLon, courseDeg: number | null, atMs: number): Place | null;
  /** Places of one unit's fixes, oldest first, judged together; null off the network. */
  alongTrack(fixes: readonly StoredFix[]): readonly (Place | null)[];
  /** Whether there is a network to ask. */
  readonly hasNetwork: boolean;
  /** The point of a stake, or null when the network has no such stake. */
  pointOf(stake: StakePoint, atMs: number): LatLon | null;
  /** `G4 K234+567 石家庄方向`. */
  textOf(stake: StakePoint, atMs: number): string;
  /** The point a share (0 to 1) of the way between two fixes on one section; null elsewhere. */
  between(from: StoredFix, to: StoredFix, share: number): LatLon | null;
  /** Codes of the organisations responsible for a position, which has this place on the network. */
  organisationsAt(position: LatLon, place: Place | null, atMs: number): readonly string[];
  /** Whether an organisation is responsible there; 'undeclared' where the network says nothing. */
  areaStanding(
    organisation: string,
    position: LatLon,
    place: Place | null,
    atMs: number,
  ): AreaStanding;
}

export interface PlacesDeps {
  readonly networks: Networks;
}

/** Said where the network file does not say which city traffic goes to. */
const directionNames = { INC: '桩号增大方向', DEC: '桩号减小方向' } as const;
/** Marks a network made for demonstration, in its name. */
const sampleMark = '示例';

function directionText(direction: Direction | null, towards: string | null): string {
  if (direction === null) return '';
  return towards === null ? directionNames[direction] : `${towards}方向`;
}

/** What an area is asked of. */
function whereaboutsOf({ lat, lon }: LatLon, place: Place | null) {
  return place === null ? { lat, lon } : { lat, lon, section: place.section, stakeM: place.stakeM };
}

class NetworkPlaces implements Places {
  readonly #networks: Networks;

  constructor({ networks }: PlacesDeps) {
    this.#networks = networks;
  }

  get hasNetwork(): boolean {
    return !this.#networks.isEmpty;
  }

  placeOf(position: LatLon, courseDeg: number | null, atMs: number): Place | null {
    const found = this.#locate(position, courseDeg, atMs);
    return found === null ? null : this.#said(found, atMs);
  }

  alongTrack(fixes: readonly StoredFix[]): readonly (Place | null)[] {
    return this.#runs(fixes).flatMap((run) => {
      const atMs = run[0]?.happenedAtMs ?? 0;
      const network = this.#networkAt(atMs);
      if (network === undefined) return run.map(() => null);
      return matchTrack(network, run, atMs).map((place) => place && this.#said(place, atMs));
    });
  }

  pointOf({ section, prefix, stakeM, direction }: StakePoint, atMs: number): LatLon | null {
    const choice = { prefix, atMs };
    const point = this.#networkAt(atMs)?.point(section, stakeM, direction ?? 'both', choice);
    return point === undefined || 'error' in point ? null : { lat: point.lat, lon: point.lon };
  }

  textOf(stake: StakePoint, atMs: number): string {
    const { section, prefix, stakeM, direction } = stake;
    const towards = direction === null ? null : this.#towardsAt(stake, direction, atMs);
    const parts = [section, formatStake(stakeM, prefix), directionText(direction, towards)];
    return parts.join(' ').trim();
  }

  between(from: StoredFix, to: StoredFix, share: number): LatLon | null {
    const start = this.#locate(from, from.courseDeg, from.happenedAtMs);
    const end = this.#locate(to, to.courseDeg, to.happenedAtMs);
    if (start === null || end === null || start.section !== end.section) return null;
    return this.#networkAt(from.happenedAtMs)?.between(start, end, share) ?? null;
  }

  organisationsAt(position: LatLon, place: Place | null, atMs: number): readonly string[] {
    return this.#networkAt(atMs)?.organisationsAt(whereaboutsOf(position, place), atMs) ?? [];
  }

  areaStanding(
    organisation: string,
    position: LatLon,
    place: Place | null,
    atMs: number,
  ): AreaStanding {
    const where = whereaboutsOf(position, place);
    return this.#networkAt(atMs)?.areaStanding(organisation, where, atMs) ?? 'undeclared';
  }

  #networkAt(atMs: number) {
    return this.#networks.at(atMs)?.network;
  }

  /** Fixes on one version of the network, each time it changes a new list. */
  #runs(fixes: readonly StoredFix[]): readonly (readonly StoredFix[])[] {
    const runs: StoredFix[][] = [];
    let hash: string | null | undefined;
    for (const fix of fixes) {
      const now = this.#networks.at(fix.happenedAtMs)?.hash ?? null;
      if (now === hash) runs.at(-1)?.push(fix);
      else runs.push([fix]);
      hash = now;
    }
    return runs;
  }

  #said({ section, stake, stakeM, direction, towards, offsetM }: RoadPlace, atMs: number): Place {
    return {
      section,
      stake,
      stakeM,
      direction,
      directionText: directionText(direction, towards),
      offsetM: Math.round(offsetM),
      sample: this.#networkAt(atMs)?.name?.includes(sampleMark) ?? false,
    };
  }

  #locate({ lat, lon }: LatLon, courseDeg: number | null, atMs: number): RoadPlace | null {
    const course = courseDeg === null ? {} : { courseDeg };
    const found = this.#networkAt(atMs)?.locate({ lat, lon, atMs, ...course });
    return found === undefined || 'error' in found ? null : found;
  }

  #towardsAt({ section, prefix }: StakePoint, direction: Direction, atMs: number): string | null {
    const isHere = this.#networkAt(atMs)?.lines.find(
      (line) =>
        line.section === section &&
        line.prefix === prefix &&
        line.towards[direction] !== null &&
        isValidAt(line, atMs),
    );
    return isHere?.towards[direction] ?? null;
  }
}

/** Places on whatever network counts at the time. */
export function createPlaces(deps: PlacesDeps): Places {
  return new NetworkPlaces(deps);
}
