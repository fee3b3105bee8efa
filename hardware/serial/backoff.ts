export interface BackoffLimits {
  readonly retryDelayMsMin: number;
  readonly retryDelayMsMax: number;
}

/** A part that returns must work again within 5 s (reliability, R4): hence the ceiling of 2 s. */
export const SERIAL_BACKOFF: BackoffLimits = { retryDelayMsMin: 250, retryDelayMsMax: 2000 };

/** Doubling waits between two bounds. */
export class Backoff {
  readonly #limits: BackoffLimits;
  #nextMs: number;

  constructor(limits: BackoffLimits) {
    this.#limits = limits;
    this.#nextMs = limits.retryDelayMsMin;
  }

  /** The wait before the next attempt, in ms. */
  next(): number {
    const waitMs = this.#nextMs;
    this.#nextMs = Math.min(waitMs * 2, this.#limits.retryDelayMsMax);
    return waitMs;
  }

  /** An attempt worked: the next loss starts again with the shortest wait. */
  reset(): void {
    this.#nextMs = this.#limits.retryDelayMsMin;
  }
}
