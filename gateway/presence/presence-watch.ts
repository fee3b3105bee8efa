import type { Store, Writer } from '../../protocols/store/store.ts';
import type { GatewayEnv } from '../environment.ts';
import type { EventLog, NewEvent } from '../events/event-log.ts';
import type { Timers } from '../link/timers.ts';
import type { LiveUnits, RecordFeed, Registry } from '../parts.ts';
import { presenceLimits } from './limits.ts';
import type { Condition, Presence } from './presence.ts';
import { type Change, type Look, PresenceBook } from './presence-book.ts';
import {
  type Alert,
  alertKeptMs,
  closeAlert,
  dropAlerts,
  listAlerts,
  loadPresence,
  openAlert,
  openAlerts,
  type PresenceRow,
  savePresence,
} from './presence-table.ts';

export interface PresenceDeps {
  readonly store: Store;
  readonly env: GatewayEnv;
  readonly timers: Timers;
  readonly registry: Pick<Registry, 'all' | 'bySerial'>;
  readonly live: Pick<LiveUnits, 'isOnline' | 'clockOffsetS'>;
  readonly feed: RecordFeed;
  readonly events: EventLog;
}

/** How a unit is, for people. Unix ms by the gateway's clock. */
export interface UnitPresence extends Presence {
  readonly serial: string;
  readonly unitId: number | null;
  /** Everything that is wrong, the gravest first. */
  readonly conditions: readonly Condition[];
  /** Receipt of the newest word about the present; null: none. */
  readonly lastWordMs: number | null;
  /** Unit clock − gateway clock in seconds; 0 when it was not measured. */
  readonly clockOffsetS: number;
}

const alertsListedMax = 500;

/**
 * Watches the fleet: derives every unit's presence from its session and records, calls for each
 * outage once, and writes both down with the events that tell of them before they count.
 */
export class PresenceWatch {
  readonly #deps: PresenceDeps;
  #book: PresenceBook | null = null;
  #cancel: (() => void) | null = null;
  #looking: Promise<void> | null = null;
  #savedAtMs = 0;
  #stopped = true;

  constructor(deps: PresenceDeps) {
    this.#deps = deps;
  }

  async start(): Promise<void> {
    const { store, env, feed, live } = this.#deps;
    const book = new PresenceBook(presenceLimits, env.nowMs());
    const open = await openAlerts(store);
    for (const { serial, presence, evidence } of await loadPresence(store)) {
      const own = open.filter((alert) => alert.serial === serial);
      book.restore(serial, presence, evidence, new Map(own.map((a) => [a.kind, a.sinceMs])));
    }
    this.#book = book;
    this.#savedAtMs = env.nowMs();
    this.#stopped = false;
    feed.onCommitted((records) => {
      if (this.#stopped) return;
      for (const record of records) book.take(record, live.clockOffsetS(record.unit.serial));
    });
    this.#later();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel?.();
    await this.#looking;
    await this.#deps.store.write((tx) => savePresence(tx, this.#rows()));
  }

  /** Looks at every unit once, and writes what follows. Never rejects. */
  look(): Promise<void> {
    this.#looking ??= this.#look()
      .catch((error: Error) => {
        this.#deps.env.log.error({ reason: error.message }, 'presence could not be written');
      })
      .finally(() => {
        this.#looking = null;
      });
    return this.#looking;
  }

  all(): readonly UnitPresence[] {
    return this.#deps.registry.all().flatMap(({ serial }) => this.of(serial) ?? []);
  }

  /** Undefined for a serial that was never looked at. */
  of(serial: string): UnitPresence | undefined {
    const watched = this.#book?.watchedOf(serial);
    if (watched == null || watched.presence === null) return undefined;
    return {
      serial,
      unitId: this.#deps.registry.bySerial(serial)?.unitId ?? null,
      ...watched.presence,
      conditions: watched.conditions,
      lastWordMs: this.#book?.evidenceOf(serial).wordMs ?? null,
      clockOffsetS: this.#deps.live.clockOffsetS(serial),
    };
  }

  alerts(serial: string | undefined, openOnly: boolean): Promise<readonly Alert[]> {
    return listAlerts(this.#deps.store, { serial, openOnly, rowsMax: alertsListedMax });
  }

  /** Drops alerts that are kept no more, at most `rowsMax`; answers how many. */
  prune(rowsMax: number): Promise<number> {
    const { store, env } = this.#deps;
    return store.write((tx) => dropAlerts(tx, env.nowMs() - alertKeptMs, rowsMax));
  }

  #later(): void {
    if (this.#stopped) return;
    this.#cancel = this.#deps.timers.after(presenceLimits.lookMs, () => {
      void this.look().then(() => this.#later());
    });
  }

  async #look(): Promise<void> {
    const book = this.#book;
    if (book === null) return;
    const { registry, live, env, store, events } = this.#deps;
    const nowMs = env.nowMs();
    const look = book.look(registry.all(), (serial) => live.isOnline(serial), nowMs);
    const isSaveDue = nowMs - this.#savedAtMs >= presenceLimits.saveMs;
    if (look.changes.length > 0 || isSaveDue) {
      const rows = isSaveDue ? this.#rows(look) : this.#changedRows(look);
      await store.write(async (tx) => {
        await savePresence(tx, rows);
        const told: NewEvent[] = [];
        for (const change of look.changes) told.push(...(await writeChange(tx, change, nowMs)));
        await events.append(tx, told);
      });
      if (isSaveDue) this.#savedAtMs = nowMs;
      if (look.changes.length > 0) events.announce();
    }
    book.settle(look);
  }

  #changedRows({ changes, watched }: Look): PresenceRow[] {
    return changes.flatMap(({ serial, presence }) => {
      if (presence === null) return [];
      return [this.#row(serial, watched.get(serial)?.presence ?? null)];
    });
  }

  #rows(look?: Look): PresenceRow[] {
    return this.#deps.registry.all().map(({ serial }) => {
      const watched = look?.watched.get(serial) ?? this.#book?.watchedOf(serial);
      return this.#row(serial, watched?.presence ?? null);
    });
  }

  #row(serial: string, presence: Presence | null): PresenceRow {
    const evidence = (this.#book as PresenceBook).evidenceOf(serial);
    return { serial, presence, evidence };
  }
}

/** Alerts of a change, and the events that tell of it: one of each, whatever happened before. */
async function writeChange(tx: Writer, change: Change, atMs: number): Promise<NewEvent[]> {
  const { serial, before, presence } = change;
  const told: NewEvent[] = [];
  if (presence !== null) {
    const previous = before?.state ?? null;
    told.push({ type: 'presence', subject: serial, body: { ...presence, previous } });
  }
  for (const step of change.alerts) {
    if (step.action === 'open') {
      const { reason, sinceMs } = step.condition;
      const alert = { serial, kind: step.kind, reason, sinceMs };
      const id = await openAlert(tx, alert, atMs);
      if (id !== null) told.push({ type: 'alert-opened', subject: serial, body: { id, ...alert } });
    } else {
      const { kind, endedAtMs, reason } = step;
      const id = await closeAlert(tx, serial, kind, { endedAtMs, reason, atMs });
      const body = { id, serial, kind, endedAtMs, reason };
      if (id !== null) told.push({ type: 'alert-closed', subject: serial, body });
    }
  }
  return told;
}
