import { earthRadiusM, type LatLon } from '../geo/geo.ts';
import type { Polyline } from './polyline.ts';

/** Edge of a cell: about 1.1 km north to south. */
const cellDeg = 0.01;
const columns = Math.round(360 / cellDeg);
const degreesPerM = 180 / (Math.PI * earthRadiusM);

/** Widest circle that is searched, metres. */
export const searchRadiusMMax = 5_000;

/** Above this latitude the columns of a circle are counted as here; no road is nearer a pole. */
const cosineMin = 0.05;

/** Finds the segments near a place without looking at all of them. */
export class SegmentGrid {
  /** For each cell, pairs of path number and segment number. */
  readonly #cells = new Map<number, number[]>();

  constructor(paths: readonly Polyline[]) {
    for (const [path, { vertices }] of paths.entries()) {
      for (let segment = 0; segment + 1 < vertices.length; segment += 1) {
        this.#add(path, segment, vertices[segment] as LatLon, vertices[segment + 1] as LatLon);
      }
    }
  }

  /** Calls back for every segment within the radius; for some further off and some twice. */
  near(place: LatLon, radiusM: number, visit: (path: number, segment: number) => void): void {
    const north = Math.min(radiusM, searchRadiusMMax) * degreesPerM;
    const east = north / Math.max(cosineMin, Math.cos((place.lat * Math.PI) / 180));
    const low = { lat: place.lat - north, lon: place.lon - east };
    const high = { lat: place.lat + north, lon: place.lon + east };
    for (const key of cellsOf(low, high)) {
      const pairs = this.#cells.get(key) ?? [];
      for (let at = 0; at < pairs.length; at += 2) {
        visit(pairs[at] as number, pairs[at + 1] as number);
      }
    }
  }

  /** Cuts a long segment into steps of a cell, so that it does not fill a whole rectangle. */
  #add(path: number, segment: number, from: LatLon, to: LatLon): void {
    const [north, east] = [to.lat - from.lat, to.lon - from.lon];
    const steps = Math.max(1, Math.ceil(Math.max(Math.abs(north), Math.abs(east)) / cellDeg));
    const at = (step: number): LatLon => ({
      lat: from.lat + (north * step) / steps,
      lon: from.lon + (east * step) / steps,
    });
    for (let step = 0; step < steps; step += 1) {
      for (const key of cellsOf(at(step), at(step + 1))) this.#put(key, path, segment);
    }
  }

  #put(key: number, path: number, segment: number): void {
    const pairs = this.#cells.get(key);
    if (pairs === undefined) this.#cells.set(key, [path, segment]);
    else if (pairs.at(-1) !== segment || pairs.at(-2) !== path) pairs.push(path, segment);
  }
}

/** Keys of the cells of a rectangle, given by two opposite corners. */
function cellsOf(a: LatLon, b: LatLon): number[] {
  const keys: number[] = [];
  const [south, north] = [row(Math.min(a.lat, b.lat)), row(Math.max(a.lat, b.lat))];
  const [west, east] = [column(Math.min(a.lon, b.lon)), column(Math.max(a.lon, b.lon))];
  for (let y = south; y <= north; y += 1) {
    for (let x = west; x <= east; x += 1) keys.push(y * columns + x);
  }
  return keys;
}

function row(lat: number): number {
  return Math.floor((lat + 90) / cellDeg);
}

function column(lon: number): number {
  return Math.floor((lon + 180) / cellDeg);
}
