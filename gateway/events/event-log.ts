import { jsonFields } from '../../protocols/store/json-rows.ts';
import type { Store, Writer } from '../../protocols/store/store.ts';
import type { GatewayEnv } from '../environment.ts';

/** Something that others are told of. `subject`: a serial, or the id of an incident. */
export interface NewEvent {
  readonly type: 'presence' | 'alert-opened' | 'alert-closed' | 'unit' | 'incident';
  readonly subject: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** As it is kept: `id` grows in the order of commits. */
export interface FleetEvent extends NewEvent {
  readonly id: number;
  readonly atMs: number;
}

/** Events after an id; `isComplete` false: older ones that were asked for are gone. */
export interface EventPage {
  readonly events: readonly FleetEvent[];
  readonly isComplete: boolean;
}

export const eventLimits = {
  keptMs: 30 * 86_400_000,
  rowsMax: 1_000_000,
  /** Newest events held in memory for readers that keep up. */
  recentMax: 2_000,
  pageMax: 200,
} as const;

interface EventRow {
  readonly id: number;
  readonly atMs: number;
  readonly type: NewEvent['type'];
  readonly subject: string;
  readonly body: string;
}

const columns = 'id, at_ms AS atMs, type, subject, body';

function eventOf({ id, atMs, type, subject, body }: EventRow): FleetEvent {
  return { id, atMs, type, subject, body: JSON.parse(body) as FleetEvent['body'] };
}

/**
 * What happened to the fleet, in the order in which it was committed: written with the change it
 * tells of, read by anybody from any id on. Nobody who reads can hold it up.
 */
export class EventLog {
  readonly #store: Store;
  readonly #env: Pick<GatewayEnv, 'nowMs' | 'log'>;
  readonly #listeners = new Set<() => void>();
  #recent: FleetEvent[] = [];
  /** Everything up to here was announced. */
  #lastId = 0;
  #oldestId = 1;
  #reading: Promise<void> | null = null;
  #again = false;

  constructor(store: Store, env: Pick<GatewayEnv, 'nowMs' | 'log'>) {
    this.#store = store;
    this.#env = env;
  }

  async start(): Promise<void> {
    const rows = await this.#store.all<EventRow>(
      `SELECT ${columns} FROM fleet_event ORDER BY id DESC LIMIT ?`,
      [eventLimits.recentMax],
    );
    this.#recent = rows.reverse().map(eventOf);
    await this.#loadEnds();
  }

  get lastId(): number {
    return this.#lastId;
  }

  /** Into the caller's own transaction; after its COMMIT the caller says `announce`. */
  async append(tx: Writer, events: readonly NewEvent[]): Promise<void> {
    if (events.length === 0) return;
    const rows = events.map(({ type, subject, body }) => [type, subject, JSON.stringify(body)]);
    await tx.run(
      `INSERT INTO fleet_event (at_ms, type, subject, body)
      SELECT CAST(? AS BIGINT), ${jsonFields(['text', 'text', 'text'])}
      FROM json_each(?) ORDER BY key`,
      [this.#env.nowMs(), JSON.stringify(rows)],
    );
  }

  /** Something was committed: whoever listens may read on. */
  announce(): void {
    if (this.#reading !== null) {
      this.#again = true;
      return;
    }
    this.#reading = this.#read()
      .catch((error: Error) => {
        this.#env.log.error({ reason: error.message }, 'events could not be read');
      })
      .finally(() => {
        this.#reading = null;
        if (!this.#again) return;
        this.#again = false;
        this.announce();
      });
  }

  /** Told that there is news; must not throw. The answer takes the listener away. */
  onNews(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** At most a page of announced events after `id`, oldest first. */
  async after(id: number): Promise<EventPage> {
    const isComplete = id >= this.#oldestId - 1;
    const [first] = this.#recent;
    if (id >= this.#lastId) return { events: [], isComplete };
    if (first !== undefined && id >= first.id - 1) {
      const from = this.#recent.findIndex((event) => event.id > id);
      return { events: this.#recent.slice(from, from + eventLimits.pageMax), isComplete };
    }
    const rows = await this.#store.all<EventRow>(
      `SELECT ${columns} FROM fleet_event WHERE id > ? AND id <= ? ORDER BY id LIMIT ?`,
      [id, this.#lastId, eventLimits.pageMax],
    );
    return { events: rows.map(eventOf), isComplete };
  }

  /** Drops what is too old or too much, at most `rowsMax` rows; answers how many. */
  async prune(rowsMax: number): Promise<number> {
    const oldestMs = this.#env.nowMs() - eventLimits.keptMs;
    const dropped = await this.#store.write(async (tx) => {
      const { changes } = await tx.run(
        `DELETE FROM fleet_event WHERE id IN (SELECT id FROM fleet_event
          WHERE at_ms < ? OR id <= (SELECT max(id) FROM fleet_event) - ? ORDER BY id LIMIT ?)`,
        [oldestMs, eventLimits.rowsMax, rowsMax],
      );
      return changes;
    });
    if (dropped > 0) await this.#loadEnds();
    return dropped;
  }

  async #loadEnds(): Promise<void> {
    const row = await this.#store.get<{ oldest: number | null; newest: number | null }>(
      `SELECT (SELECT min(id) FROM fleet_event) AS oldest,
        (SELECT seq FROM sqlite_sequence WHERE name = 'fleet_event') AS newest`,
    );
    const newest = row?.newest ?? 0;
    this.#oldestId = row?.oldest ?? newest + 1;
    this.#recent = this.#recent.filter(({ id }) => id >= this.#oldestId);
    if (this.#recent.length === 0) this.#lastId = Math.max(this.#lastId, newest);
    else this.#lastId = this.#recent.at(-1)?.id ?? this.#lastId;
  }

  async #read(): Promise<void> {
    for (;;) {
      const rows = await this.#store.all<EventRow>(
        `SELECT ${columns} FROM fleet_event WHERE id > ? ORDER BY id LIMIT ?`,
        [this.#lastId, eventLimits.pageMax],
      );
      const last = rows.at(-1);
      if (last === undefined) return;
      this.#recent.push(...rows.map(eventOf));
      this.#recent.splice(0, Math.max(0, this.#recent.length - eventLimits.recentMax));
      this.#lastId = last.id;
      for (const listener of this.#listeners) listener();
    }
  }
}
