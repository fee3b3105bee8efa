/** Sequence numbers `first` to `last`, both counted. */
export interface SeqRange {
  readonly first: number;
  readonly last: number;
}

/** True when the number lies in one of the ranges. */
export function covers(ranges: readonly SeqRange[], seq: number): boolean {
  return ranges.some(({ first, last }) => first <= seq && seq <= last);
}

/** Ranges that say the same with no two touching, in order. */
export function mergeRanges(ranges: readonly SeqRange[]): SeqRange[] {
  const merged: SeqRange[] = [];
  for (const range of [...ranges].sort((a, b) => a.first - b.first)) {
    const previous = merged.at(-1);
    if (previous === undefined || range.first > previous.last + 1) merged.push(range);
    else merged[merged.length - 1] = { ...previous, last: Math.max(previous.last, range.last) };
  }
  return merged;
}

/** Everything up to here was received: the end of the range that begins with 1. */
export function receivedUpTo(ranges: readonly SeqRange[]): number {
  return ranges.find(({ first }) => first === 1)?.last ?? 0;
}
