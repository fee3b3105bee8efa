import { type Attendance, arrivalRule, attendanceOf } from '../../protocols/evidence/attendance.ts';
import { courseOf, type Heading, movingSpeedMpsMin } from '../../protocols/evidence/track-fix.ts';
import { distanceM } from '../../protocols/geo/geo.ts';
import type { Assignment, Incident } from '../incidents/incident.ts';
import type { Registry } from '../parts.ts';
import type { Places } from '../place/places.ts';
import type { UnsignedPosition } from './position-table.ts';
import type { Terminals } from './terminals.ts';

/**
 * What a vehicle's own terminal says of a scene. Nobody signed it: it helps whoever watches when
 * a unit is silent, and never becomes an arrival of the incident.
 */
export interface Indication extends Attendance {
  readonly serial: string;
  readonly phone: string;
  readonly signed: false;
}

export interface IndicationDeps {
  readonly registry: Registry;
  readonly places: Places;
  readonly terminals: Terminals;
  readonly nowMs: () => number;
}

/** Longest time on a scene that is looked through, ms, and its positions at one per 5 s. */
const sceneMsMax = 24 * 3_600_000;
const positionsMax = 20_000;

/** Arrival and departure by the rule for signed fixes, for each terminal on an assigned vehicle. */
export async function indicationsOf(
  incident: Incident,
  deps: IndicationDeps,
): Promise<readonly Indication[]> {
  if (incident.scene.point === null) return [];
  const found = incident.assignments.map((assignment) => ofAssignment(incident, assignment, deps));
  return (await Promise.all(found)).flat();
}

async function ofAssignment(
  incident: Incident,
  { serial, assignedAtMs, releasedAtMs }: Assignment,
  { registry, places, terminals, nowMs }: IndicationDeps,
): Promise<Indication[]> {
  const vehicleId = registry.bySerial(serial)?.vehicleId ?? null;
  if (vehicleId === null) return [];
  const untilMs = Math.min(releasedAtMs ?? nowMs(), assignedAtMs + sceneMsMax);
  const indications: Indication[] = [];
  for (const { no, phone } of terminals.ofVehicle(vehicleId)) {
    const positions = await terminals.positions.between(no, assignedAtMs, untilMs, positionsMax);
    const attendance = attendanceAt(incident, positions, places);
    indications.push({ serial, phone, signed: false, ...attendance });
  }
  return indications;
}

/** A vehicle that stands keeps the carriageway on which it came. */
function attendanceAt(
  { scene: { point, direction } }: Incident,
  positions: readonly UnsignedPosition[],
  places: Places,
): Attendance {
  let heading: Heading | null = null;
  const seen = positions.map((position) => {
    const { atMs: happenedAtMs, speedMps, courseDeg } = position;
    if (speedMps >= movingSpeedMpsMin) heading = { ...position, happenedAtMs, courseDeg };
    const awayM = point === null ? Number.POSITIVE_INFINITY : distanceM(position, point);
    const isNear = awayM <= arrivalRule.distanceMMax;
    const course = courseOf(heading, position);
    const place = isNear ? places.placeOf(position, course, happenedAtMs) : null;
    return { happenedAtMs, speedMps, distanceM: awayM, direction: place?.direction ?? null };
  });
  return attendanceOf(seen, direction);
}
