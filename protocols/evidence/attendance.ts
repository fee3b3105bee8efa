import { distanceM, type LatLon } from '../geo/geo.ts';
import type { Place } from '../http/link-parts.ts';
import { movingSpeedMpsMin, type TrackFix } from './track-fix.ts';

/** When a unit was at a scene, from its own signed fixes. */
export interface Attendance {
  readonly arrivedAtMs: number | null;
  readonly leftAtMs: number | null;
}

export const noAttendance: Attendance = { arrivedAtMs: null, leftAtMs: null };

/** A fix as seen from a scene. */
export interface SceneFix {
  readonly happenedAtMs: number;
  readonly distanceM: number;
  readonly speedMps: number | null;
  /** Carriageway the unit stood or drove on; null when unknown. */
  readonly direction: Place['direction'];
}

/** wire.md, "Incidents": 60 s within 150 m on the right carriageway at under 5 km/h. */
export const arrivalRule = {
  holdMs: 60_000,
  distanceMMax: 150,
  speedMpsMax: 5 / 3.6,
  /** A parked unit says where it is once a minute; a longer silence proves nothing. */
  silenceMsMax: 180_000,
} as const;

/** Finds the first stretch of `holdMs` without a gap in which `holds`; its beginning, or null. */
function firstStretch(
  fixes: readonly SceneFix[],
  fromMs: number,
  holds: (fix: SceneFix) => boolean,
): number | null {
  let beganAtMs: number | null = null;
  let previousMs = Number.NEGATIVE_INFINITY;
  for (const fix of fixes) {
    const { happenedAtMs } = fix;
    if (happenedAtMs < fromMs) continue;
    const broken = !holds(fix) || happenedAtMs - previousMs > arrivalRule.silenceMsMax;
    previousMs = happenedAtMs;
    if (broken) beganAtMs = null;
    if (!holds(fix)) continue;
    beganAtMs ??= happenedAtMs;
    if (happenedAtMs - beganAtMs >= arrivalRule.holdMs) return beganAtMs;
  }
  return null;
}

/**
 * Arrival and departure by the fixes' own time, whatever order they came in.
 * @param fixes oldest first
 * @param direction carriageway of the scene; null: either will do
 */
export function attendanceOf(
  fixes: readonly SceneFix[],
  direction: Place['direction'],
): Attendance {
  const arrivedAtMs = firstStretch(
    fixes,
    Number.NEGATIVE_INFINITY,
    (fix) =>
      fix.distanceM <= arrivalRule.distanceMMax &&
      fix.speedMps !== null &&
      fix.speedMps < arrivalRule.speedMpsMax &&
      (direction === null || fix.direction === direction),
  );
  if (arrivedAtMs === null) return noAttendance;
  const leftAtMs = firstStretch(
    fixes,
    arrivedAtMs,
    ({ distanceM }) => distanceM > arrivalRule.distanceMMax,
  );
  return { arrivedAtMs, leftAtMs };
}

/** Which carriageway a position is on, for a unit that drives or last drove this course. */
export type DirectionAt = (
  position: LatLon,
  courseDeg: number | null,
  atMs: number,
) => Place['direction'];

/**
 * Fixes as seen from the scene; one that stands takes the course it last drove.
 * @param fixes oldest first
 * @param courseBefore what it drove before the first of them; null: not known
 */
export function seenFrom(
  point: LatLon,
  fixes: readonly TrackFix[],
  courseBefore: number | null,
  directionAt: DirectionAt,
): SceneFix[] {
  let courseDeg = courseBefore;
  return fixes.map((fix) => {
    const { happenedAtMs, speedMps } = fix;
    if (fix.courseDeg !== null && (speedMps ?? 0) >= movingSpeedMpsMin) courseDeg = fix.courseDeg;
    const awayM = distanceM(fix, point);
    const isNear = awayM <= arrivalRule.distanceMMax;
    const direction = isNear ? directionAt(fix, courseDeg, happenedAtMs) : null;
    return { happenedAtMs, speedMps, distanceM: awayM, direction };
  });
}
