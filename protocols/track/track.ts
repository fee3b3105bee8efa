export { TrackCsv, type TrackLine, type TrackPoint } from './csv.ts';
export { type Jump, jumpKmhMin, jumps, lengthM, type TimedPlace } from './legs.ts';
export { findStops, type Stop, stopLimits } from './stops.ts';
