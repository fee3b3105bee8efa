import type { Cancel, Timers } from '../environment.ts';
import type { Watchdog } from '../watchdog.ts';

/** A part of the agent that must be alive. It says null, or a coded reason why it is not. */
export type HealthCheck = () => string | null;

/** Beats only while every check is well: a bare timer would beat for a dead display loop. */
export class HealthBeat {
  readonly #watchdog: Watchdog;
  readonly #checks: readonly HealthCheck[];
  readonly #timers: Timers;
  readonly #everyMs: number;
  #next: Cancel | null = null;

  /** `everyMs`: a third of systemd's `WatchdogSec` at most. */
  constructor(watchdog: Watchdog, checks: readonly HealthCheck[], timers: Timers, everyMs: number) {
    this.#watchdog = watchdog;
    this.#checks = checks;
    this.#timers = timers;
    this.#everyMs = everyMs;
  }

  /** Why the next beat would not be given; empty when all is well. */
  reasons(): string[] {
    return this.#checks.flatMap((check) => check() ?? []);
  }

  start(): void {
    if (this.#next === null) this.#tick();
  }

  stop(): void {
    this.#next?.();
    this.#next = null;
  }

  #tick(): void {
    this.#next = this.#timers.after(this.#everyMs, () => this.#tick());
    if (this.reasons().length === 0) this.#watchdog.beat();
  }
}
