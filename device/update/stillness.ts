import { distanceM } from '../../protocols/geo/geo.ts';
import type { PlacedFix } from '../position/position.ts';
import { reportingLimits } from '../position/reporting.ts';

/** Further than this from where it was, a unit has moved: receivers wander by some metres. */
const movedM = 50;

/** How long the unit has not moved, by its own fixes and the monotonic clock. */
export class Stillness {
  #anchor: PlacedFix | null = null;
  #sinceMonoMs = 0;
  #lastMonoMs = 0;

  /** Looks at the newest fix; the same one again changes nothing. */
  look(fix: PlacedFix | null): void {
    if (fix === null || fix.monoMs === this.#lastMonoMs) return;
    this.#lastMonoMs = fix.monoMs;
    const isMoving = (fix.speedMps ?? 0) >= reportingLimits.movingMpsMin;
    if (this.#anchor !== null && !isMoving && distanceM(this.#anchor, fix) <= movedM) return;
    this.#anchor = fix;
    this.#sinceMonoMs = fix.monoMs;
  }

  /** Ms; null: no fix within `fixAgeMsMax`, and so nobody knows. */
  stillMs(nowMonoMs: number, fixAgeMsMax: number): number | null {
    if (this.#anchor === null || nowMonoMs - this.#lastMonoMs > fixAgeMsMax) return null;
    return nowMonoMs - this.#sinceMonoMs;
  }
}
