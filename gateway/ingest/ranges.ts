import type { SeqRange } from '../../protocols/messages/seq-runs.ts';

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

/** What is left of ranges without others; both ascending, with no two touching or in each other. */
export function withoutRanges(
  ranges: readonly SeqRange[],
  others: readonly SeqRange[],
): SeqRange[] {
  const left: SeqRange[] = [];
  let at = 0;
  for (const { first, last } of ranges) {
    let from = first;
    while ((others[at]?.last ?? first) < first) at += 1;
    for (let ahead = at; ahead < others.length; ahead += 1) {
      const other = others[ahead];
      if (other === undefined || other.first > last) break;
      if (other.first > from) left.push({ first: from, last: other.first - 1 });
      from = other.last + 1;
    }
    if (from <= last) left.push({ first: from, last });
  }
  return left;
}

/** Nothing up to here is waited for: the end of the range that begins with 1. */
export function receivedUpTo(ranges: readonly SeqRange[]): number {
  return ranges.find(({ first }) => first === 1)?.last ?? 0;
}
