import type { Store } from '../../protocols/store/store.ts';
import type { GatewayEnv } from '../environment.ts';
import type { IngestedRecord, RecordFeed } from '../parts.ts';
import { aboardAt, type CrewEvent, insertCrew, missedCrew } from './crew-table.ts';

export interface CrewBookDeps {
  readonly store: Store;
  readonly feed: RecordFeed;
  readonly env: GatewayEnv;
  /** Events are in the store: what was told of their time may be better known now. */
  onKept(events: readonly CrewEvent[]): Promise<void>;
}

function eventOf({ unit, record, receivedAtMs }: IngestedRecord): CrewEvent[] {
  if (record.kind !== 'crew') return [];
  const { personId, aboard, how } = record.values;
  if (personId === null || aboard === null) return [];
  const { serial, vehicleId } = unit;
  const { happenedAtMs, clock } = record;
  const said = { personId, aboard, how: how ?? '', happenedAtMs, clock };
  return [{ serial, vehicleId, ...said, receivedAtMs }];
}

/** Who was aboard which unit and when, by the units' own signed records, in whatever order. */
export class CrewBook {
  readonly #deps: CrewBookDeps;
  readonly #listeners: ((events: readonly CrewEvent[]) => void)[] = [];
  #writing: Promise<void> = Promise.resolve();

  constructor(deps: CrewBookDeps) {
    this.#deps = deps;
  }

  async start(): Promise<void> {
    const { store, feed } = this.#deps;
    await this.#keep(await missedCrew(store));
    feed.onCommitted((records) => {
      const events = records.flatMap(eventOf);
      if (events.length > 0) this.#writing = this.#writing.then(() => this.#keep(events));
    });
  }

  /** Waits for what was begun. */
  async stop(): Promise<void> {
    await this.#writing;
  }

  /** Called with events that are in the store; listeners must not throw and are not awaited. */
  onKnown(listener: (events: readonly CrewEvent[]) => void): void {
    this.#listeners.push(listener);
  }

  /** Person ids, as far as the unit's records have come; none: nobody signed on. */
  aboardAt(serial: string, atMs: number): Promise<string[]> {
    return aboardAt(this.#deps.store, serial, atMs);
  }

  /** What fails here is taken up at the next start: the records themselves are committed. */
  async #keep(events: readonly CrewEvent[]): Promise<void> {
    const { store, env, onKept } = this.#deps;
    if (events.length === 0) return;
    try {
      await store.write((tx) => insertCrew(tx, events));
      for (const listener of this.#listeners) listener(events);
      await onKept(events);
    } catch (error) {
      env.log.error({ reason: (error as Error).message }, 'a crew was not kept');
    }
  }
}
