import type { Cancel, Timers } from './environment.ts';

/** A collection takes about 50 ms: a thousandth of a core. */
export const tidyEveryMs = 60_000;

/**
 * Gives back what nothing uses any more. V8 collects when memory is asked for; a unit that stands
 * still asks for none, and would keep the 20 MB of fonts it has drawn with.
 */
export class MemoryTidy {
  readonly #collect: (() => void) | undefined;
  readonly #timers: Timers;
  #next: Cancel | null = null;

  /** `collect`: V8's own, there when Node.js was started with `--expose-gc`, as the package does. */
  constructor(collect: (() => void) | undefined, timers: Timers) {
    this.#collect = collect;
    this.#timers = timers;
  }

  start(): void {
    if (this.#collect === undefined || this.#next !== null) return;
    this.#plan(this.#collect);
  }

  stop(): void {
    this.#next?.();
    this.#next = null;
  }

  #plan(collect: () => void): void {
    this.#next = this.#timers.after(tidyEveryMs, () => {
      collect();
      this.#plan(collect);
    });
  }
}
