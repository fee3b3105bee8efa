import type { Store } from '../../protocols/store/store.ts';
import { passingUnfit } from '../../protocols/update/judgement.ts';
import type { GatewayEnv } from '../environment.ts';
import { loadProgress, type ProgressRow, saveProgress } from './release-table.ts';

const openStates: ReadonlySet<string> = new Set(['offered', 'downloading', 'downloaded']);

/** Whether a unit that has said this will not come to run the release any more. */
export function isOver({ state, reason }: ProgressRow): boolean {
  if (state === 'confirmed') return true;
  if (state === 'rolled-back') return reason !== 'no-acknowledgement';
  return state === 'refused' && !passingUnfit.has(reason ?? '') && reason !== 'disk-full';
}

/** How releases fare on units: in memory, written through in order. */
export class ProgressBook {
  readonly #store: Store;
  readonly #env: Pick<GatewayEnv, 'log'>;
  readonly #rows = new Map<string, Map<string, ProgressRow>>();
  #writing: Promise<unknown> = Promise.resolve();

  constructor(store: Store, env: Pick<GatewayEnv, 'log'>) {
    this.#store = store;
    this.#env = env;
  }

  async start(): Promise<void> {
    for (const row of await loadProgress(this.#store)) {
      this.#of(row.releaseId).set(row.serial, row);
    }
  }

  /** Waits for what was begun. */
  async stop(): Promise<void> {
    await this.#writing;
  }

  get(releaseId: string, serial: string): ProgressRow | undefined {
    return this.#rows.get(releaseId)?.get(serial);
  }

  allOf(releaseId: string): readonly ProgressRow[] {
    return [...(this.#rows.get(releaseId)?.values() ?? [])];
  }

  /** True while a unit goes by an offer that was not ended by itself. */
  hasOpen(serial: string): boolean {
    return [...this.#rows.values()].some((rows) => openStates.has(rows.get(serial)?.state ?? ''));
  }

  note(row: ProgressRow): void {
    this.#of(row.releaseId).set(row.serial, row);
    this.#writing = this.#writing
      .then(() => this.#store.write((tx) => saveProgress(tx, row)))
      .catch((error: Error) => this.#env.log.error({ reason: error.message }, 'progress not kept'));
  }

  #of(releaseId: string): Map<string, ProgressRow> {
    const rows = this.#rows.get(releaseId) ?? new Map<string, ProgressRow>();
    this.#rows.set(releaseId, rows);
    return rows;
  }
}
