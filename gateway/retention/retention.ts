import type { Store } from '../../protocols/store/store.ts';
import type { GatewayEnv } from '../environment.ts';
import { systemTimers, type Timers } from '../link/timers.ts';
import { retentionLimits } from './periods.ts';
import { plainSteps, type Step, signedStep, terminalStep, trackStep } from './steps.ts';

export interface RetentionDeps {
  readonly store: Store;
  readonly env: GatewayEnv;
  readonly timers?: Timers;
}

/** Rows that went, by what they were. */
export type SweptRows = Readonly<Record<string, number>>;

/**
 * Takes away what has been kept for long enough: a few rows a transaction with a pause after each,
 * so that what comes in never waits long.
 */
export class Retention {
  readonly #deps: RetentionDeps;
  readonly #timers: Timers;
  #cancel: () => void = () => undefined;
  #wake: () => void = () => undefined;
  #running: Promise<unknown> = Promise.resolve();
  #stopped = true;

  constructor(deps: RetentionDeps) {
    this.#deps = deps;
    this.#timers = deps.timers ?? systemTimers;
  }

  start(): void {
    this.#stopped = false;
    this.#sweepAfter(retentionLimits.firstSweepMs);
  }

  /** Resolves when no step is on its way any more; the rest is taken after the next start. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel();
    this.#wake();
    await this.#running;
  }

  #sweepAfter(ms: number): void {
    this.#cancel = this.#timers.after(ms, () => {
      this.#running = this.#sweep()
        .then((rows) => this.#deps.env.log.info({ rows }, 'old records taken away'))
        .catch((error: unknown) => {
          this.#deps.env.log.error({ err: error }, 'old records could not be taken away');
        })
        .finally(() => {
          if (!this.#stopped) this.#sweepAfter(retentionLimits.sweepMs);
        });
    });
  }

  async #sweep(): Promise<SweptRows> {
    const { store, env } = this.#deps;
    const nowMs = env.nowMs();
    const rows: Record<string, number> = {};
    for (const step of plainSteps(nowMs)) await this.#exhaust(step, rows);
    const units = await store.all<{ id: number }>(
      'SELECT unit_id AS id FROM unit WHERE unit_id IS NOT NULL',
    );
    for (const { id } of units) {
      if (this.#stopped) break;
      await this.#exhaust(await trackStep(store, id, nowMs), rows);
      await this.#exhaust(await signedStep(store, id, nowMs), rows);
    }
    const terminals = await store.all<{ no: number }>('SELECT terminal_no AS no FROM terminal');
    for (const { no } of terminals) await this.#exhaust(terminalStep(no, nowMs), rows);
    return rows;
  }

  async #exhaust({ name, take }: Step, rows: Record<string, number>): Promise<void> {
    const { stepRowsMax, pauseMs } = retentionLimits;
    while (!this.#stopped) {
      const taken = await this.#deps.store.write((tx) => take(tx, stepRowsMax));
      if (taken > 0) rows[name] = (rows[name] ?? 0) + taken;
      if (taken < stepRowsMax) return;
      await this.#pause(pauseMs);
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#timers.after(ms, resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
  }
}
