import type { Assignment, Incident } from './incident.ts';
import type { StepResult } from './steps.ts';

/** A unit at the moment that its crew is asked for. */
export interface CrewMoment {
  readonly serial: string;
  /** Unix ms. */
  readonly atMs: number;
}

/** Persons that are kept of one act of enforcement. */
export const officersAboardMax = 100;

/** When an act begins for a unit: as stated, else when the unit was proved to be there. */
function beginningOf({ kind, enforcement, reportedAtMs }: Incident, one: Assignment) {
  const seenAtMs = kind === 'encounter' ? reportedAtMs : one.attendance.arrivedAtMs;
  return enforcement?.startedAtMs ?? seenAtMs;
}

/**
 * Whose crews count for an act of enforcement, and when: units that came to enforce, and whatever
 * unit an encounter is of that somebody calls one. A rescue is none, whoever comes to it, unless
 * one was merged into it.
 */
export function crewMomentsOf(incident: Incident): readonly CrewMoment[] {
  const { kind, enforcement, assignments } = incident;
  if (kind === 'rescue' && enforcement === null) return [];
  const isMet = kind === 'encounter' && enforcement !== null;
  return assignments.flatMap((one) => {
    const atMs = beginningOf(incident, one);
    const isGone = atMs === null || (one.releasedAtMs !== null && one.releasedAtMs <= atMs);
    const counts = isMet || one.role === 'enforcement';
    return counts && !isGone ? [{ serial: one.serial, atMs }] : [];
  });
}

/** Says who was aboard by the units' own records; what is stated stays as it is. */
export function officersAboardStep(
  incident: Incident,
  officersAboard: readonly string[],
  atMs: number,
): StepResult {
  if (JSON.stringify(officersAboard) === JSON.stringify(incident.officersAboard)) {
    return { ok: true, incident };
  }
  const changed = { ...incident, officersAboard };
  return { incident: changed, event: 'officers-aboard', source: 'computed', by: 'crew', atMs };
}
