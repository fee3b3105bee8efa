/** reliability.md, "Threats": two boot ids that alternate three times in 10 min. */
export const alternationsMax = 3;
export const alternationWindowMs = 600_000;

interface Boots {
  readonly current: string;
  readonly previous: string | null;
  /** Moments at which `current` and `previous` took turns, oldest first. */
  readonly turnsMs: readonly number[];
}

/**
 * Which boot of a unit is speaking. A restart brings an id that was never there; only two devices
 * with one key go back and forth between two. A half-open 4G reconnect keeps its id.
 */
export class BootWatch {
  readonly #boots = new Map<string, Boots>();

  /** A new record carries this boot id. True: the alternation is complete, and counting begins anew. */
  note(serial: string, bootId: string, atMs: number): boolean {
    const known = this.#boots.get(serial);
    if (known?.current === bootId) return false;
    const isBack = known?.previous === bootId;
    const recent = (known?.turnsMs ?? []).filter((ms) => atMs - ms <= alternationWindowMs);
    const turnsMs = known === undefined ? [] : isBack ? [...recent, atMs] : [atMs];
    const isComplete = turnsMs.length >= alternationsMax;
    const previous = known?.current ?? null;
    this.#boots.set(serial, { current: bootId, previous, turnsMs: isComplete ? [] : turnsMs });
    return isComplete;
  }
}
