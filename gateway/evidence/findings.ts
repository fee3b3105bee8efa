import type { EvidenceExcuse, EvidenceKind } from '../../protocols/http/evidence-bodies.ts';
import type { Place } from '../../protocols/http/link-parts.ts';
import type { AreaStanding } from '../../protocols/network/areas.ts';
import { hindrancesIn } from '../incidents/hindrance.ts';
import type { Assignment, Incident } from '../incidents/incident.ts';
import type { News } from './told.ts';

/** What is found of one unit on one incident beside its own fixes. */
export interface FindingFacts {
  /** Where the unit was sent, on the network. */
  readonly place: Place | null;
  readonly standing: AreaStanding;
}

/**
 * Minutes after which an arrival is late, by the time of the assignment in China: the default
 * targets of the rescue workflow, assumed (A).
 */
export const arrivalTargetMinutes = { day: 30, night: 45 } as const;
const night = { fromHour: 22, toHour: 6 } as const;
const chinaMs = 8 * 3_600_000;
const [hourMs, minuteMs] = [3_600_000, 60_000];

function targetAt(atMs: number): number {
  const hour = Math.floor((atMs + chinaMs) / hourMs) % 24;
  const isNight = hour >= night.fromHour || hour < night.toHour;
  return isNight ? arrivalTargetMinutes.night : arrivalTargetMinutes.day;
}

/** To a tenth. */
export function minutesBetween(fromMs: number, toMs: number): number {
  return Math.round(((toMs - fromMs) / minuteMs) * 10) / 10;
}

export const noMinutes = {
  fromAssignment: null,
  fromReport: null,
  fromArrival: null,
  target: null,
  withoutCode: null,
} as const;

type Minutes = Partial<News<'evidence'>['body']['minutes']>;

/** Name of what is found: one of each kind a unit and assignment. */
function evidenceIdOf({ id }: Incident, one: Assignment, kind: EvidenceKind): string {
  return `${id}.${one.unitId}.${one.assignedAtMs}.${kind}`;
}

/** The news that something is so; `happenedAtMs` null: that it is not. */
export function findingOf(
  incident: Incident,
  one: Assignment,
  kind: EvidenceKind,
  found: {
    readonly happenedAtMs: number | null;
    readonly minutes?: Minutes;
    readonly place?: Place | null;
    readonly excuses?: readonly EvidenceExcuse[];
  },
): News<'evidence'> {
  const evidenceId = evidenceIdOf(incident, one, kind);
  const isWithdrawal = found.happenedAtMs === null;
  const { serial, vehicleId, organisation } = one;
  return {
    type: 'evidence',
    subject: evidenceId,
    isWithdrawal,
    body: {
      ...{ v: 1, evidenceId, kind, withdrawn: isWithdrawal, incidentId: incident.id },
      ...{ serial, vehicleId, organisation },
      happenedAtMs: found.happenedAtMs ?? one.assignedAtMs,
      minutes: { ...noMinutes, ...found.minutes },
      place: found.place ?? null,
      excuses: [...(found.excuses ?? [])],
    },
  };
}

function arrivalFindings(
  incident: Incident,
  one: Assignment,
  { place, standing }: FindingFacts,
): News<'evidence'>[] {
  const { arrivedAtMs } = one.attendance;
  const target = targetAt(one.assignedAtMs);
  const minutes =
    arrivedAtMs === null
      ? {}
      : {
          fromAssignment: minutesBetween(one.assignedAtMs, arrivedAtMs),
          fromReport: minutesBetween(incident.reportedAtMs, arrivedAtMs),
          target,
        };
  const isLate = (minutes.fromAssignment ?? 0) > target;
  const isOutside = standing === 'outside';
  const excuses: EvidenceExcuse[] = [
    ...(isOutside ? (['dispatched-across-areas'] as const) : []),
    ...hindrancesIn(incident.hindrances, one.assignedAtMs, arrivedAtMs ?? one.assignedAtMs),
  ];
  const lateAtMs = isLate ? arrivedAtMs : null;
  return [
    findingOf(incident, one, 'arrival', { happenedAtMs: arrivedAtMs, minutes, place }),
    findingOf(incident, one, 'late-arrival', {
      happenedAtMs: lateAtMs,
      ...(lateAtMs !== null && { minutes, place, excuses }),
    }),
    findingOf(incident, one, 'out-of-area', {
      happenedAtMs: isOutside ? arrivedAtMs : null,
      ...(isOutside && { place, excuses: ['dispatched-across-areas'] }),
    }),
  ];
}

function clearanceFinding(incident: Incident, one: Assignment, place: Place | null) {
  const { arrivedAtMs, leftAtMs } = one.attendance;
  if (arrivedAtMs === null || leftAtMs === null) {
    return findingOf(incident, one, 'clearance', { happenedAtMs: null });
  }
  const minutes = { fromArrival: minutesBetween(arrivedAtMs, leftAtMs) };
  return findingOf(incident, one, 'clearance', { happenedAtMs: leftAtMs, minutes, place });
}

/**
 * What a unit's time on an incident shows, as far as it follows from its arrival and departure;
 * what does not hold (any more) is found withdrawn. Nobody was sent to an encounter, so only where
 * it took place counts, and nothing excuses that.
 */
export function findingsOf(
  incident: Incident,
  one: Assignment,
  facts: FindingFacts,
): readonly News<'evidence'>[] {
  const { place, standing } = facts;
  if (incident.kind === 'encounter') {
    const happenedAtMs = standing === 'outside' ? incident.reportedAtMs : null;
    return [findingOf(incident, one, 'out-of-area', { happenedAtMs, place })];
  }
  return [...arrivalFindings(incident, one, facts), clearanceFinding(incident, one, place)];
}

/** Exercises stand in no evidence. wire.md, "Incidents"; a merged incident is told as the whole. */
export function isEvidence({ mergedInto }: Incident, { training }: Assignment): boolean {
  return !training && mergedInto === null;
}
