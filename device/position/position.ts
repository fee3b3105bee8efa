import type { GnssState, ReceivedFix } from '../../hardware/gnss.ts';

/** Fixes kept to pick from: a code's second lies a little behind the newest. */
const fixesKeptMax = 16;

/** A receiver's time within this of the unit's clock dates its fix; else the arrival does. */
const datingMsMax = 2_000;

/** A valid fix, dated. */
export interface PlacedFix {
  readonly lat: number;
  readonly lon: number;
  readonly altM: number | null;
  readonly speedMps: number | null;
  readonly courseDeg: number | null;
  readonly satsUsed: number | null;
  readonly hdop: number | null;
  readonly quality: 2 | 3;
  /** When it came in, on the monotonic clock. */
  readonly monoMs: number;
  /** When the antenna was there, Unix ms; null while there is no trusted time. */
  readonly unixMs: number | null;
}

export interface AgedPosition {
  readonly lat: number;
  readonly lon: number;
  /** Seconds, never negative. */
  readonly ageS: number;
}

/** What the screen and `/state.json` say of the receiver. */
export type GnssWord = 'fix' | 'no-fix' | 'silent';

export function gnssWord(state: GnssState): GnssWord {
  return state === 'fix' || state === 'no-fix' ? state : 'silent';
}

/**
 * A valid fix with a position, as this unit keeps it; null for every other.
 * @param clockMs the unit's trusted time at its arrival, Unix ms; null: none
 */
export function placeFix(received: ReceivedFix, clockMs: number | null): PlacedFix | null {
  const { fix, receivedMonoMs } = received;
  if (!fix.valid || fix.lat === null || fix.lon === null || fix.fix === 'none') return null;
  const { timeMs } = fix;
  const dated = timeMs !== null && clockMs !== null && Math.abs(clockMs - timeMs) <= datingMsMax;
  return {
    lat: fix.lat,
    lon: fix.lon,
    altM: fix.altM,
    speedMps: fix.speedMps,
    courseDeg: fix.courseDeg,
    satsUsed: fix.satsUsed,
    hdop: fix.hdop,
    quality: fix.fix === '3d' ? 3 : 2,
    monoMs: receivedMonoMs,
    unixMs: dated ? timeMs : clockMs,
  };
}

/** Where the unit was, lately. */
export class PositionTracker {
  /** Oldest first. */
  #fixes: PlacedFix[] = [];

  add(fix: PlacedFix): void {
    this.#fixes.push(fix);
    if (this.#fixes.length > fixesKeptMax) this.#fixes.shift();
  }

  last(): PlacedFix | null {
    return this.#fixes.at(-1) ?? null;
  }

  /**
   * The newest fix not later than a moment, with its age then; null before the first. A fix from
   * before there was a trusted time is dated by the monotonic clock.
   */
  at(unixMs: number, monoMs: number): AgedPosition | null {
    const ageMs = (fix: PlacedFix) =>
      fix.unixMs === null ? monoMs - fix.monoMs : unixMs - fix.unixMs;
    const fix = this.#fixes.findLast((candidate) => ageMs(candidate) >= 0) ?? this.#fixes[0];
    if (fix === undefined) return null;
    return { lat: fix.lat, lon: fix.lon, ageS: Math.max(0, ageMs(fix)) / 1000 };
  }
}
