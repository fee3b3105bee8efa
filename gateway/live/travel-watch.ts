import { distanceM, type LatLon } from '../../protocols/geo/geo.ts';

/** Faster than anything that tows, m/s. */
export const speedMpsMax = 100;
/** Nearer than this two fixes may differ by error alone, metres. */
export const jumpMMin = 3_000;
/** A single bad fix jumps there and back: two. A third jump in this time is no error. */
export const jumpsMax = 3;
export const jumpWindowMs = 600_000;

interface Known {
  readonly at: LatLon;
  readonly happenedAtMs: number;
  readonly jumpsMs: readonly number[];
}

/** Positions of a unit that no vehicle can connect. reliability.md, "Threats". */
export class TravelWatch {
  readonly #known = new Map<string, Known>();

  /**
   * A good fix, newer or late; late ones are not judged. True: the third jump in ten minutes, and
   * counting begins anew.
   */
  note(serial: string, at: LatLon, happenedAtMs: number): boolean {
    const known = this.#known.get(serial);
    if (known !== undefined && happenedAtMs <= known.happenedAtMs) return false;
    const jumps = known === undefined ? [] : jumpsAfter(known, at, happenedAtMs);
    const isComplete = jumps.length >= jumpsMax;
    this.#known.set(serial, { at, happenedAtMs, jumpsMs: isComplete ? [] : jumps });
    return isComplete;
  }
}

function jumpsAfter(known: Known, at: LatLon, happenedAtMs: number): readonly number[] {
  const recent = known.jumpsMs.filter((ms) => happenedAtMs - ms <= jumpWindowMs);
  const wayM = distanceM(known.at, at);
  const seconds = (happenedAtMs - known.happenedAtMs) / 1000;
  const isJump = wayM > jumpMMin && wayM > speedMpsMax * seconds;
  return isJump ? [...recent, happenedAtMs] : recent;
}
