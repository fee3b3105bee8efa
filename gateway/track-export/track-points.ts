import type { Place } from '../../protocols/http/link-parts.ts';
import type { StoredFix } from '../parts.ts';
import { FlagWatch, type TrackFlag } from './flags.ts';
import type { TrackFix } from './track-pages.ts';

/** A fix as it is exported. */
export interface TrackPoint extends TrackFix {
  readonly flags: readonly TrackFlag[];
  /** Judged together with the fixes around it; null off the network. */
  readonly place: Place | null;
}

export type MatchTrack = (fixes: readonly StoredFix[]) => readonly (Place | null)[];

/** Fixes that are judged together: those told, and those around them that speak for a road. */
export const matchWindow = { fixes: 500, around: 60 } as const;

interface Flagged {
  readonly fix: TrackFix;
  readonly flags: readonly TrackFlag[];
}

/**
 * Flags and places of fixes, oldest first. Memory is that of one window, however long the track.
 * What is flagged has no say in where the road goes, and no place on it.
 */
export async function* trackPoints(
  fixes: AsyncIterable<TrackFix>,
  match: MatchTrack,
): AsyncGenerator<TrackPoint> {
  const watch = new FlagWatch();
  let told: readonly Flagged[] = [];
  let waiting: Flagged[] = [];
  for await (const fix of fixes) {
    waiting.push({ fix, flags: watch.judge(fix) });
    if (waiting.length < matchWindow.fixes + matchWindow.around) continue;
    const now = waiting.slice(0, matchWindow.fixes);
    yield* placed(told, now, waiting.slice(matchWindow.fixes), match);
    told = now.slice(-matchWindow.around);
    waiting = waiting.slice(matchWindow.fixes);
  }
  yield* placed(told, waiting, [], match);
}

function placed(
  before: readonly Flagged[],
  now: readonly Flagged[],
  after: readonly Flagged[],
  match: MatchTrack,
): TrackPoint[] {
  const believed = [...before, ...now, ...after].filter(({ flags }) => flags.length === 0);
  const places = match(believed.map(({ fix }) => fix));
  const placeOf = new Map(believed.map(({ fix }, index) => [fix, places[index] ?? null]));
  return now.map(({ fix, flags }) => ({ ...fix, flags, place: placeOf.get(fix) ?? null }));
}
