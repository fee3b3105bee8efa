/** A stretch of time, Unix ms: from included, to not. */
export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * The stretches before `untilMs` that no kept one covers, oldest first.
 * @param kept in any order, also overlapping
 */
export function gapsBetween(kept: readonly Stretch[], untilMs: number): Stretch[] {
  const gaps: Stretch[] = [];
  let fromMs = Number.MIN_SAFE_INTEGER;
  for (const stretch of kept.toSorted((a, b) => a.fromMs - b.fromMs)) {
    const toMs = Math.min(stretch.fromMs, untilMs);
    if (toMs > fromMs) gaps.push({ fromMs, toMs });
    fromMs = Math.max(fromMs, stretch.toMs);
  }
  if (untilMs > fromMs) gaps.push({ fromMs, toMs: untilMs });
  return gaps;
}
