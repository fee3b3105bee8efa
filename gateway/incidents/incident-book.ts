import { distanceM, type LatLon } from '../../protocols/geo/geo.ts';
import type { Place } from '../../protocols/http/link-parts.ts';
import { assignmentAt, type Incident, isOpenAt } from './incident.ts';
import { nextRef, refRestMs } from './refs.ts';

/** wire.md, "Linking a scan". */
export const nearIncidentMMax = 300;
/** A unit that was released signs on with the number until it hears of it, ms. */
export const releasedRefGraceMs = 600_000;

/** Codes are scanned in any order: an encounter begins this long before its first scan, ms. */
export const encounterLeadMs = 600_000;

/** Merges one upon another that are followed. */
const mergesMax = 8;

/** What a scan asks of incidents; answered from memory. */
export interface IncidentLookup {
  /** The incident with this number that the unit worked at that time. */
  byRef(ref: number, unitId: number, atMs: number): Incident | undefined;
  /** The incident the unit was sent to and worked at that time; the newest of several. */
  openOfUnit(unitId: number, atMs: number): Incident | undefined;
  /** The nearest incident open at that time within 300 m on the same carriageway. */
  openNear(position: LatLon, place: Place | null, atMs: number): Incident | undefined;
  /** The unit's ad-hoc encounter of that time. */
  encounterOfUnit(unitId: number, atMs: number): Incident | undefined;
}

/** True when the unit worked the incident, or was released from it just before. */
function workedAt(incident: Incident, unitId: number, atMs: number): boolean {
  return (
    assignmentAt(incident, unitId, atMs) !== undefined ||
    incident.assignments.some(
      (one) =>
        one.unitId === unitId &&
        one.assignedAtMs <= atMs &&
        one.releasedAtMs !== null &&
        one.releasedAtMs + releasedRefGraceMs > atMs,
    )
  );
}

/** An encounter also takes codes signed a little before the one that opened it. */
function startOf({ reportedAtMs }: Incident, atMs: number): number {
  return reportedAtMs - atMs <= encounterLeadMs ? reportedAtMs : atMs;
}

/** The same road and the same side of it; an incident of unknown side is on both. */
function onSameCarriageway({ scene }: Incident, place: Place | null): boolean {
  if (scene.section !== null && scene.section !== place?.section) return false;
  return scene.direction === null || scene.direction === place?.direction;
}

/** Every incident whose number is not free, in memory. */
export class IncidentBook implements IncidentLookup {
  readonly #byId = new Map<string, Incident>();
  readonly #idsByUnit = new Map<number, Set<string>>();
  readonly #openIds = new Set<string>();
  /** Closed ones, by the time of closing. */
  readonly #closedIds: string[] = [];
  #lastRef = 0;

  load(incidents: readonly Incident[], lastRef: number): void {
    for (const incident of incidents) this.put(incident);
    this.#closedIds.sort((a, b) => this.#closedAtMs(a) - this.#closedAtMs(b));
    this.#lastRef = lastRef;
  }

  get(id: string): Incident | undefined {
    return this.#byId.get(id);
  }

  all(): readonly Incident[] {
    return [...this.#byId.values()];
  }

  open(): readonly Incident[] {
    return [...this.#openIds].flatMap((id) => this.#byId.get(id) ?? []);
  }

  put(incident: Incident): void {
    const { id, closedAtMs, assignments } = incident;
    const isKnownClosed = this.#byId.has(id) && !this.#openIds.has(id);
    this.#byId.set(id, incident);
    if (closedAtMs === null) this.#openIds.add(id);
    else {
      this.#openIds.delete(id);
      if (!isKnownClosed) this.#closedIds.push(id);
    }
    for (const { unitId } of assignments) {
      const ids = this.#idsByUnit.get(unitId) ?? new Set();
      this.#idsByUnit.set(unitId, ids.add(id));
    }
  }

  /** Takes the next free number; null when all 65,535 are held. */
  takeRef(): number | null {
    const taken = new Set(Array.from(this.#byId.values(), ({ ref }) => ref));
    const ref = nextRef(this.#lastRef, taken);
    if (ref !== null) this.#lastRef = ref;
    return ref;
  }

  /** Lets go of incidents whose number has rested long enough. */
  forget(nowMs: number): void {
    const rested = (id: string) => this.#closedAtMs(id) + refRestMs <= nowMs;
    while (this.#closedIds[0] !== undefined && rested(this.#closedIds[0])) {
      const id = this.#closedIds.shift() as string;
      for (const { unitId } of this.#byId.get(id)?.assignments ?? []) {
        this.#idsByUnit.get(unitId)?.delete(id);
      }
      this.#byId.delete(id);
    }
  }

  ofUnit(unitId: number): readonly Incident[] {
    return [...(this.#idsByUnit.get(unitId) ?? [])].flatMap((id) => this.#byId.get(id) ?? []);
  }

  byRef(ref: number, unitId: number, atMs: number): Incident | undefined {
    if (ref === 0) return undefined;
    const found = this.ofUnit(unitId).find(
      (incident) => incident.ref === ref && workedAt(incident, unitId, atMs),
    );
    return this.#whole(found);
  }

  openOfUnit(unitId: number, atMs: number): Incident | undefined {
    const found = this.ofUnit(unitId).findLast(
      (incident) =>
        incident.kind !== 'encounter' &&
        isOpenAt(incident, atMs) &&
        assignmentAt(incident, unitId, atMs) !== undefined,
    );
    return this.#whole(found);
  }

  encounterOfUnit(unitId: number, atMs: number): Incident | undefined {
    const found = this.ofUnit(unitId).findLast(
      (incident) =>
        incident.kind === 'encounter' &&
        isOpenAt(incident, Math.max(atMs, startOf(incident, atMs))),
    );
    return this.#whole(found);
  }

  openNear(position: LatLon, place: Place | null, atMs: number): Incident | undefined {
    let nearest: Incident | undefined;
    let nearestM = nearIncidentMMax;
    for (const incident of this.#openAt(atMs)) {
      const { point } = incident.scene;
      if (point === null || incident.kind === 'encounter') continue;
      if (!onSameCarriageway(incident, place)) continue;
      const awayM = distanceM(point, position);
      if (awayM > nearestM) continue;
      nearest = incident;
      nearestM = awayM;
    }
    return this.#whole(nearest);
  }

  /** What a merged incident turned out to be; any other is itself. */
  #whole(incident: Incident | undefined): Incident | undefined {
    let found = incident;
    for (let step = 0; step < mergesMax && found?.mergedInto != null; step += 1) {
      found = this.#byId.get(found.mergedInto) ?? found;
    }
    return found;
  }

  *#openAt(atMs: number): Iterable<Incident> {
    for (const incident of this.open()) if (incident.reportedAtMs <= atMs) yield incident;
    for (const id of this.#closedIds.toReversed()) {
      const incident = this.#byId.get(id);
      if (incident === undefined || this.#closedAtMs(id) <= atMs) return;
      if (incident.reportedAtMs <= atMs) yield incident;
    }
  }

  #closedAtMs(id: string): number {
    return this.#byId.get(id)?.closedAtMs ?? Number.POSITIVE_INFINITY;
  }
}
