/** A place on the earth in degrees. WGS-84 unless a name says otherwise. */
export interface LatLon {
  readonly lat: number;
  readonly lon: number;
}

/** Mean radius of the earth (IUGG R1), metres: the sphere every distance here is measured on. */
export const earthRadiusM = 6_371_008.8;

const radiansPerDegree = Math.PI / 180;

/** Whether a value from outside is a place: finite degrees within ±90 and ±180. */
export function isLatLon(value: unknown): value is LatLon {
  if (typeof value !== 'object' || value === null) return false;
  const { lat, lon } = value as Record<string, unknown>;
  return isWithin(lat, 90) && isWithin(lon, 180);
}

function isWithin(value: unknown, limit: number): value is number {
  return typeof value === 'number' && Math.abs(value) <= limit;
}

/** Great-circle (haversine) distance in metres. */
export function distanceM(a: LatLon, b: LatLon): number {
  const halfLat = ((b.lat - a.lat) / 2) * radiansPerDegree;
  const halfLon = ((b.lon - a.lon) / 2) * radiansPerDegree;
  const cosines = Math.cos(a.lat * radiansPerDegree) * Math.cos(b.lat * radiansPerDegree);
  const square = Math.sin(halfLat) ** 2 + cosines * Math.sin(halfLon) ** 2;
  return 2 * earthRadiusM * Math.asin(Math.sqrt(Math.min(1, square)));
}

/** Initial great-circle bearing from a to b: degrees clockwise from north, 0 ≤ bearing < 360. */
export function bearingDeg(a: LatLon, b: LatLon): number {
  const [latA, latB] = [a.lat * radiansPerDegree, b.lat * radiansPerDegree];
  const lon = (b.lon - a.lon) * radiansPerDegree;
  const east = Math.sin(lon) * Math.cos(latB);
  const north = Math.cos(latA) * Math.sin(latB) - Math.sin(latA) * Math.cos(latB) * Math.cos(lon);
  return wrapDeg(Math.atan2(east, north) / radiansPerDegree);
}

/** The place reached by going `metres` from `start` on a great circle with this first bearing. */
export function destination(start: LatLon, bearing: number, metres: number): LatLon {
  const [lat, turn] = [start.lat * radiansPerDegree, bearing * radiansPerDegree];
  const angle = metres / earthRadiusM;
  const sinLat = Math.sin(lat) * Math.cos(angle) + Math.cos(lat) * Math.sin(angle) * Math.cos(turn);
  const east = Math.sin(turn) * Math.sin(angle) * Math.cos(lat);
  const north = Math.cos(angle) - Math.sin(lat) * sinLat;
  const lon = start.lon + Math.atan2(east, north) / radiansPerDegree;
  return { lat: Math.asin(sinLat) / radiansPerDegree, lon: wrapDeg(lon + 180) - 180 };
}

/** The same angle in 0 ≤ degrees < 360. */
export function wrapDeg(degrees: number): number {
  const wrapped = ((degrees % 360) + 360) % 360;
  return wrapped === 360 ? 0 : wrapped;
}

/** The smaller angle between two bearings, 0 to 180 degrees. */
export function angleBetweenDeg(a: number, b: number): number {
  const turn = wrapDeg(a - b);
  return turn > 180 ? 360 - turn : turn;
}
