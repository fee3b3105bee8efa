import gcoordModule from 'gcoord';
import type { LatLon } from './sphere.ts';

// The package is CommonJS; its types describe the ES module that only bundlers load.
const { transform, WGS84, GCJ02 } = gcoordModule as unknown as typeof gcoordModule.default;

/** Datums a file or a command may declare. GCJ-02 is about 500 m away from WGS-84 in Hebei. */
export const datums = { wgs84: 'WGS-84', gcj02: 'GCJ-02' } as const;
export type Datum = (typeof datums)[keyof typeof datums];

/** The inverse stops when another step would move less than this: 0.1 mm. */
const convergedDeg = 1e-9;

/** Each step leaves about 2 % of the error, so 12 reach the limit; outside China one does. */
const inverseStepsMax = 12;

/** WGS-84 → GCJ-02. Outside China (a rectangle around it) the two are the same. */
export function wgs84ToGcj02({ lat, lon }: LatLon): LatLon {
  const [gcjLon, gcjLat] = transform([lon, lat], WGS84, GCJ02);
  return { lat: gcjLat, lon: gcjLon };
}

/**
 * GCJ-02 → WGS-84, exact to 1e-7° wherever the forward formula is smooth. gcoord's own inverse
 * stops at 1e-6° and may never stop at the edge of its rectangle; this one is bounded.
 */
export function gcj02ToWgs84(gcj: LatLon): LatLon {
  let { lat, lon } = gcj;
  for (let step = 0; step < inverseStepsMax; step += 1) {
    const image = wgs84ToGcj02({ lat, lon });
    const [dLat, dLon] = [gcj.lat - image.lat, gcj.lon - image.lon];
    lat += dLat;
    lon += dLon;
    if (Math.max(Math.abs(dLat), Math.abs(dLon)) < convergedDeg) break;
  }
  return { lat, lon };
}

/** A place given in one datum, in another. */
export function convertDatum(place: LatLon, from: Datum, to: Datum): LatLon {
  if (from === to) return { lat: place.lat, lon: place.lon };
  return to === datums.gcj02 ? wgs84ToGcj02(place) : gcj02ToWgs84(place);
}
