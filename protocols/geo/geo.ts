export { convertDatum, type Datum, datums, gcj02ToWgs84, wgs84ToGcj02 } from './datum.ts';
export { LocalPlane, stepBearingDeg, type Xy } from './plane.ts';
export {
  angleBetweenDeg,
  bearingDeg,
  destination,
  distanceM,
  earthRadiusM,
  isLatLon,
  type LatLon,
  wrapDeg,
} from './sphere.ts';
