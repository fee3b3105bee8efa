import type { Attendance } from '../../protocols/evidence/attendance.ts';
import type { LatLon } from '../../protocols/geo/geo.ts';
import type { IncidentSnapshot } from '../../protocols/http/link-bodies.ts';
import type { Place } from '../../protocols/http/link-parts.ts';
import type { Enforcement } from './enforcement.ts';
import type { Hindrance } from './hindrance.ts';
import type { Party } from './parties.ts';
import { laterStage, type Outcome, type Stage } from './stage-table.ts';
import { progressOf, type Stated, type UnitProgress } from './unit-stages.ts';

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

/** What a unit is sent for; a replacement takes the place of one that was released. */
export const unitRoles = ['rescue', 'enforcement', 'replacement'] as const;
export type UnitRole = (typeof unitRoles)[number];

/** One unit's time on an incident; the assignment log. */
export interface Assignment {
  readonly unitId: number;
  readonly serial: string;
  readonly assignedAtMs: number;
  readonly releasedAtMs: number | null;
  readonly role: UnitRole;
  readonly vehicleId: string | null;
  /** Code of the organisation it was sent by; several may work one incident. */
  readonly organisation: string | null;
  /** 演练: it stands on the screens, and in no evidence. */
  readonly training: boolean;
  /** Where it was sent, when that is another place than the incident's: after a merge. */
  readonly sentTo: Scene | null;
  /** What its crew and dispatchers said of it. */
  readonly stated: readonly Stated[];
  /** Computed from signed fixes, and recomputed when late ones arrive. */
  readonly attendance: Attendance;
}

export interface Incident {
  readonly id: string;
  /** Number in the codes. Scan code, "incidentRef". */
  readonly ref: number;
  readonly kind: IncidentKind;
  /** Follows from what was said of the incident and from how far its units are. */
  readonly stage: Stage;
  /** What was said of the incident itself. */
  readonly statedStage: Stage;
  readonly outcome: Outcome | null;
  readonly summary: string;
  readonly scene: Scene;
  readonly reportedAtMs: number;
  readonly closedAtMs: number | null;
  readonly assignments: readonly Assignment[];
  readonly parties: readonly Party[];
  readonly enforcement: Enforcement | null;
  /**
   * Person ids of who was aboard when the act of enforcement began, by the units' own signed
   * records, recomputed when late ones arrive; none: nobody signed on, or not yet known. Kept
   * beside the officers that are stated.
   */
  readonly officersAboard: readonly string[];
  readonly hindrances: readonly Hindrance[];
  /** The incident that this one turned out to be. */
  readonly mergedInto: string | null;
}

/** What an incident begins with beside its own fields. */
export const bareIncident = {
  stage: 'reported',
  statedStage: 'reported',
  outcome: null,
  closedAtMs: null,
  assignments: [],
  parties: [],
  enforcement: null,
  officersAboard: [],
  hindrances: [],
  mergedInto: null,
} as const satisfies Partial<Incident>;

export function progressOfUnit({ stated, attendance }: Assignment): UnitProgress {
  return progressOf(stated, attendance);
}

/** It is under way, on the scene or still to clear it. */
function isUnfinished(assignment: Assignment): boolean {
  const { stage } = progressOfUnit(assignment);
  return assignment.releasedAtMs === null && stage !== 'cleared' && stage !== 'settled';
}

function latest(found: readonly Stage[]): Stage {
  return found.reduce<Stage>(laterStage, 'reported');
}

/** How far the units are together: the scene is cleared when the last of them has cleared it. */
function stageOfUnits(assignments: readonly Assignment[]): Stage {
  const all = assignments.map((one) => ({ ...one, ...progressOfUnit(one) }));
  const seen = all.filter(({ reached }) => Object.keys(reached).length > 0);
  const wasThere = seen.some(({ stage }) => laterStage(stage, 'arrived') === stage);
  const unfinished = assignments.filter(isUnfinished).map((one) => progressOfUnit(one).stage);
  if (unfinished.length > 0) return latest([...unfinished, wasThere ? 'arrived' : 'reported']);
  const finished = all.map(({ stage }) => stage);
  const isCleared = finished.some((stage) => stage === 'cleared' || stage === 'settled');
  if (isCleared) return latest(finished);
  return wasThere ? 'arrived' : 'reported';
}

/** The incident with the stage that follows from everything known of it. */
export function withStage(incident: Incident): Incident {
  const { statedStage, assignments } = incident;
  const stage =
    statedStage === 'closed' ? statedStage : laterStage(statedStage, stageOfUnits(assignments));
  return { ...incident, stage };
}

/** Every unit that came has gone, and none is under way. */
export function isLeft({ assignments }: Incident): boolean {
  return assignments.length > 0 && !assignments.some(isUnfinished);
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
  const isExercise = assignments.every(({ training }) => training);
  const counted = isExercise ? assignments : assignments.filter(({ training }) => !training);
  const dispatched = kind === 'encounter' ? [] : counted;
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
