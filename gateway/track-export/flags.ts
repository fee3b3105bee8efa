import { distanceM } from '../../protocols/geo/geo.ts';
import { jumpKmhMin } from '../../protocols/track/track.ts';
import type { TrackFix } from './track-pages.ts';

/**
 * Why a fix is hard to believe. It is shown with its flags, never taken out.
 * speed: the receiver says faster than any vehicle here.
 * jump: no vehicle can have come here from the last believed fix in that time.
 * time: the clock stood or went back: another place at the same moment, or written after a fix
 * that is said to be later.
 */
export const trackFlags = ['speed', 'jump', 'time'] as const;
export type TrackFlag = (typeof trackFlags)[number];

/** So many jumps in a row that agree with one another: the fix before them was the wrong one. */
const jumpsInRowMax = 3;
/** Two places of one moment this near are one place, metres. */
const samePlaceMMax = 50;

const kmhOfMps = 3.6;

function speedKmh(from: TrackFix, to: TrackFix): number {
  const seconds = (to.happenedAtMs - from.happenedAtMs) / 1000;
  const metres = distanceM(from, to);
  if (seconds <= 0) return metres <= samePlaceMMax ? 0 : Number.POSITIVE_INFINITY;
  return (metres / seconds) * kmhOfMps;
}

/** Judges the fixes of one unit as they follow one another, oldest first. */
export class FlagWatch {
  #believed: TrackFix | null = null;
  /** Jumps since, each reachable from the one before it. */
  #jumped: TrackFix | null = null;
  #jumpsInRow = 0;
  /** Highest sequence number so far of each run of a unit's outbox. */
  readonly #seqs = new Map<number, number>();

  judge(fix: TrackFix): readonly TrackFlag[] {
    const flags: TrackFlag[] = [];
    if ((fix.speedMps ?? 0) * kmhOfMps > jumpKmhMin) flags.push('speed');
    const believed = this.#believed;
    const isJump = believed !== null && speedKmh(believed, fix) > jumpKmhMin;
    if (isJump) flags.push('jump');
    if (this.#isBackInTime(fix) || (isJump && believed.happenedAtMs === fix.happenedAtMs)) {
      flags.push('time');
    }
    this.#follow(fix, isJump);
    return flags;
  }

  #isBackInTime({ epochNo, seq }: TrackFix): boolean {
    const highest = this.#seqs.get(epochNo) ?? -1;
    this.#seqs.set(epochNo, Math.max(highest, seq));
    return seq < highest;
  }

  #follow(fix: TrackFix, isJump: boolean): void {
    if (!isJump) {
      this.#believed = fix;
      this.#jumped = null;
      this.#jumpsInRow = 0;
      return;
    }
    const agrees = this.#jumped !== null && speedKmh(this.#jumped, fix) <= jumpKmhMin;
    this.#jumped = fix;
    this.#jumpsInRow = agrees ? this.#jumpsInRow + 1 : 1;
    if (this.#jumpsInRow < jumpsInRowMax) return;
    this.#believed = fix;
    this.#jumped = null;
    this.#jumpsInRow = 0;
  }
}
