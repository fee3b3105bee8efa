import type { GatewayEnv } from '../environment.ts';
import type { Timers } from '../link/timers.ts';
import { isTraining } from '../parts.ts';
import type { FleetRegistry } from './registry.ts';

/** How long after its end a training may still stand in the registry, ms. */
const sweepMs = 30_000;

export interface TrainingEndDeps {
  readonly registry: FleetRegistry;
  readonly env: GatewayEnv;
  readonly timers: Timers;
}

/**
 * Ends the training of units whose time is over, as if somebody had commissioned them. What counts
 * is judged by the end itself: this only tidies up, and tells the unit and everybody else.
 */
export class TrainingEnd {
  readonly #deps: TrainingEndDeps;
  #cancel: () => void = () => undefined;
  #sweeping: Promise<unknown> = Promise.resolve();
  #stopped = true;

  constructor(deps: TrainingEndDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#stopped = false;
    this.#sweepLater();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel();
    await this.#sweeping;
  }

  #sweepLater(): void {
    if (this.#stopped) return;
    this.#cancel = this.#deps.timers.after(sweepMs, () => {
      this.#sweeping = this.#sweep().finally(() => this.#sweepLater());
    });
  }

  async #sweep(): Promise<void> {
    const { registry, env } = this.#deps;
    const over = registry.all().filter((unit) => unit.training && !isTraining(unit, env.nowMs()));
    for (const { serial } of over) {
      await registry.setTraining(serial, false, 'training-end').catch((error: Error) => {
        env.log.error({ serial, reason: error.message }, 'training not ended');
      });
    }
  }
}
