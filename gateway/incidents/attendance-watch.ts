import {
  type Attendance,
  arrivalRule,
  attendanceOf,
  type DirectionAt,
  seenFrom,
} from '../../protocols/evidence/attendance.ts';
import { movingSpeedMpsMin } from '../../protocols/evidence/track-fix.ts';
import { distanceM, type LatLon } from '../../protocols/geo/geo.ts';
import type { GatewayEnv } from '../environment.ts';
import type { Timers } from '../link/timers.ts';
import type { IngestedRecord, RecordFeed, StoredFix, Tracks } from '../parts.ts';
import type { Places } from '../place/places.ts';
import type { Assignment, Incident } from './incident.ts';
import { type IncidentBook, nearIncidentMMax } from './incident-book.ts';

export interface WatchDeps {
  readonly env: GatewayEnv;
  readonly timers: Timers;
  readonly feed: RecordFeed;
  readonly tracks: Tracks;
  readonly places: Places;
  readonly book: IncidentBook;
  readonly onAttendance: (
    incidentId: string,
    assignment: Assignment,
    attendance: Attendance,
  ) => Promise<void>;
  /** A unit drove away from an encounter. */
  readonly onLeft: (incidentId: string) => Promise<void>;
}

/** Fixes come in batches; one look a second at each scene is enough, ms. */
const settleMs = 1_000;
/**
 * An arrival with records missing in its midst waits for them this long, ms: what is late by the
 * two hours of a dead zone can still show that the unit drove on meanwhile.
 */
const doubtMsMax = 7_500_000;
/** Longest time on a scene that is looked through, ms, and the fixes of it at one per 5 s. */
const sceneMsMax = 24 * 3_600_000;
const sceneFixesMax = 20_000;

interface Doubt {
  readonly untilMs: number;
  readonly cancel: () => void;
}

function keyOf(incidentId: string, { unitId, assignedAtMs }: AssignmentKey): string {
  return `${incidentId} ${unitId} ${assignedAtMs}`;
}

type AssignmentKey = Pick<Assignment, 'unitId' | 'assignedAtMs'>;

interface Fix extends LatLon {
  readonly happenedAtMs: number;
}

/** Of a unit that only gave records up none: what waits for those has no more to wait for. */
function fixesOf(records: readonly IngestedRecord[]): ReadonlyMap<number, Fix[]> {
  const byUnit = new Map<number, Fix[]>();
  for (const { unit, record } of records) {
    const isTold = record.kind === 'fix' || record.kind === 'gap';
    if (!isTold || unit.unitId === null) continue;
    const fixes = byUnit.get(unit.unitId) ?? [];
    byUnit.set(unit.unitId, fixes);
    if (record.kind === 'gap') continue;
    const { lat, lon } = record.values;
    if (lat === null || lon === null) continue;
    fixes.push({ lat, lon, happenedAtMs: record.happenedAtMs });
  }
  return byUnit;
}

/** Whether a new fix can change what is known of an assignment. */
function matters(fix: Fix, point: LatLon, { assignedAtMs, attendance }: Assignment): boolean {
  if (fix.happenedAtMs < assignedAtMs) return false;
  const { arrivedAtMs, leftAtMs } = attendance;
  const isNear = distanceM(fix, point) <= arrivalRule.distanceMMax;
  if (arrivedAtMs === null) return isNear;
  const isLate = fix.happenedAtMs <= (leftAtMs ?? arrivedAtMs) + arrivalRule.holdMs;
  return isLate || (leftAtMs === null && !isNear);
}

/** Follows the fixes of units on incidents, and has arrival and departure computed anew. */
export class AttendanceWatch {
  readonly #deps: WatchDeps;
  readonly #cancels = new Map<string, () => void>();
  /** Arrivals in doubt: until when what is missing is waited for. */
  readonly #doubts = new Map<string, Doubt>();
  #tail: Promise<void> = Promise.resolve();
  #stopped = true;

  constructor(deps: WatchDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#stopped = false;
    this.#deps.feed.onCommitted((records) => this.#onRecords(records));
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const cancel of this.#cancels.values()) cancel();
    for (const { cancel } of this.#doubts.values()) cancel();
    this.#cancels.clear();
    this.#doubts.clear();
    await this.#tail;
  }

  #onRecords(records: readonly IngestedRecord[]): void {
    if (this.#stopped) return;
    for (const [unitId, fixes] of fixesOf(records)) {
      for (const incident of this.#deps.book.ofUnit(unitId)) {
        this.#onFixes(incident, unitId, fixes);
      }
    }
  }

  #onFixes(incident: Incident, unitId: number, fixes: readonly Fix[]): void {
    const { point } = incident.scene;
    if (point === null) return;
    if (incident.kind === 'encounter') {
      const hasLeft = fixes.some(
        (fix) =>
          fix.happenedAtMs > incident.reportedAtMs && distanceM(fix, point) > nearIncidentMMax,
      );
      if (hasLeft && incident.closedAtMs === null) {
        this.#inLine(() => this.#deps.onLeft(incident.id));
      }
      return;
    }
    for (const assignment of incident.assignments) {
      if (assignment.unitId !== unitId) continue;
      const isDoubted = this.#doubts.has(keyOf(incident.id, assignment));
      if (isDoubted || fixes.some((fix) => matters(fix, point, assignment))) {
        this.#schedule(incident.id, assignment);
      }
    }
  }

  #schedule(incidentId: string, { unitId, assignedAtMs }: AssignmentKey): void {
    const key = keyOf(incidentId, { unitId, assignedAtMs });
    if (this.#cancels.has(key)) return;
    const cancel = this.#deps.timers.after(settleMs, () => {
      this.#cancels.delete(key);
      this.#inLine(() => this.#compute(incidentId, unitId, assignedAtMs));
    });
    this.#cancels.set(key, cancel);
  }

  /** One after the other: each starts from what the one before it has written. */
  #inLine(work: () => Promise<void>): void {
    this.#tail = this.#tail.then(work).catch((error: unknown) => {
      this.#deps.env.log.error({ err: error }, 'arrival could not be computed');
    });
  }

  async #compute(incidentId: string, unitId: number, assignedAtMs: number): Promise<void> {
    const incident = this.#deps.book.get(incidentId);
    const assignment = incident?.assignments.find(
      (one) => one.unitId === unitId && one.assignedAtMs === assignedAtMs,
    );
    const point = incident?.scene.point ?? null;
    if (incident === undefined || assignment === undefined || point === null) return;
    const untilMs = Math.min(
      assignment.releasedAtMs ?? Number.POSITIVE_INFINITY,
      assignedAtMs + sceneMsMax,
    );
    const { tracks } = this.#deps;
    const [earlier, fixes] = await Promise.all([
      tracks.lastMoving(unitId, assignedAtMs, movingSpeedMpsMin),
      tracks.between(unitId, assignedAtMs, untilMs, sceneFixesMax),
    ]);
    const directionAt: DirectionAt = (position, courseDeg, atMs) =>
      this.#deps.places.placeOf(position, courseDeg, atMs)?.direction ?? null;
    const seen = seenFrom(point, fixes, earlier?.courseDeg ?? null, directionAt);
    const attendance = attendanceOf(seen, incident.scene.direction);
    const { arrivedAtMs, leftAtMs } = assignment.attendance;
    if (await this.#isDoubtful(incidentId, assignment, attendance, fixes)) return;
    if (attendance.arrivedAtMs === arrivedAtMs && attendance.leftAtMs === leftAtMs) return;
    await this.#deps.onAttendance(incidentId, assignment, attendance);
  }

  /**
   * A new arrival is doubtful while records from the time it is read from have not come. wire.md,
   * "Linking a scan": late fixes never create false alarms.
   */
  async #isDoubtful(
    incidentId: string,
    assignment: Assignment,
    { arrivedAtMs }: Attendance,
    fixes: readonly StoredFix[],
  ): Promise<boolean> {
    const key = keyOf(incidentId, assignment);
    const { env, timers, tracks } = this.#deps;
    const isNew = arrivedAtMs !== null && arrivedAtMs !== assignment.attendance.arrivedAtMs;
    const heldMs = (arrivedAtMs ?? 0) + arrivalRule.holdMs;
    const proof = fixes.find(({ happenedAtMs }) => happenedAtMs >= heldMs);
    const untilMs = proof?.happenedAtMs ?? heldMs;
    const hasGap = isNew && (await tracks.hasGap(assignment.unitId, arrivedAtMs, untilMs));
    const known = this.#doubts.get(key);
    if (!hasGap || (known !== undefined && known.untilMs <= env.nowMs())) {
      known?.cancel();
      this.#doubts.delete(key);
      return false;
    }
    if (known === undefined && !this.#stopped) {
      const cancel = timers.after(doubtMsMax, () => this.#schedule(incidentId, assignment));
      this.#doubts.set(key, { untilMs: env.nowMs() + doubtMsMax, cancel });
    }
    return true;
  }
}
