import type { LatLon } from '../geo/geo.ts';

/** A closed way around something; the last position repeats the first. */
export type Ring = readonly LatLon[];

interface Box {
  readonly south: number;
  readonly north: number;
  readonly west: number;
  readonly east: number;
}

function boxOf(rings: readonly Ring[]): Box {
  const box = { south: Infinity, north: -Infinity, west: Infinity, east: -Infinity };
  for (const ring of rings) {
    for (const { lat, lon } of ring) {
      box.south = Math.min(box.south, lat);
      box.north = Math.max(box.north, lat);
      box.west = Math.min(box.west, lon);
      box.east = Math.max(box.east, lon);
    }
  }
  return box;
}

/** Whether a line due east from the place crosses the step; a vertex belongs to the step above. */
function isCrossed({ lat, lon }: LatLon, from: LatLon, to: LatLon): boolean {
  if (from.lat > lat === to.lat > lat) return false;
  return lon < from.lon + ((lat - from.lat) / (to.lat - from.lat)) * (to.lon - from.lon);
}

/** Polygons with their holes (GeoJSON Polygon or MultiPolygon), in WGS-84. */
export class Outline {
  readonly #rings: readonly Ring[];
  readonly #box: Box;

  constructor(rings: readonly Ring[]) {
    this.#rings = rings;
    this.#box = boxOf(rings);
  }

  /** Even-odd rule over all rings: what lies in a hole is outside. */
  contains(place: LatLon): boolean {
    const { south, north, west, east } = this.#box;
    const { lat, lon } = place;
    if (lat < south || lat > north || lon < west || lon > east) return false;
    let isInside = false;
    for (const ring of this.#rings) {
      for (let index = 1; index < ring.length; index += 1) {
        if (isCrossed(place, ring[index - 1] as LatLon, ring[index] as LatLon)) {
          isInside = !isInside;
        }
      }
    }
    return isInside;
  }
}
