import type { Attendance } from '../../protocols/evidence/attendance.ts';
import type { LatLon } from '../../protocols/geo/geo.ts';
import type { IncidentSnapshot, Place } from '../../protocols/http/link-bodies.ts';
import type { Outcome, Stage } from './stage-table.ts';

export type IncidentKind = IncidentSnapshot['kind'];

/** Where an incident is, as reported; the point is null when no network could give it. */
export interface Scene {
  readonly point: LatLon | null;
  readonly section: string | null;
  readonly stakeM: number | null;
  readonly direction: Place['direction'];
  /** For people: section, stake and direction. */
  readonly text: string;
}

/** One unit's time on an incident; the assignment log. */
export interface Assignment {
  readonly unitId: number;
  readonly serial: string;
  readonly assignedAtMs: number;
  readonly releasedAtMs: number | null;
  /** Computed from signed fixes, and recomputed when late ones arrive. */
  readonly attendance: Attendance;
}

export interface Incident {
  readonly id: string;
  /** Number in the codes. Scan code, "incidentRef". */
  readonly ref: number;
  readonly kind: IncidentKind;
  readonly stage: Stage;
  readonly outcome: Outcome | null;
  readonly summary: string;
  readonly scene: Scene;
  readonly reportedAtMs: number;
  readonly closedAtMs: number | null;
  readonly assignments: readonly Assignment[];
}

/** The assignment of a unit that holds at a moment, if one does. */
export function assignmentAt(
  { assignments }: Incident,
  unitId: number,
  atMs: number,
): Assignment | undefined {
  return assignments.findLast(
    (one) =>
      one.unitId === unitId &&
      one.assignedAtMs <= atMs &&
      (one.releasedAtMs === null || one.releasedAtMs > atMs),
  );
}

export function isOpenAt({ reportedAtMs, closedAtMs }: Incident, atMs: number): boolean {
  return reportedAtMs <= atMs && (closedAtMs === null || closedAtMs > atMs);
}

function earliest(moments: readonly (number | null)[]): number | null {
  const known = moments.filter((moment) => moment !== null);
  return known.length === 0 ? null : Math.min(...known);
}

const minuteMs = 60_000;

/** The incident as the page tells it. The public arrival figure runs from the report. */
export function snapshotOf(
  incident: Incident,
  linkedBy: IncidentSnapshot['linkedBy'],
): IncidentSnapshot {
  const { id, ref, kind, stage, summary, scene, reportedAtMs, assignments } = incident;
  const dispatched = kind === 'encounter' ? [] : assignments;
  const arrivedAtMs = earliest(dispatched.map(({ attendance }) => attendance.arrivedAtMs));
  return {
    id,
    ref,
    kind,
    stage,
    summary,
    placeText: scene.text,
    reportedAtMs,
    assignedAtMs: earliest(dispatched.map(({ assignedAtMs }) => assignedAtMs)),
    arrivedAtMs,
    arrivalMinutes:
      arrivedAtMs === null ? null : Math.round(((arrivedAtMs - reportedAtMs) / minuteMs) * 10) / 10,
    linkedBy,
  };
}
