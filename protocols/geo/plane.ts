import { earthRadiusM, type LatLon, wrapDeg } from './sphere.ts';

/** Metres east (x) and north (y) of a plane's origin. */
export interface Xy {
  readonly x: number;
  readonly y: number;
}

/**
 * Flat metric coordinates around a place. Degrees map to metres by two fixed factors, so a line
 * that is straight in longitude and latitude (RFC 7946, 3.1.1) is straight in the plane too.
 * Within 10 km of the origin, in Hebei, a distance is right to 0.1 %.
 */
export class LocalPlane {
  readonly #origin: LatLon;
  readonly #eastM: number;
  readonly #northM = (earthRadiusM * Math.PI) / 180;

  constructor(origin: LatLon) {
    this.#origin = origin;
    this.#eastM = this.#northM * Math.cos((origin.lat * Math.PI) / 180);
  }

  toXy({ lat, lon }: LatLon): Xy {
    return {
      x: (lon - this.#origin.lon) * this.#eastM,
      y: (lat - this.#origin.lat) * this.#northM,
    };
  }

  toLatLon({ x, y }: Xy): LatLon {
    return { lat: this.#origin.lat + y / this.#northM, lon: this.#origin.lon + x / this.#eastM };
  }
}

/** Bearing of a step in a plane: degrees clockwise from north. A step of no length points north. */
export function stepBearingDeg(from: Xy, to: Xy): number {
  return wrapDeg((Math.atan2(to.x - from.x, to.y - from.y) * 180) / Math.PI);
}
