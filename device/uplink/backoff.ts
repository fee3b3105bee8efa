import { type DeviceEnv, randomShare } from '../environment.ts';

/** Longest wait between two dials. wire.md, "MQTT". */
export const redialMsMax = 60_000;
/** Wait before the first dial after a loss, at most: units come back spread over it. */
export const firstRedialMs = 30_000;

/** Waits with full jitter: uniform in 0 … first, then 0 … twice that, to a minute. */
export class Backoff {
  readonly #env: Pick<DeviceEnv, 'randomBytes'>;
  readonly #firstMs: number;
  #ceilingMs: number;

  constructor(env: Pick<DeviceEnv, 'randomBytes'>, firstMs: number = firstRedialMs) {
    this.#env = env;
    this.#firstMs = Math.min(firstMs, redialMsMax);
    this.#ceilingMs = this.#firstMs;
  }

  /** The next wait, in ms. */
  next(): number {
    const waitMs = randomShare(this.#env) * this.#ceilingMs;
    this.#ceilingMs = Math.min(this.#ceilingMs * 2, redialMsMax);
    return waitMs;
  }

  /** A session stood. */
  reset(): void {
    this.#ceilingMs = this.#firstMs;
  }
}
