import type { LatLon } from '../../protocols/geo/geo.ts';
import type { Place } from '../../protocols/http/link-bodies.ts';

export type Direction = NonNullable<Place['direction']>;

/** Positions as people on the road say them. wire.md, "Linking a scan". */
export interface Places {
  /** Reads the network file; throws `bad-config` with what is wrong with it. */
  start(): Promise<void>;
  /** Where a position is on the network, or null off it (or without one). */
  placeOf(position: LatLon, courseDeg: number | null, atMs: number): Place | null;
  /** The point of a stake, or null when the network has no such stake. */
  pointOf(
    section: string,
    stakeM: number,
    direction: Direction | null,
    atMs: number,
  ): LatLon | null;
  /** `G4 K234+567 石家庄方向`. */
  textOf(section: string, stakeM: number, direction: Direction | null): string;
}
