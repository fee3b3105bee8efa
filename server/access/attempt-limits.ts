/** Wrong answers from one address before it has to wait. */
export const addressFailuresMax = 30;
export const addressWindowMs = 10 * 60_000;
/** Addresses remembered; the oldest window is dropped for a new one. */
const addressesMax = 10_000;
/** Passwords looked at together, and those that may wait: each costs 32 MiB and a core. */
const hashesAtOnceMax = 2;
const hashesWaitingMax = 32;

interface Window {
  readonly endsAtMs: number;
  failures: number;
}

/** Counts failed logins by address. In memory: a restart forgives, an account's lock does not. */
export class AddressLimit {
  readonly #windows = new Map<string, Window>();

  /** Counts an attempt as failed until it is forgiven; false: this address has to wait. */
  take(address: string, nowMs: number): boolean {
    const window = this.#windows.get(address);
    if (window !== undefined && window.endsAtMs > nowMs) {
      if (window.failures >= addressFailuresMax) return false;
      window.failures += 1;
      return true;
    }
    this.#windows.delete(address);
    if (this.#windows.size >= addressesMax) {
      const [oldest] = this.#windows.keys();
      if (oldest !== undefined) this.#windows.delete(oldest);
    }
    this.#windows.set(address, { endsAtMs: nowMs + addressWindowMs, failures: 1 });
    return true;
  }

  /** The attempt was a success after all. */
  forgive(address: string): void {
    const window = this.#windows.get(address);
    if (window !== undefined && window.failures > 0) window.failures -= 1;
  }
}

/** Lets a few costly jobs run together and a bounded number wait. */
export class CostlyWork {
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  /** The job's result, or `busy` when too many wait already. */
  async run<Result>(job: () => Promise<Result>): Promise<Result | 'busy'> {
    if (this.#running >= hashesAtOnceMax) {
      if (this.#waiting.length >= hashesWaitingMax) return 'busy';
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else {
      this.#running += 1;
    }
    try {
      return await job();
    } finally {
      // Whoever waits longest takes over the place, so that nobody slips in between.
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }
}
