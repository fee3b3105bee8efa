import type { LatLon } from '../geo/geo.ts';
import type { RoadNetwork } from '../network/road-network.ts';
import type { RoadPlace } from '../network/road-place.ts';
import type { DirectionAt } from './attendance.ts';
import type { PositionFacts } from './position.ts';

/** What a network says of positions; without one, nothing. */
export interface RoadFacts {
  placeAt(position: LatLon, courseDeg: number | null, atMs: number): RoadPlace | null;
  readonly directionAt: DirectionAt;
  readonly alongRoad: PositionFacts['alongRoad'];
}

export function roadFactsOf(network: RoadNetwork | null): RoadFacts {
  const placeAt = ({ lat, lon }: LatLon, courseDeg: number | null, atMs: number) => {
    const found = network?.locate({ lat, lon, courseDeg, atMs });
    return found === undefined || 'error' in found ? null : found;
  };
  return {
    placeAt,
    directionAt: (position, courseDeg, atMs) =>
      placeAt(position, courseDeg, atMs)?.direction ?? null,
    alongRoad: (from, to, share) => {
      const start = placeAt(from, from.courseDeg, from.happenedAtMs);
      const end = placeAt(to, to.courseDeg, to.happenedAtMs);
      if (start === null || end === null || start.section !== end.section) return null;
      return network?.between(start, end, share) ?? null;
    },
  };
}
