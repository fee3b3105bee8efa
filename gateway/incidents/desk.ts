import { noAttendance } from '../../protocols/evidence/attendance.ts';
import type { DownMessage } from '../../protocols/messages/down-schemas.ts';
import type { Store, Writer } from '../../protocols/store/store.ts';
import type { GatewayEnv } from '../environment.ts';
import { refusal } from '../http/refusal.ts';
import { systemTimers, type Timers } from '../link/timers.ts';
import type { LiveUnits, RecordFeed, Registry, Tracks } from '../parts.ts';
import type { Places } from '../place/places.ts';
import { AttendanceWatch } from './attendance-watch.ts';
import { ButtonWatch } from './button-watch.ts';
import { type Assignment, bareIncident, type Incident, type UnitRole } from './incident.ts';
import { IncidentBook, type IncidentLookup } from './incident-book.ts';
import {
  insertLog,
  type LogEntry,
  loadIncidents,
  loadLastRef,
  loadLog,
  saveIncident,
} from './incident-table.ts';
import type {
  IncidentNews,
  IncidentReport,
  IncidentResult,
  Incidents,
  MergeDecision,
  NewEncounter,
  Statement,
} from './incidents.ts';
import { IncidentLedger } from './ledger.ts';
import { MergeDesk } from './merge-desk.ts';
import { likelySame, type MergeProposal, saveProposals } from './merging.ts';
import { overAt } from './over.ts';
import type { StageEvent } from './stage-table.ts';
import {
  assignStep,
  attendanceStep,
  releaseStep,
  type StepResult,
  stageStep,
  statedStep,
} from './steps.ts';
import { type IncidentDirectory, vehicleFacts } from './vehicle-facts.ts';

export interface IncidentsDeps {
  readonly store: Store;
  readonly env: GatewayEnv;
  readonly registry: Registry;
  readonly live: LiveUnits;
  readonly feed: RecordFeed;
  readonly tracks: Tracks;
  readonly places: Places;
  readonly timers?: Timers;
  readonly directory?: IncidentDirectory;
  /** Who is told of each change. */
  readonly news?: IncidentNews;
}

/** How often incidents that are over and rested numbers are looked for, ms. */
const sweepMs = 60_000;
const idBytes = 16;

class IncidentDesk implements Incidents {
  readonly #deps: IncidentsDeps;
  readonly #timers: Timers;
  readonly #book = new IncidentBook();
  readonly #watch: AttendanceWatch;
  readonly #buttons: ButtonWatch;
  readonly #ledger: IncidentLedger;
  readonly #merges: MergeDesk;
  readonly #listeners: ((incident: Incident) => void)[] = [];
  readonly #openedListeners: ((incident: Incident) => void)[] = [];
  /** Encounters in memory that no COMMIT has seen yet. */
  readonly #unsaved = new Set<string>();
  readonly #touchedAtMs = new Map<string, number>();
  #cancelSweep: (() => void) | null = null;

  constructor(deps: IncidentsDeps) {
    this.#deps = deps;
    this.#timers = deps.timers ?? systemTimers;
    const { store, env, news } = deps;
    const book = this.#book;
    const onWritten = (incidents: readonly Incident[]) => this.#onWritten(incidents);
    this.#ledger = new IncidentLedger({ store, env, book, news, onWritten });
    this.#merges = new MergeDesk({ store, env, book, ledger: this.#ledger });
    this.#watch = new AttendanceWatch({
      ...deps,
      timers: this.#timers,
      book: this.#book,
      onAttendance: async (id, assignment, attendance) => {
        await this.change(id, (incident) => attendanceStep(incident, assignment, attendance));
      },
      onLeft: async (id) => {
        await this.apply(id, 'lapse', 'fix');
      },
    });
    this.#buttons = new ButtonWatch({
      ...deps,
      book: this.#book,
      onStated: (id, assignment, said) =>
        this.change(id, (incident) => statedStep(incident, assignment, said)),
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
    this.#buttons.start();
    live.onConnected(async (serial) => [this.#desired(serial)]);
    this.#sweepLater();
  }

  async stop(): Promise<void> {
    this.#cancelSweep?.();
    await this.#watch.stop();
    await this.#buttons.stop();
    await this.#ledger.idle();
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

  onOpened(listener: (incident: Incident) => void): void {
    this.#openedListeners.push(listener);
  }

  report({ kind, summary, at }: IncidentReport, by: string): Promise<IncidentResult> {
    return this.#ledger.inLine(async () => {
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
      const scene = { point, section, stakeM, direction, text };
      const own = { id: this.#newId(), ref, kind, summary, scene, reportedAtMs: atMs };
      const incident: Incident = { ...bareIncident, ...own };
      return this.#ledger.commit({ incident, event: 'report', source: 'stated', by, atMs });
    });
  }

  assign(id: string, serial: string, by: string, role?: UnitRole): Promise<IncidentResult> {
    return this.change(id, (incident, atMs) => {
      const { registry, directory } = this.#deps;
      const unit = registry.bySerial(serial);
      if (unit === undefined) return refusal('unknown-serial');
      const sending = { role: role ?? null, ...vehicleFacts(unit.vehicleId, directory) };
      return assignStep(incident, unit, sending, by, atMs);
    });
  }

  release(id: string, serial: string, by: string): Promise<IncidentResult> {
    return this.change(id, (incident, atMs) => releaseStep(incident, serial, by, atMs));
  }

  apply(id: string, event: StageEvent, by: string): Promise<IncidentResult> {
    return this.change(id, (incident, atMs) => stageStep(incident, event, by, atMs));
  }

  state(id: string, serial: string, said: Statement): Promise<IncidentResult> {
    return this.change(id, (incident, nowMs) => {
      const { atMs = nowMs, ...rest } = said;
      const own = incident.assignments.findLast((one) => one.serial === serial);
      if (own === undefined) return refusal('not-found', `${serial} is not on this incident`);
      const isThen = atMs >= own.assignedAtMs && atMs <= nowMs;
      if (!isThen) return refusal('bad-request', 'atMs lies outside the time of this unit on it');
      return statedStep(incident, own, { ...rest, atMs });
    });
  }

  proposals(): Promise<readonly MergeProposal[]> {
    return this.#merges.proposals();
  }

  decide(decision: MergeDecision): Promise<IncidentResult> {
    return this.#merges.decide(decision);
  }

  openEncounter({ unitId, serial, scene, atMs }: NewEncounter): Incident | null {
    const ref = this.#book.takeRef();
    if (ref === null) return null;
    const unit = this.#deps.registry.bySerial(serial);
    const vehicleId = unit?.vehicleId ?? null;
    const { organisation, isPatrol } = vehicleFacts(vehicleId, this.#deps.directory);
    const assignment: Assignment = {
      ...{ unitId, serial, vehicleId, organisation, training: unit?.training ?? false },
      ...{ assignedAtMs: atMs, releasedAtMs: null, sentTo: null, stated: [] },
      ...{ role: isPatrol ? 'enforcement' : 'rescue', attendance: noAttendance },
    };
    const incident: Incident = {
      ...{ ...bareIncident, id: this.#newId(), ref, kind: 'encounter', summary: '', scene },
      ...{ stage: 'arrived', statedStage: 'arrived', reportedAtMs: atMs },
      assignments: [assignment],
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
    await saveProposals(tx, likelySame(incident, this.#book.open()));
    await this.#deps.news?.write(tx, [incident]);
  }

  saved(incident: Incident): void {
    if (this.#unsaved.delete(incident.id)) {
      this.#deps.news?.sent();
      for (const listener of this.#openedListeners) listener(incident);
    }
    if (incident.kind === 'encounter') {
      this.#touchedAtMs.set(incident.id, this.#deps.env.nowMs());
    }
  }

  #newId(): string {
    return this.#deps.env.randomBytes(idBytes).toString('hex');
  }

  change(
    id: string,
    change: (incident: Incident, atMs: number) => StepResult,
  ): Promise<IncidentResult> {
    return this.#ledger.change(id, change);
  }

  #onWritten(incidents: readonly Incident[]): void {
    for (const incident of incidents) {
      this.#unsaved.delete(incident.id);
      this.#book.put(incident);
    }
    const serials = incidents.flatMap(({ assignments }) => assignments.map((one) => one.serial));
    for (const serial of new Set(serials)) this.#deps.live.send(serial, this.#desired(serial));
    for (const incident of incidents) for (const listener of this.#listeners) listener(incident);
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
    for (const { id, event, by } of overAt(this.#book.open(), this.#touchedAtMs, nowMs)) {
      await this.apply(id, event, by);
      this.#touchedAtMs.delete(id);
    }
  }
}

/** Builds the feature; nothing happens before `start`. */
export function createIncidents(deps: IncidentsDeps): Incidents {
  return new IncidentDesk(deps);
}
