/** Measuring a unit's clock on a live session. Scan code, "Verdicts". */

/** Round trips of which the middle one counts. */
export const samplesWanted = 5;
/** A slower round trip says too little. */
export const roundTripMsMax = 2000;
/** A larger difference is a broken clock, not an offset. */
export const offsetSMax = 120;
/** An offset is forgotten this long after the session ended. */
export const offsetKeptMs = 3_600_000;

/** Unit clock − gateway clock in ms, by one round trip; null: it took too long. */
export function offsetOfRoundTrip(
  sentMs: number,
  roundTripMs: number,
  unitMs: number,
): number | null {
  if (roundTripMs < 0 || roundTripMs > roundTripMsMax) return null;
  return unitMs - (sentMs + roundTripMs / 2);
}

/** The offset in whole seconds from the samples of one measurement; null: not enough, or absurd. */
export function offsetOfSamples(samplesMs: readonly number[]): number | null {
  if (samplesMs.length < samplesWanted) return null;
  const middle = [...samplesMs].sort((a, b) => a - b)[Math.floor(samplesMs.length / 2)] ?? 0;
  const seconds = Math.round(middle / 1000);
  return Math.abs(seconds) <= offsetSMax ? seconds : null;
}
