import { createHash } from 'node:crypto';
import {
  type RosterMessage,
  rosterPartsMax,
  rosterPeopleMax,
} from '../../protocols/messages/down-schemas.ts';
import type { Store } from '../../protocols/store/store.ts';
import type { GatewayEnv } from '../environment.ts';
import type { CrewDirectory, LiveUnits, RecordFeed, VehicleDirectory } from '../parts.ts';
import type { FleetRegistry } from '../registry/registry.ts';

type Person = RosterMessage['people'][number];

export interface RosterDeps {
  readonly store: Store;
  readonly registry: FleetRegistry;
  readonly directory: VehicleDirectory & CrewDirectory;
  readonly live: LiveUnits;
  readonly feed: RecordFeed;
  readonly env: GatewayEnv;
}

interface Kept {
  readonly version: number;
  readonly digest: string;
}

/** The messages of a roster: nobody's name is cut off by a limit without a word in the log. */
function messagesOf(version: number, people: readonly Person[]): RosterMessage[] {
  const parts = Math.max(1, Math.ceil(people.length / rosterPeopleMax));
  return Array.from({ length: parts }, (_, index) => ({
    type: 'roster',
    version,
    part: index + 1,
    parts,
    people: people.slice(index * rosterPeopleMax, (index + 1) * rosterPeopleMax),
  }));
}

/**
 * Who may sign on at which unit: the people of the organisation its vehicle belongs to, versioned
 * by content. Sent when a unit says that it has another one, and when it changes.
 */
export class Rosters {
  readonly #deps: RosterDeps;
  #tail: Promise<void> = Promise.resolve();

  constructor(deps: RosterDeps) {
    this.#deps = deps;
  }

  start(): void {
    const { feed, directory, registry, live } = this.#deps;
    feed.onCommitted((records) => {
      for (const { unit, record } of records) {
        if (record.kind === 'hello') this.#later(unit.serial, record.values.rosterVersion ?? 0);
      }
    });
    directory.onChanged(() => {
      for (const { serial } of registry.all()) if (live.isOnline(serial)) this.#later(serial, null);
    });
    registry.onChanged(({ serial }) => {
      if (live.isOnline(serial)) this.#later(serial, null);
    });
  }

  /** Waits for what was begun. */
  async stop(): Promise<void> {
    await this.#tail;
  }

  /** @param has the version the unit has; null: send if it is a new one */
  #later(serial: string, has: number | null): void {
    const { env } = this.#deps;
    this.#tail = this.#tail
      .then(() => this.#send(serial, has))
      .catch((error: Error) => env.log.error({ reason: error.message }, 'a roster was not sent'));
  }

  async #send(serial: string, has: number | null): Promise<void> {
    const { store, live, registry, directory, env } = this.#deps;
    const unit = registry.bySerial(serial);
    if (unit === undefined) return;
    const all = unit.vehicleId === null ? [] : directory.crewOf(unit.vehicleId);
    const people = all.slice(0, rosterPeopleMax * rosterPartsMax);
    if (people.length < all.length) {
      env.log.warn({ serial, people: all.length }, 'more people than a roster holds');
    }
    const digest = createHash('sha256').update(JSON.stringify(people)).digest('hex');
    const last = await store.get<Kept>('SELECT version, digest FROM crew_roster WHERE serial = ?', [
      serial,
    ]);
    if (last === undefined && people.length === 0) return;
    const isNew = last?.digest !== digest;
    const version = isNew ? (last?.version ?? 0) + 1 : (last?.version ?? 1);
    if (isNew) await this.#keep(serial, { version, digest });
    if (has === null ? !isNew : has === version) return;
    for (const message of messagesOf(version, people)) live.send(serial, message);
  }

  async #keep(serial: string, { version, digest }: Kept): Promise<void> {
    await this.#deps.store.write((tx) =>
      tx.run(
        `INSERT INTO crew_roster (serial, version, digest) VALUES (?, ?, ?)
        ON CONFLICT (serial) DO UPDATE SET version = excluded.version, digest = excluded.digest`,
        [serial, version, digest],
      ),
    );
  }
}
