import type { LatLon } from '../../protocols/geo/geo.ts';
import { findStops, lengthM, type Stop } from '../../protocols/track/track.ts';
import type { TrackPoint } from './track-points.ts';

/** A drive between two stops, or from the first fix, or to the last. */
export interface Trip {
  readonly startMs: number;
  readonly endMs: number;
  /** Along the fixes that are believed, metres. */
  readonly lengthM: number;
  readonly from: LatLon;
  readonly to: LatLon;
  /** Longest time without a fix; a line drawn across it is a guess. */
  readonly silentMsMax: number;
}

export interface TrackSummary {
  readonly fixes: number;
  /** Fixes with a flag; stops and trips are found without them. */
  readonly flagged: number;
  readonly lengthM: number;
  readonly stops: readonly (LatLon & { readonly startMs: number; readonly endMs: number })[];
  readonly trips: readonly Trip[];
}

type Point = Pick<TrackPoint, 'happenedAtMs' | 'lat' | 'lon' | 'flags'>;

/** What wanders less than this between two stops has not driven, metres. */
const tripMMin = 100;

function timed(points: readonly Point[]) {
  return points.map(({ happenedAtMs, lat, lon }) => ({ timeMs: happenedAtMs, lat, lon }));
}

function tripOf(points: ReturnType<typeof timed>): Trip | null {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return null;
  const drivenM = lengthM(points);
  if (drivenM < tripMMin) return null;
  let silentMsMax = 0;
  for (const [index, point] of points.entries()) {
    silentMsMax = Math.max(silentMsMax, point.timeMs - (points[index - 1] ?? point).timeMs);
  }
  return {
    startMs: first.timeMs,
    endMs: last.timeMs,
    lengthM: Math.round(drivenM),
    from: { lat: first.lat, lon: first.lon },
    to: { lat: last.lat, lon: last.lon },
    silentMsMax,
  };
}

/** Stops of a track and the trips between them; points oldest first. */
export function summaryOf(points: readonly Point[]): TrackSummary {
  const believed = timed(points.filter(({ flags }) => flags.length === 0));
  const beginMs = believed[0]?.timeMs ?? 0;
  const stops = findStops(believed).map(({ startS, durationS, lat, lon }: Stop) => {
    const startMs = beginMs + Math.round(startS * 1000);
    return { startMs, endMs: startMs + Math.round(durationS * 1000), lat, lon };
  });
  const trips: Trip[] = [];
  let fromMs = Number.NEGATIVE_INFINITY;
  for (const stop of [...stops, null]) {
    const untilMs = stop?.startMs ?? Number.POSITIVE_INFINITY;
    const trip = tripOf(believed.filter(({ timeMs }) => timeMs >= fromMs && timeMs <= untilMs));
    if (trip !== null) trips.push(trip);
    fromMs = stop?.endMs ?? fromMs;
  }
  return {
    fixes: points.length,
    flagged: points.length - believed.length,
    lengthM: Math.round(lengthM(believed)),
    stops,
    trips,
  };
}
