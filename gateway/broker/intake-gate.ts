/** Lets a reader go on while few pieces of work are under way, and holds it while many are. */
export class IntakeGate {
  readonly #underWayMax: number;
  readonly #held: (() => void)[] = [];
  #underWay = 0;

  constructor(underWayMax: number) {
    this.#underWayMax = underWayMax;
  }

  /** Counts this work until it settles. */
  follow(work: Promise<void>): void {
    this.#underWay += 1;
    void work.finally(() => {
      this.#underWay -= 1;
      this.#held.shift()?.();
    });
  }

  /** Calls `next` now, or when some of the work is done. */
  pass(next: () => void): void {
    if (this.#underWay < this.#underWayMax) next();
    else this.#held.push(next);
  }
}
