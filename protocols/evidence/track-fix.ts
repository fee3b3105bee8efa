import { distanceM, type LatLon } from '../geo/geo.ts';

/** Where and how a unit drove at a moment, as it signed it. Null: not known. */
export interface TrackFix extends LatLon {
  /** By the unit's clock, Unix ms. */
  readonly happenedAtMs: number;
  readonly speedMps: number | null;
  readonly courseDeg: number | null;
  readonly hdop: number | null;
}

/** Below this a receiver's course is noise, metres per second. */
export const movingSpeedMpsMin = 3;
/** A unit this far from where it last moved has moved unseen: its course is not known, metres. */
const headingHoldsM = 300;

/** The newest fix of a unit that was moving. */
export interface Heading extends LatLon {
  readonly happenedAtMs: number;
  readonly courseDeg: number;
}

/** The course of a unit at a position: degrees clockwise from north, null when not known. */
export function courseOf(heading: Heading | null, position: LatLon): number | null {
  if (heading === null || distanceM(heading, position) > headingHoldsM) return null;
  return heading.courseDeg;
}
