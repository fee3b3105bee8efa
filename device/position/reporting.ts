import { angleBetweenDeg } from '../../protocols/geo/geo.ts';
import type { PlacedFix } from './position.ts';

/** How often a unit says where it is. wire.md, "MQTT", rates. */
export const reportingLimits = {
  movingPeriodMs: 5_000,
  parkedPeriodMs: 60_000,
  offDutyPeriodMs: 1_800_000,
  /** Turns and stops go at once, but never faster than this. */
  periodMsMin: 1_000,
  /** 5 km/h: below it a vehicle stands. */
  movingMpsMin: 5 / 3.6,
  /** Course from a receiver is noise when slower than this. */
  courseMpsMin: 3,
  turnDegMin: 15,
  /** Timers and epochs are never exact. */
  slackMs: 250,
} as const;

/** Decides which fixes are reported. */
export class ReportingRule {
  #last: PlacedFix | null = null;
  #wasMoving = false;

  /** True when `fix` is to be reported now; it then counts as reported. */
  isDue(fix: PlacedFix, offDuty: boolean): boolean {
    const moving = (fix.speedMps ?? 0) >= reportingLimits.movingMpsMin;
    const last = this.#last;
    const due = last === null || this.#dueAfter(last, fix, moving, offDuty);
    if (due) {
      this.#last = fix;
      this.#wasMoving = moving;
    }
    return due;
  }

  #dueAfter(last: PlacedFix, fix: PlacedFix, moving: boolean, offDuty: boolean): boolean {
    const elapsedMs = fix.monoMs - last.monoMs + reportingLimits.slackMs;
    if (offDuty) return elapsedMs >= reportingLimits.offDutyPeriodMs;
    if (elapsedMs < reportingLimits.periodMsMin) return false;
    if (moving !== this.#wasMoving || this.#turned(last, fix)) return true;
    const { movingPeriodMs, parkedPeriodMs } = reportingLimits;
    return elapsedMs >= (moving ? movingPeriodMs : parkedPeriodMs);
  }

  #turned(last: PlacedFix, fix: PlacedFix): boolean {
    if (last.courseDeg === null || fix.courseDeg === null) return false;
    const slowest = Math.min(last.speedMps ?? 0, fix.speedMps ?? 0);
    return (
      slowest >= reportingLimits.courseMpsMin &&
      angleBetweenDeg(last.courseDeg, fix.courseDeg) >= reportingLimits.turnDegMin
    );
  }
}
