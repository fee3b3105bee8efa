import type { Cancel, DeviceEnv } from '../environment.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { Ballast } from './ballast.ts';

/** How often the store is put in order. */
export const housekeepingPeriodMs = 600_000;

/** Lets old acknowledged records go, and takes up the ballast again once the disk has room. */
export class Housekeeping {
  readonly #outbox: Pick<Outbox, 'trim'>;
  readonly #ballast: Pick<Ballast, 'hold'>;
  readonly #env: DeviceEnv;
  #next: Cancel | null = null;

  constructor(outbox: Pick<Outbox, 'trim'>, ballast: Pick<Ballast, 'hold'>, env: DeviceEnv) {
    this.#outbox = outbox;
    this.#ballast = ballast;
    this.#env = env;
  }

  start(): void {
    this.#next = this.#env.timers.after(housekeepingPeriodMs, () => {
      this.start();
      this.#tidy().catch((error: unknown) => {
        this.#env.log.warn({ error: String(error) }, 'the store could not be put in order');
      });
    });
  }

  stop(): void {
    this.#next?.();
    this.#next = null;
  }

  async #tidy(): Promise<void> {
    // First: what is put in order may need the room that is back.
    await this.#ballast.hold();
    await this.#outbox.trim();
  }
}
