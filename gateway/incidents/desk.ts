import { noAttendance } from '../../protocols/evidence/attendance.ts';
import type { DownMessage } from '../../protocols/messages/down-schemas.ts';
import type { Store, Writer } from '../../protocols/store/store.ts';
import type { GatewayEnv } from '../environment.ts';
import { refusal } from '../http/refusal.ts';
import { systemTimers, type Timers } from '../link/timers.ts';
import type { LiveUnits, RecordFeed, Registry, Tracks } from '../parts.ts';
import type { Places } from '../place/places.ts';
import { AttendanceWatch } from './attendance-watch.ts';
import type { Incident } from './incident.ts';
import { IncidentBook, type IncidentLookup } from './incident-book.ts';
import {
  insertLog,
  type LogEntry,
  loadIncidents,
  loadLastRef,
  loadLog,
  saveIncident,
} from './incident-table.ts';
import type { IncidentReport, IncidentResult, Incidents, NewEncounter } from './incidents.ts';
import type { StageEvent } from './stage-table.ts';
import {
  assignStep,
  attendanceStep,
  releaseStep,
  type Step,
  type StepResult,
  stageStep,
} from './steps.ts';

export interface IncidentsDeps {
  readonly store: Store;
  readonly env: GatewayEnv;
  readonly registry: Registry;
  readonly live: LiveUnits;
  readonly feed: RecordFeed;
  readonly tracks: Tracks;
  readonly places: Places;
  readonly timers?: Timers;
}

/** How often idle encounters and rested numbers are looked for, ms. */
const sweepMs = 60_000;
/** An encounter that nobody scanned for so long is over, ms. */
const encounterIdleMsMax = 2 * 3_600_000;
const idBytes = 16;

class IncidentDesk implements Incidents {
  readonly #deps: IncidentsDeps;
  readonly #timers: Timers;
  readonly #book = new IncidentBook();
  readonly #watch: AttendanceWatch;
  readonly #listeners: ((incident: Incident) => void)[] = [];
  /** Encounters in memory that no COMMIT has seen yet. */
  readonly #unsaved = new Set<string>();
  readonly #touchedAtMs = new Map<string, number>();
  /** Changes stand in one line: each sees what the one before it left. */
  #tail: Promise<unknown> = Promise.resolve();
  #cancelSweep: (() => void) | null = null;

  constructor(deps: IncidentsDeps) {
    this.#deps = deps;
    this.#timers = deps.timers ?? systemTimers;
    this.#watch = new AttendanceWatch({
      ...deps,
      timers: this.#timers,
      book: this.#book,
      onAttendance: async (id, assignment, attendance) => {
        await this.#change(id, (incident) => attendanceStep(incident, assignment, attendance));
      },
      onLeft: async (id) => {
        await this.apply(id, 'lapse', 'fix');
      },
    });
  }

  get lookup(): IncidentLookup {
    return this.#book;
  }

  async start(): Promise<void> {
    const { store, env, live } = this.#deps;
    const lastRef = await loadLastRef(store);
    this.#book.load(await loadIncidents(store, env.nowMs()), lastRef);
    this.#watch.start();
    live.onConnected(async (serial) => [this.#desired(serial)]);
    this.#sweepLater();
  }

  async stop(): Promise<void> {
    this.#cancelSweep?.();
    await this.#watch.stop();
    await this.#tail;
  }

  get(id: string): Incident | undefined {
    return this.#book.get(id);
  }

  all(): readonly Incident[] {
    return this.#book.all();
  }

  log(id: string): Promise<readonly LogEntry[]> {
    return loadLog(this.#deps.store, id);
  }

  onChanged(listener: (incident: Incident) => void): void {
    this.#listeners.push(listener);
  }

  report({ kind, summary, at }: IncidentReport, by: string): Promise<IncidentResult> {
    return this.#inLine(async () => {
      const { places, env } = this.#deps;
      const atMs = env.nowMs();
      const { section, stakeM, direction } = at;
      const point = places.pointOf(at, atMs);
      if (point === null && places.hasNetwork) {
        return refusal('bad-request', `the network has no ${places.textOf(at, atMs)}`);
      }
      const text = places.textOf(at, atMs);
      const ref = this.#book.takeRef();
      if (ref === null) return refusal('too-many', 'every incident number is in use');
      const incident: Incident = {
        id: this.#newId(),
        ref,
        kind,
        stage: 'reported',
        outcome: null,
        summary,
        scene: { point, section, stakeM, direction, text },
        reportedAtMs: atMs,
        closedAtMs: null,
        assignments: [],
      };
      return this.#commit({ incident, event: 'report', source: 'stated', by, atMs });
    });
  }

  assign(id: string, serial: string, by: string): Promise<IncidentResult> {
    return this.#change(id, (incident, atMs) => {
      const unit = this.#deps.registry.bySerial(serial);
      return unit === undefined ? refusal('unknown-serial') : assignStep(incident, unit, by, atMs);
    });
  }

  release(id: string, serial: string, by: string): Promise<IncidentResult> {
    return this.#change(id, (incident, atMs) => releaseStep(incident, serial, by, atMs));
  }

  apply(id: string, event: StageEvent, by: string): Promise<IncidentResult> {
    return this.#change(id, (incident, atMs) => stageStep(incident, event, by, atMs));
  }

  openEncounter({ unitId, serial, scene, atMs }: NewEncounter): Incident | null {
    const ref = this.#book.takeRef();
    if (ref === null) return null;
    const incident: Incident = {
      id: this.#newId(),
      ref,
      kind: 'encounter',
      stage: 'arrived',
      outcome: null,
      summary: '',
      scene,
      reportedAtMs: atMs,
      closedAtMs: null,
      assignments: [
        { unitId, serial, assignedAtMs: atMs, releasedAtMs: null, attendance: noAttendance },
      ],
    };
    this.#book.put(incident);
    this.#unsaved.add(incident.id);
    return incident;
  }

  async saveWith(tx: Writer, incident: Incident): Promise<void> {
    if (!this.#unsaved.has(incident.id)) return;
    await saveIncident(tx, incident);
    const { id, stage, reportedAtMs: atMs } = incident;
    await insertLog(tx, id, { atMs, event: 'encounter', stage, source: 'scan', by: 'scan' });
  }

  saved(incident: Incident): void {
    this.#unsaved.delete(incident.id);
    if (incident.kind === 'encounter') {
      this.#touchedAtMs.set(incident.id, this.#deps.env.nowMs());
    }
  }

  #newId(): string {
    return this.#deps.env.randomBytes(idBytes).toString('hex');
  }

  #change(
    id: string,
    change: (incident: Incident, atMs: number) => StepResult,
  ): Promise<IncidentResult> {
    return this.#inLine(async () => {
      const incident = this.#book.get(id);
      if (incident === undefined) return refusal('not-found', 'there is no such incident');
      const step = change(incident, this.#deps.env.nowMs());
      return 'ok' in step ? step : this.#commit(step);
    });
  }

  async #commit({ incident, event, source, by, atMs }: Step): Promise<IncidentResult> {
    const { id, stage } = incident;
    await this.#deps.store.write(async (tx) => {
      await saveIncident(tx, incident);
      await insertLog(tx, id, { atMs, event, stage, source, by });
    });
    this.#unsaved.delete(id);
    this.#book.put(incident);
    for (const serial of new Set(incident.assignments.map((one) => one.serial))) {
      this.#deps.live.send(serial, this.#desired(serial));
    }
    for (const listener of this.#listeners) listener(incident);
    return { ok: true, incident };
  }

  /** The incident a unit shall show: the one it was sent to last. */
  #desired(serial: string): DownMessage {
    const unitId = this.#deps.registry.bySerial(serial)?.unitId ?? null;
    const now = this.#deps.env.nowMs();
    const incident = unitId === null ? undefined : this.#book.openOfUnit(unitId, now);
    if (incident === undefined) return { type: 'incident', incident: null };
    const { id, ref, stage, scene } = incident;
    return { type: 'incident', incident: { id, ref, place: scene.text, stage } };
  }

  #inLine<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.#tail.then(work);
    this.#tail = done.catch(() => undefined);
    return done;
  }

  #sweepLater(): void {
    this.#cancelSweep = this.#timers.after(sweepMs, () => {
      this.#sweep().catch((error: unknown) => {
        this.#deps.env.log.error({ err: error }, 'idle encounters could not be closed');
      });
      this.#sweepLater();
    });
  }

  async #sweep(): Promise<void> {
    const nowMs = this.#deps.env.nowMs();
    this.#book.forget(nowMs);
    const idle = this.#book.open().filter(({ id, kind, reportedAtMs }) => {
      const touchedAtMs = this.#touchedAtMs.get(id) ?? reportedAtMs;
      return kind === 'encounter' && nowMs - touchedAtMs > encounterIdleMsMax;
    });
    for (const { id } of idle) {
      await this.apply(id, 'lapse', 'idle');
      this.#touchedAtMs.delete(id);
    }
  }
}

/** Builds the feature; nothing happens before `start`. */
export function createIncidents(deps: IncidentsDeps): Incidents {
  return new IncidentDesk(deps);
}
