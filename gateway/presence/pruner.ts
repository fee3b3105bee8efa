import type { Log } from '../environment.ts';
import type { Timers } from '../link/timers.ts';

/** Drops at most so many rows that are kept no more; answers how many it dropped. */
export type Prune = (rowsMax: number) => Promise<number>;

const firstMs = 60_000;
const pauseMs = 3_600_000;
/** Between two steps others write: a step is small, and the next one waits. */
const stepMs = 200;
const rowsMax = 500;

/** Puts tables in order every hour, in small steps, so that nobody waits for it. */
export class Pruner {
  readonly #timers: Timers;
  readonly #log: Log;
  readonly #prunes: readonly Prune[];
  #cancel: (() => void) | null = null;
  #running: Promise<void> | null = null;
  #stopped = true;

  constructor(timers: Timers, log: Log, prunes: readonly Prune[]) {
    this.#timers = timers;
    this.#log = log;
    this.#prunes = prunes;
  }

  start(): void {
    this.#stopped = false;
    this.#after(firstMs);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel?.();
    await this.#running;
  }

  #after(ms: number): void {
    if (this.#stopped) return;
    this.#cancel = this.#timers.after(ms, () => {
      this.#running = this.#step();
    });
  }

  async #step(): Promise<void> {
    let isMore = false;
    try {
      for (const prune of this.#prunes) isMore = (await prune(rowsMax)) >= rowsMax || isMore;
    } catch (error) {
      this.#log.error({ reason: (error as Error).message }, 'old rows could not be dropped');
    }
    this.#after(isMore ? stepMs : pauseMs);
  }
}
