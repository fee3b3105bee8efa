import type { LatLon } from '../geo/geo.ts';
import {
  type Area,
  type AreaStanding,
  areaStanding,
  organisationsOf,
  type Whereabouts,
} from './areas.ts';
import type { StakeRefusal } from './chainage.ts';
import { type Foot, nearestFeet, type Position } from './foot.ts';
import { SegmentGrid } from './grid.ts';
import type { Carriageway } from './line-file.ts';
import type { PathPlace } from './polyline.ts';
import { isValidAt, type RoadLine } from './road-line.ts';
import { placeOf, type RoadPlace } from './road-place.ts';
import { Route, type RoutePlace } from './route.ts';

/** Furthest from a line that is still on the network: half a wide road and a poor fix, metres. */
export const offsetMMax = 100;

export interface LocateQuery extends Position {
  /** Unix ms: only lines valid then are looked at. */
  readonly atMs?: number;
  /** Another limit than `offsetMMax`, for things beside the road such as service areas. */
  readonly offsetMMax?: number;
}

export type Located = RoadPlace | { readonly error: 'off-network' };

/** Why a stake has no place: no such section, beyond its ends, or left out by a short chain. */
export interface NoStake {
  readonly error: 'unknown-section' | StakeRefusal;
}

/** Which of several lines with the same stake is meant. */
export interface StakeChoice {
  /** Letters before K; '' also finds Z and Y where a separated carriageway has only those. */
  readonly prefix?: string;
  /** Chain breaks passed, for a stake that a long chain gives twice. Left out: the first. */
  readonly chain?: number;
  readonly atMs?: number;
}

interface Parts {
  readonly name: string | null;
  readonly lines: readonly RoadLine[];
  readonly areas: readonly Area[];
  readonly atMs: number | undefined;
}

/** Roads with stakes, in WGS-84. Made by `parseNetwork`. */
export class RoadNetwork {
  /** Name of the file's collection; null without one. */
  readonly name: string | null;
  readonly lines: readonly RoadLine[];
  readonly areas: readonly Area[];
  readonly #atMs: number | undefined;
  readonly #grid: SegmentGrid;
  readonly #sections: ReadonlyMap<string, readonly RoadLine[]>;

  constructor({ name, lines, areas, atMs }: Parts) {
    this.name = name;
    this.lines = lines;
    this.areas = areas;
    this.#atMs = atMs;
    this.#grid = new SegmentGrid(lines.map(({ path }) => path));
    this.#sections = bySection(lines);
  }

  /** Codes of all sections, in the order of the file. */
  get sections(): readonly string[] {
    return [...this.#sections.keys()];
  }

  /** The road place of a position, the course deciding between carriageways and crossing roads. */
  locate(query: LocateQuery): Located {
    const [first, ...others] = this.feet(query);
    return first === undefined ? { error: 'off-network' } : placeOf([first, ...others], query);
  }

  /** The best point of every line in reach, the best of all first: for matching by continuity. */
  feet(query: LocateQuery): Foot[] {
    const radiusM = query.offsetMMax ?? offsetMMax;
    return nearestFeet(this.lines, this.#grid, query, { radiusM, atMs: query.atMs ?? this.#atMs });
  }

  /**
   * The place of a stake, in WGS-84, with the bearing towards increasing stakes. Without a
   * carriageway: the line of both, else INC, else DEC.
   */
  point(
    section: string,
    stakeM: number,
    carriageway: Carriageway = 'both',
    choice: StakeChoice = {},
  ): PathPlace | NoStake {
    const place = this.pointAlong(section, stakeM, 0, carriageway, choice);
    if ('error' in place) return place;
    const { lat, lon, bearingDeg } = place;
    return { lat, lon, bearingDeg };
  }

  /**
   * The place `metres` of road further on from a stake, towards increasing stakes (negative:
   * towards decreasing ones), and the stake there.
   */
  pointAlong(
    section: string,
    fromStakeM: number,
    metres: number,
    carriageway: Carriageway = 'both',
    choice: StakeChoice = {},
  ): RoutePlace | NoStake {
    const route = this.#route(section, carriageway, choice);
    const fromM = route?.find(fromStakeM, choice.chain) ?? 'unknown-section';
    if (typeof fromM !== 'number') return { error: fromM };
    return route?.place(fromM + metres) ?? { error: 'off-section' };
  }

  /** Metres of road between two stakes of a section; 0 or more, chain breaks accounted for. */
  roadDistanceM(
    section: string,
    fromStakeM: number,
    toStakeM: number,
    carriageway: Carriageway = 'both',
    choice: StakeChoice = {},
  ): number | NoStake {
    const route = this.#route(section, carriageway, choice);
    if (route === null) return { error: 'unknown-section' };
    const [fromM, toM] = [fromStakeM, toStakeM].map((stakeM) => route.find(stakeM, choice.chain));
    if (typeof fromM !== 'number') return { error: fromM ?? 'off-section' };
    return typeof toM === 'number' ? Math.abs(toM - fromM) : { error: toM ?? 'off-section' };
  }

  /**
   * The place at a share (0 to 1) of the way from one road place to another: along the road when
   * both are on one section, straight otherwise.
   */
  between(from: RoadPlace, to: RoadPlace, share: number): LatLon {
    const straight = {
      lat: from.lat + (to.lat - from.lat) * share,
      lon: from.lon + (to.lon - from.lon) * share,
    };
    if (from.section !== to.section || from.prefix !== to.prefix) return straight;
    const route = this.#route(from.section, from.carriageway, { prefix: from.prefix });
    const [fromM, toM] = [from, to].map(({ stakeM, chain }) => route?.find(stakeM, chain));
    if (typeof fromM !== 'number' || typeof toM !== 'number') return straight;
    const place = route?.place(fromM + (toM - fromM) * share);
    return place ? { lat: place.lat, lon: place.lon } : straight;
  }

  /** Organisations responsible for a stake of a section or a point, each once. */
  organisationsAt(where: Whereabouts, atMs?: number): string[] {
    return organisationsOf(this.areas, where, atMs ?? this.#atMs);
  }

  /** Whether an organisation is responsible where something is. */
  areaStanding(organisation: string, where: Whereabouts, atMs?: number): AreaStanding {
    return areaStanding(this.areas, organisation, where, atMs ?? this.#atMs);
  }

  #route(section: string, carriageway: Carriageway, choice: StakeChoice): Route | null {
    const lines = this.#sections.get(section);
    if (lines === undefined) return null;
    const atMs = choice.atMs ?? this.#atMs;
    const valid = lines.filter((line) => isValidAt(line, atMs));
    return new Route(valid, { carriageway, prefix: choice.prefix ?? '' });
  }
}

function bySection(lines: readonly RoadLine[]): Map<string, RoadLine[]> {
  const sections = new Map<string, RoadLine[]>();
  for (const line of lines) {
    const known = sections.get(line.section);
    if (known === undefined) sections.set(line.section, [line]);
    else known.push(line);
  }
  return sections;
}
