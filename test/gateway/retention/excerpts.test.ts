import { describe, expect, it } from 'vitest';
import { gapsBetween } from '../../../gateway/retention/excerpts.ts';

const begin = Number.MIN_SAFE_INTEGER;
const stretch = (fromMs: number, toMs: number) => ({ fromMs, toMs });

describe('what of a track goes', () => {
  it('is everything before the limit when nothing is kept', () => {
    expect(gapsBetween([], 100)).toEqual([stretch(begin, 100)]);
  });

  it('is what lies between the kept stretches, in any order, touching or overlapping', () => {
    const kept = [stretch(50, 60), stretch(10, 20), stretch(15, 30), stretch(30, 35)];
    expect(gapsBetween(kept, 100)).toEqual([stretch(begin, 10), stretch(35, 50), stretch(60, 100)]);
  });

  it('ends at the limit, also inside or before a kept stretch', () => {
    expect(gapsBetween([stretch(90, 120)], 100)).toEqual([stretch(begin, 90)]);
    expect(gapsBetween([stretch(150, 160)], 100)).toEqual([stretch(begin, 100)]);
    expect(gapsBetween([stretch(begin, 200)], 100)).toEqual([]);
  });
});
