import { describe, expect, it } from 'vitest';
import {
  covers,
  mergeRanges,
  receivedUpTo,
  withoutRanges,
} from '../../../gateway/ingest/ranges.ts';
import { SeededRandom } from '../seeded-random.ts';

describe('ranges of received numbers', () => {
  it('join where they touch and stay apart where something is missing', () => {
    expect(
      mergeRanges([
        { first: 7, last: 9 },
        { first: 1, last: 2 },
        { first: 3, last: 5 },
        { first: 4, last: 4 },
      ]),
    ).toStrictEqual([
      { first: 1, last: 5 },
      { first: 7, last: 9 },
    ]);
  });

  it('say up to where all is there, counted from 1', () => {
    expect(receivedUpTo([])).toBe(0);
    expect(receivedUpTo([{ first: 2, last: 9 }])).toBe(0);
    expect(receivedUpTo([{ first: 1, last: 9 }])).toBe(9);
  });

  it('cover exactly the numbers they were made of, whatever the order', () => {
    const seed = 11;
    const random = new SeededRandom(seed);
    for (let run = 0; run < 300; run += 1) {
      const numbers = new Set(Array.from({ length: 40 }, () => random.whole(1, 60)));
      const merged = mergeRanges([...numbers].map((seq) => ({ first: seq, last: seq })));
      for (let seq = 0; seq <= 61; seq += 1) {
        expect(covers(merged, seq), `seed ${seed}, run ${run}, ${seq}`).toBe(numbers.has(seq));
      }
      for (const [index, range] of merged.entries()) {
        const next = merged[index + 1];
        if (next !== undefined) expect(next.first).toBeGreaterThan(range.last + 1);
      }
    }
  });

  it('lose exactly the numbers that are taken out of them', () => {
    const seed = 12;
    const random = new SeededRandom(seed);
    const some = (count: number) =>
      mergeRanges(
        Array.from({ length: count }, () => {
          const first = random.whole(1, 60);
          return { first, last: first + random.whole(0, 4) };
        }),
      );
    for (let run = 0; run < 300; run += 1) {
      const [ranges, others] = [some(random.whole(0, 12)), some(random.whole(0, 12))];
      const left = withoutRanges(ranges, others);
      for (let seq = 0; seq <= 66; seq += 1) {
        const stays = covers(ranges, seq) && !covers(others, seq);
        expect(covers(left, seq), `seed ${seed}, run ${run}, ${seq}`).toBe(stays);
      }
    }
  });
});
