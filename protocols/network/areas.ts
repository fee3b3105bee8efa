import type { LatLon } from '../geo/geo.ts';
import type { Outline } from './outline.ts';

/** Where an organisation is responsible: a stretch of a section, or outlines on the map. */
export type AreaExtent =
  | {
      readonly kind: 'stretch';
      readonly section: string;
      /** Both ends included. */
      readonly fromStakeM: number;
      readonly toStakeM: number;
    }
  | { readonly kind: 'outline'; readonly outline: Outline };

/** Responsibility of one organisation for an extent, for as long as it is given. */
export interface Area {
  /** Code of the organisation. */
  readonly organisation: string;
  readonly extent: AreaExtent;
  /** Unix ms; null: since ever. */
  readonly validFromMs: number | null;
  /** The first moment at which it is over; null while that is open. */
  readonly validToMs: number | null;
}

/** Where something is: a point, a stake of a section, or both. */
export interface Whereabouts extends Partial<LatLon> {
  readonly section?: string;
  readonly stakeM?: number;
}

/**
 * How an organisation stands to a place. 'undeclared': the file gives it no area anywhere at that
 * time, or nobody has the place, so nothing can be held against it.
 */
export type AreaStanding = 'inside' | 'outside' | 'undeclared';

function isValidAt({ validFromMs, validToMs }: Area, atMs: number | undefined): boolean {
  if (atMs === undefined) return true;
  return (validFromMs ?? atMs) <= atMs && (validToMs === null || atMs < validToMs);
}

function covers({ extent }: Area, { lat, lon, section, stakeM }: Whereabouts): boolean {
  if (extent.kind === 'outline') {
    return lat !== undefined && lon !== undefined && extent.outline.contains({ lat, lon });
  }
  if (section !== extent.section || stakeM === undefined) return false;
  return extent.fromStakeM <= stakeM && stakeM <= extent.toStakeM;
}

/** Organisations responsible for a place at a moment (Unix ms; left out: ever), each once. */
export function organisationsOf(
  areas: readonly Area[],
  where: Whereabouts,
  atMs: number | undefined,
): string[] {
  const here = areas.filter((area) => isValidAt(area, atMs) && covers(area, where));
  return [...new Set(here.map(({ organisation }) => organisation))];
}

/** Whether an organisation works where it is responsible. */
export function areaStanding(
  areas: readonly Area[],
  organisation: string,
  where: Whereabouts,
  atMs: number | undefined,
): AreaStanding {
  const hasArea = areas.some((area) => area.organisation === organisation && isValidAt(area, atMs));
  const responsible = hasArea ? organisationsOf(areas, where, atMs) : [];
  if (responsible.length === 0) return 'undeclared';
  return responsible.includes(organisation) ? 'inside' : 'outside';
}
