import { type Attendance, noAttendance } from '../../protocols/evidence/attendance.ts';
import { type Refusal, refusal } from '../http/refusal.ts';
import type { Unit } from '../parts.ts';
import {
  type Assignment,
  assignmentAt,
  type Incident,
  type UnitRole,
  withStage,
} from './incident.ts';
import type { LogSource } from './incident-table.ts';
import { nextStage, type Outcome, type StageEvent } from './stage-table.ts';
import { type Stated, statedMax } from './unit-stages.ts';

/** One change of an incident: what it becomes, and what the log says of it. */
export interface Step {
  readonly incident: Incident;
  readonly event: string;
  readonly source: LogSource;
  readonly by: string;
  readonly atMs: number;
}

/** The incident as it is: there is nothing to change. */
export interface NoStep {
  readonly ok: true;
  readonly incident: Incident;
}

export type StepResult = Step | NoStep | Refusal;

/** Units on one incident, those that were released included. */
export const assignmentsMax = 100;

/** Why a unit is sent, and by whom. */
export interface Sending {
  readonly role: UnitRole | null;
  readonly organisation: string | null;
  readonly isPatrol: boolean;
}

/** What a unit is for when the dispatcher does not say. */
function roleOf({ kind, assignments }: Incident, { role, isPatrol }: Sending): UnitRole {
  if (role !== null) return role;
  if (isPatrol || kind === 'enforcement') return 'enforcement';
  const before = assignments.filter((one) => one.role !== 'enforcement');
  const isReplacing =
    before.length > 0 && before.every(({ releasedAtMs }) => releasedAtMs !== null);
  return isReplacing ? 'replacement' : 'rescue';
}

/** Sends a unit; several may work one incident. Sending it twice changes nothing. */
export function assignStep(
  incident: Incident,
  unit: Unit,
  sending: Sending,
  by: string,
  atMs: number,
): StepResult {
  const { serial, unitId, vehicleId, training } = unit;
  if (unitId === null) return refusal('conflict', `${serial} has never been enrolled`);
  if (incident.closedAtMs !== null) return refusal('conflict', 'the incident is closed');
  if (assignmentAt(incident, unitId, atMs)) return { ok: true, incident };
  if (incident.assignments.length >= assignmentsMax) {
    return refusal('too-many', `an incident has at most ${assignmentsMax} units`);
  }
  const assignment: Assignment = {
    ...{ unitId, serial, vehicleId, training, assignedAtMs: atMs, releasedAtMs: null },
    ...{ role: roleOf(incident, sending), organisation: sending.organisation, sentTo: null },
    ...{ stated: [], attendance: noAttendance },
  };
  const statedStage = nextStage(incident.stage, 'assign')?.stage ?? incident.statedStage;
  const assignments = [...incident.assignments, assignment];
  const assigned = withStage({ ...incident, statedStage, assignments });
  return { incident: assigned, event: `assign ${serial}`, source: 'stated', by, atMs };
}

/** Takes a unit off, for another to take its place in the same incident. */
export function releaseStep(
  incident: Incident,
  serial: string,
  by: string,
  atMs: number,
): StepResult {
  const open = incident.assignments.find(
    (one) => one.serial === serial && one.releasedAtMs === null,
  );
  if (open === undefined) return refusal('not-found', `${serial} is not on this incident`);
  const assignments = incident.assignments.map((one) =>
    one === open ? { ...one, releasedAtMs: atMs } : one,
  );
  const released = withStage({ ...incident, assignments });
  return { incident: released, event: `release ${serial}`, source: 'stated', by, atMs };
}

/** The next stage by the table; closing releases the units that are still on it. */
export function stageStep(
  incident: Incident,
  event: StageEvent,
  by: string,
  atMs: number,
): StepResult {
  if (event === 'lapse' && incident.kind !== 'encounter') {
    return refusal('conflict', 'only an encounter lapses');
  }
  if (event === 'merge') return refusal('conflict', 'accept a proposal to merge instead');
  const next = nextStage(incident.stage, event);
  if (next === null) {
    return refusal('conflict', `an incident that is ${incident.stage} cannot ${event}`);
  }
  const source = event === 'lapse' || by === 'fix' ? 'computed' : 'stated';
  if (next.stage !== 'closed') {
    const moved = withStage({ ...incident, statedStage: next.stage });
    return { incident: moved, event, source, by, atMs };
  }
  return { incident: closedWith(incident, next.outcome, atMs), event, source, by, atMs };
}

/** The incident closed, and every unit that was still on it released. */
export function closedWith(incident: Incident, outcome: Outcome | null, atMs: number): Incident {
  const assignments = incident.assignments.map((one) => ({
    ...one,
    releasedAtMs: one.releasedAtMs ?? atMs,
  }));
  const closed = { ...incident, statedStage: 'closed' as const, outcome, closedAtMs: atMs };
  return withStage({ ...closed, assignments });
}

/** What fixes show: kept beside what people say, and a stage where it is the next one. */
export function attendanceStep(
  incident: Incident,
  { unitId, serial, assignedAtMs }: Assignment,
  attendance: Attendance,
): Step {
  const { arrivedAtMs, leftAtMs } = attendance;
  const assignments = incident.assignments.map((one) =>
    one.unitId === unitId && one.assignedAtMs === assignedAtMs ? { ...one, attendance } : one,
  );
  return {
    incident: withStage({ ...incident, assignments }),
    event: leftAtMs === null ? 'attendance' : 'departure',
    source: 'computed',
    by: serial,
    atMs: leftAtMs ?? arrivedAtMs ?? assignedAtMs,
  };
}

/** What was said of a unit: kept once, in whatever order it becomes known. */
export function statedStep(
  incident: Incident,
  { unitId, serial, assignedAtMs }: Pick<Assignment, 'unitId' | 'serial' | 'assignedAtMs'>,
  said: Stated,
): StepResult {
  const { event, atMs, source, by } = said;
  const own = incident.assignments.find(
    (one) => one.unitId === unitId && one.assignedAtMs === assignedAtMs,
  );
  if (own === undefined) return refusal('not-found', `${serial} is not on this incident`);
  const isKnown = own.stated.some(
    (one) => one.event === event && one.atMs === atMs && one.source === source,
  );
  if (isKnown) return { ok: true, incident };
  if (own.stated.length >= statedMax) {
    return refusal('too-many', `of one unit at most ${statedMax} statements are kept`);
  }
  const assignments = incident.assignments.map((one) =>
    one === own ? { ...own, stated: [...own.stated, said] } : one,
  );
  const next = withStage({ ...incident, assignments });
  return { incident: next, event: `${event} ${serial}`, source: 'stated', by, atMs };
}
