/** Bounds of guessing, whoever guesses. */
export const attemptLimits = {
  /** Wrong ones in a row before nobody may try for a while. */
  wrongMax: 5,
  lockMsMin: 60_000,
  /** Each further lock-out is twice as long, up to this. */
  lockMsMax: 3_600_000,
  /** Names that are counted; the one longest unused goes. */
  namesMax: 64,
} as const;

interface Tries {
  readonly wrong: number;
  readonly lockMs: number;
  readonly lockedUntilMonoMs: number;
}

const none: Tries = { wrong: 0, lockMs: 0, lockedUntilMonoMs: 0 };

/** Counts wrong tries by name and locks out for longer and longer. */
export class Attempts {
  readonly #nowMonoMs: () => number;
  readonly #tries = new Map<string, Tries>();

  constructor(nowMonoMs: () => number) {
    this.#nowMonoMs = nowMonoMs;
  }

  /** How long this name may not try, ms; 0: it may. */
  lockedMs(name: string): number {
    const { lockedUntilMonoMs } = this.#tries.get(name) ?? none;
    return Math.max(0, lockedUntilMonoMs - this.#nowMonoMs());
  }

  /** Counts before the try is looked at, so that many at once are no more tries than one by one. */
  begin(name: string): void {
    const { wrong, lockMs } = this.#tries.get(name) ?? none;
    const isLocked = wrong + 1 >= attemptLimits.wrongMax;
    const { lockMsMin, lockMsMax } = attemptLimits;
    const nextMs = Math.min(lockMs === 0 ? lockMsMin : lockMs * 2, lockMsMax);
    this.#keep(
      name,
      isLocked
        ? { wrong: 0, lockMs: nextMs, lockedUntilMonoMs: this.#nowMonoMs() + nextMs }
        : { wrong: wrong + 1, lockMs, lockedUntilMonoMs: 0 },
    );
  }

  /** The try was right. */
  right(name: string): void {
    this.#tries.delete(name);
  }

  #keep(name: string, tries: Tries): void {
    this.#tries.delete(name);
    this.#tries.set(name, tries);
    const [oldest] = this.#tries.keys();
    if (this.#tries.size > attemptLimits.namesMax && oldest !== undefined) {
      this.#tries.delete(oldest);
    }
  }
}
