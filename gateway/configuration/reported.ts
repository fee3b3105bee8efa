import type { Store } from '../../protocols/store/store.ts';
import type { GatewayEnv } from '../environment.ts';
import type { IngestedRecord, RecordFeed } from '../parts.ts';

/** What a unit last said of its configuration. */
export interface Reported {
  readonly version: number;
  readonly applied: boolean;
  readonly reason: string | null;
  /** By the unit's clock, Unix ms. */
  readonly reportedAtMs: number;
}

/**
 * How a unit stands to what it should be. `waiting`: it has not said anything of this version yet;
 * `refused`: it has, and why not.
 */
export type Drift = 'none' | 'waiting' | 'refused';

export function driftOf(desiredVersion: number | null, reported: Reported | undefined): Drift {
  if (desiredVersion === null) return 'none';
  if (reported === undefined || reported.version !== desiredVersion) return 'waiting';
  return reported.applied ? 'none' : 'refused';
}

export interface ReportedConfigDeps {
  readonly store: Store;
  readonly feed: RecordFeed;
  readonly env: GatewayEnv;
}

/** The newest report of each unit: in memory, written through. */
export class ReportedConfig {
  readonly #deps: ReportedConfigDeps;
  readonly #reported = new Map<string, Reported>();
  #writing: Promise<unknown> = Promise.resolve();

  constructor(deps: ReportedConfigDeps) {
    this.#deps = deps;
  }

  async start(): Promise<void> {
    const { store, feed } = this.#deps;
    const rows = await store.all<Omit<Reported, 'applied'> & { serial: string; applied: number }>(
      `SELECT serial, version, applied, reason, reported_at_ms AS reportedAtMs
      FROM reported_config`,
    );
    for (const { serial, applied, ...row } of rows) {
      this.#reported.set(serial, { ...row, applied: applied === 1 });
    }
    feed.onCommitted((records) => {
      for (const record of records) this.#take(record);
    });
  }

  /** Waits for what was begun. */
  async stop(): Promise<void> {
    await this.#writing;
  }

  of(serial: string): Reported | undefined {
    return this.#reported.get(serial);
  }

  /** Late records change nothing: the newest word counts, and the better one of the same moment. */
  #take({ unit: { serial }, record }: IngestedRecord): void {
    if (record.kind !== 'configReported' || record.values.version === null) return;
    const { version, applied, reason } = record.values;
    const before = this.#reported.get(serial);
    if (before !== undefined && before.reportedAtMs > record.happenedAtMs) return;
    // A unit that is offered what it has already says "older": that is no refusal of it.
    if (before?.version === version && before.applied && applied !== true) return;
    const reported = { version, applied: applied === true, reason };
    this.#reported.set(serial, { ...reported, reportedAtMs: record.happenedAtMs });
    this.#writing = this.#keep(serial, { ...reported, reportedAtMs: record.happenedAtMs });
  }

  async #keep(serial: string, reported: Reported): Promise<void> {
    const { store, env } = this.#deps;
    const { version, applied, reason, reportedAtMs } = reported;
    try {
      await store.write((tx) =>
        tx.run(
          `INSERT INTO reported_config (serial, version, applied, reason, reported_at_ms)
          VALUES (?, ?, ?, ?, ?)
          ON CONFLICT (serial) DO UPDATE SET version = excluded.version,
            applied = excluded.applied, reason = excluded.reason,
            reported_at_ms = excluded.reported_at_ms`,
          [serial, version, applied ? 1 : 0, reason, reportedAtMs],
        ),
      );
    } catch (error) {
      env.log.error({ serial, reason: (error as Error).message }, 'reported version not kept');
    }
  }
}
