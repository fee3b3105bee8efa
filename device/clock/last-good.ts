import type { Cancel, DeviceEnv } from '../environment.ts';
import { readIfThere, writeDurably } from '../store/durable-file.ts';
import type { TrustedClock } from './trusted-clock.ts';

/** How often the trusted time is written down. */
export const savePeriodMs = 60_000;

/** The last trusted time, in a file of its own: a damaged store does not take it along. */
export async function readLastGood(path: string): Promise<number | null> {
  const text = await readIfThere(path);
  const ms = text === null ? Number.NaN : Number.parseInt(text, 10);
  return Number.isSafeInteger(ms) && ms > 0 ? ms : null;
}

/** Writes the trusted time down once a minute and at the stop. */
export class LastGoodKeeper {
  readonly #path: string;
  readonly #clock: TrustedClock;
  readonly #env: DeviceEnv;
  #next: Cancel | null = null;

  constructor(path: string, clock: TrustedClock, env: DeviceEnv) {
    this.#path = path;
    this.#clock = clock;
    this.#env = env;
  }

  start(): void {
    this.#next = this.#env.timers.after(savePeriodMs, () => {
      this.start();
      this.save().catch((error: unknown) => {
        this.#env.log.warn({ error: String(error) }, 'the trusted time was not written down');
      });
    });
  }

  async stop(): Promise<void> {
    this.#next?.();
    this.#next = null;
    await this.save();
  }

  async save(): Promise<void> {
    const reading = this.#clock.now();
    if (reading !== null) await writeDurably(this.#path, `${Math.round(reading.ms)}\n`);
  }
}
