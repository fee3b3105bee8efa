import type { IngestedRecord, UnitState } from '../parts.ts';
import { rights } from '../registry/states.ts';
import {
  type AlertStep,
  alertKinds,
  kindOfState,
  quiet,
  type Tracker,
  trackerAfter,
} from './alert-rule.ts';
import { type Evidence, evidenceAfter, noEvidence } from './evidence.ts';
import type { PresenceLimits } from './limits.ts';
import {
  type Condition,
  type Contact,
  conditionsOf,
  type Presence,
  presenceOf,
} from './presence.ts';

/** A unit as a look finds it. */
export interface LookedAt {
  readonly serial: string;
  readonly state: UnitState;
}

type Trackers = Readonly<Record<(typeof alertKinds)[number], Tracker>>;

const noTrackers: Trackers = { contact: quiet, screen: quiet, gnss: quiet };

/** What is remembered of a unit between two looks. */
export interface Watched {
  readonly presence: Presence | null;
  readonly contact: Contact;
  readonly trackers: Trackers;
  readonly conditions: readonly Condition[];
  readonly screenFromMs: number | null;
}

/** What a look found to be different. */
export interface Change {
  readonly serial: string;
  readonly before: Presence | null;
  /** Null: as before. */
  readonly presence: Presence | null;
  readonly alerts: readonly AlertStep[];
}

/** Everything a look found; it counts once it is settled. */
export interface Look {
  readonly nowMs: number;
  readonly changes: readonly Change[];
  readonly watched: Map<string, Watched>;
}

/** Units for which somebody is called. */
function isAlerting(state: UnitState): boolean {
  return state === 'active' || state === 'suspended';
}

const noSteps: readonly AlertStep[] = [];

/**
 * How every unit is, in memory. `take` gathers what units say, `look` derives what follows from
 * it and changes nothing, `settle` makes a look count: between the two it is written down.
 */
export class PresenceBook {
  readonly #limits: PresenceLimits;
  readonly #evidence = new Map<string, Evidence>();
  #watched = new Map<string, Watched>();
  #lookedAtMs: number;

  /** @param startMs gateway clock at the start: no unit has a session yet */
  constructor(limits: PresenceLimits, startMs: number) {
    this.#limits = limits;
    this.#lookedAtMs = startMs;
  }

  /** Takes up what was known before a restart; `open` names alerts with their beginnings. */
  restore(
    serial: string,
    presence: Presence | null,
    evidence: Evidence,
    open: ReadonlyMap<string, number>,
  ): void {
    this.#evidence.set(serial, evidence);
    const wasLost = presence?.state === 'link-lost' || presence?.state === 'silent';
    const contact: Contact = wasLost
      ? { open: false, sinceMs: presence.sinceMs, reason: presence.reason }
      : { open: false, sinceMs: this.#lookedAtMs, reason: 'gateway-restarted' };
    const trackers = Object.fromEntries(
      alertKinds.map((kind) => {
        const sinceMs = open.get(kind);
        return [kind, sinceMs === undefined ? quiet : { ...quiet, isOpen: true, sinceMs }];
      }),
    ) as Trackers;
    this.#watched.set(serial, { presence, contact, trackers, conditions: [], screenFromMs: null });
  }

  take(ingested: IngestedRecord, offsetS: number): void {
    const { serial } = ingested.unit;
    const before = this.#evidence.get(serial) ?? noEvidence;
    const { freshMsMax } = this.#limits;
    this.#evidence.set(serial, evidenceAfter(before, ingested, offsetS, freshMsMax));
  }

  evidenceOf(serial: string): Evidence {
    return this.#evidence.get(serial) ?? noEvidence;
  }

  watchedOf(serial: string): Watched | undefined {
    return this.#watched.get(serial);
  }

  /** Looks at every unit. Nothing is remembered before `settle`. */
  look(units: readonly LookedAt[], isOpen: (serial: string) => boolean, nowMs: number): Look {
    const changes: Change[] = [];
    const watched = new Map<string, Watched>();
    for (const unit of units) {
      const before = this.#watched.get(unit.serial);
      const next = rights[unit.state].session
        ? this.#lookAt(unit, before, isOpen(unit.serial), nowMs)
        : this.#outOfService(unit, before, nowMs);
      watched.set(unit.serial, next.watched);
      const presence = next.watched.presence;
      const isNew = presence !== before?.presence;
      if (!isNew && next.alerts.length === 0) continue;
      changes.push({
        serial: unit.serial,
        before: before?.presence ?? null,
        presence: isNew ? presence : null,
        alerts: next.alerts,
      });
    }
    return { nowMs, changes, watched };
  }

  settle({ nowMs, watched }: Look): void {
    this.#watched = watched;
    this.#lookedAtMs = nowMs;
  }

  #lookAt(unit: LookedAt, before: Watched | undefined, isOpen: boolean, nowMs: number) {
    const contact = this.#contact(before, isOpen, nowMs);
    const screenFromMs = this.#screenFromMs(unit, before, nowMs);
    const situation = { evidence: this.evidenceOf(unit.serial), contact, screenFromMs };
    const conditions = conditionsOf(situation, nowMs, this.#limits);
    const presence = presenceOf(conditions, before?.presence ?? null, nowMs);
    const trackersBefore = before?.trackers ?? noTrackers;
    const { trackers, alerts } = isAlerting(unit.state)
      ? this.#stepAll(trackersBefore, conditions, nowMs)
      : this.#closeAll(trackersBefore, nowMs);
    return { watched: { presence, contact, trackers, conditions, screenFromMs }, alerts };
  }

  /** A session that opened between two looks may have stood since the one before. */
  #contact(before: Watched | undefined, isOpen: boolean, nowMs: number): Contact {
    if (before === undefined) {
      return { open: isOpen, sinceMs: this.#lookedAtMs, reason: isOpen ? '' : 'never-connected' };
    }
    if (before.contact.open === isOpen) return before.contact;
    if (isOpen) return { open: true, sinceMs: this.#lookedAtMs, reason: '' };
    return { open: false, sinceMs: nowMs, reason: 'session-closed' };
  }

  /** A screen is judged from when its unit is in contact and may show codes. */
  #screenFromMs({ state }: LookedAt, before: Watched | undefined, nowMs: number): number | null {
    if (state === 'suspended') return null;
    const inContact = before?.conditions.every(({ state: of }) => kindOfState[of] !== 'contact');
    return inContact === true ? (before?.screenFromMs ?? nowMs) : nowMs;
  }

  #stepAll(before: Trackers, conditions: readonly Condition[], nowMs: number) {
    const [first] = conditions;
    const isLost = first !== undefined && kindOfState[first.state] === 'contact';
    if (first === undefined && before === noTrackers) return { trackers: before, alerts: noSteps };
    const alerts: AlertStep[] = [];
    const trackers = { ...before };
    for (const kind of alertKinds) {
      // A unit that cannot be heard says nothing of its screen and receiver, good or bad.
      if (isLost && kind !== 'contact') continue;
      const condition = conditions.find(({ state }) => kindOfState[state] === kind) ?? null;
      const lookMs = nowMs - this.#lookedAtMs;
      const { stableMs } = this.#limits;
      const step = trackerAfter(before[kind], condition, nowMs, lookMs, stableMs);
      trackers[kind] = step.tracker;
      if (step.action === 'open' && condition !== null) {
        const sinceMs = step.tracker.sinceMs ?? condition.sinceMs;
        alerts.push({ kind, action: 'open', condition: { ...condition, sinceMs } });
      }
      if (step.action === 'close') {
        const endedAtMs = before[kind].goodFromMs ?? nowMs;
        alerts.push({ kind, action: 'close', endedAtMs, reason: 'over' });
      }
    }
    const isQuiet = alertKinds.every((kind) => trackers[kind] === quiet);
    return { trackers: isQuiet ? noTrackers : trackers, alerts };
  }

  #closeAll(before: Trackers, nowMs: number) {
    const open = alertKinds.filter((kind) => before[kind].isOpen);
    const alerts = open.map(
      (kind): AlertStep => ({ kind, action: 'close', endedAtMs: nowMs, reason: 'not-watched' }),
    );
    return { trackers: noTrackers, alerts };
  }

  #outOfService({ state }: LookedAt, before: Watched | undefined, nowMs: number) {
    const known = before?.presence;
    const isSame = known?.state === 'not-in-service' && known.reason === state;
    const presence: Presence = isSame
      ? known
      : { state: 'not-in-service', reason: state, sinceMs: nowMs };
    const contact: Contact = { open: false, sinceMs: nowMs, reason: 'never-connected' };
    const { trackers, alerts } = this.#closeAll(before?.trackers ?? noTrackers, nowMs);
    return { watched: { presence, contact, trackers, conditions: [], screenFromMs: null }, alerts };
  }
}
