import { type Attendance, noAttendance } from '../../protocols/evidence/attendance.ts';
import { type Refusal, refusal } from '../http/refusal.ts';
import type { Unit } from '../parts.ts';
import { type Assignment, assignmentAt, type Incident } from './incident.ts';
import type { LogSource } from './incident-table.ts';
import { nextStage, type StageEvent } from './stage-table.ts';

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

/** Sends a unit; several may work one incident. Sending it twice changes nothing. */
export function assignStep(incident: Incident, unit: Unit, by: string, atMs: number): StepResult {
  const { serial, unitId } = unit;
  if (unitId === null) return refusal('conflict', `${serial} has never been enrolled`);
  if (incident.closedAtMs !== null) return refusal('conflict', 'the incident is closed');
  if (assignmentAt(incident, unitId, atMs)) return { ok: true, incident };
  const assignment: Assignment = {
    unitId,
    serial,
    assignedAtMs: atMs,
    releasedAtMs: null,
    attendance: noAttendance,
  };
  const stage = nextStage(incident.stage, 'assign')?.stage ?? incident.stage;
  const assignments = [...incident.assignments, assignment];
  const assigned = { ...incident, stage, assignments };
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
  const released = { ...incident, assignments };
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
  const next = nextStage(incident.stage, event);
  if (next === null) {
    return refusal('conflict', `an incident that is ${incident.stage} cannot ${event}`);
  }
  const source = event === 'lapse' ? 'computed' : 'stated';
  if (next.stage !== 'closed') {
    return { incident: { ...incident, stage: next.stage }, event, source, by, atMs };
  }
  const assignments = incident.assignments.map((one) => ({
    ...one,
    releasedAtMs: one.releasedAtMs ?? atMs,
  }));
  const closed = { ...incident, ...next, closedAtMs: atMs, assignments };
  return { incident: closed, event, source, by, atMs };
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
  const arrival = arrivedAtMs === null ? null : nextStage(incident.stage, 'arrive');
  return {
    incident: { ...incident, assignments, stage: arrival?.stage ?? incident.stage },
    event: leftAtMs === null ? 'attendance' : 'departure',
    source: 'computed',
    by: serial,
    atMs: leftAtMs ?? arrivedAtMs ?? assignedAtMs,
  };
}
