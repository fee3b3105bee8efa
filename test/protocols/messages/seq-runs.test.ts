import { describe, expect, it } from 'vitest';
import {
  decodeSeqRuns,
  encodeSeqRuns,
  rangesOfSeqs,
} from '../../../protocols/messages/seq-runs.ts';
import { SeededRandom } from '../../gateway/seeded-random.ts';

describe('runs of sequence numbers', () => {
  it('are lengths in turn of what is in and what is not, seven bits a byte', () => {
    const ranges = rangesOfSeqs([10, 12, 13, 14, 400]);
    expect(ranges).toStrictEqual([
      { first: 10, last: 10 },
      { first: 12, last: 14 },
      { first: 400, last: 400 },
    ]);
    // 1 in, 1 out, 3 in, 385 = 3 · 128 + 1 out, 1 in.
    expect([...encodeSeqRuns(ranges)]).toStrictEqual([1, 1, 3, 0x81, 3, 1]);
  });

  it('come back as the numbers they were made of', () => {
    const seed = 71;
    const random = new SeededRandom(seed);
    for (let run = 0; run < 300; run += 1) {
      const reach = 10 ** random.whole(1, 12);
      const seqs = new Set(Array.from({ length: 40 }, () => random.whole(1, reach)));
      const ranges = rangesOfSeqs([...seqs].sort((a, b) => a - b));
      const first = ranges[0]?.first ?? 0;
      const back = decodeSeqRuns(first, encodeSeqRuns(ranges));
      expect(back, `seed ${seed}, run ${run}`).toStrictEqual(ranges);
    }
  });

  it('are refused when they are cut off, end with what is left out, or hold no length', () => {
    for (const bytes of [[], [0x81], [1, 1], [0], [1, 0, 1], [1, 0x80, 0x00, 1]]) {
      expect(decodeSeqRuns(1, Uint8Array.from(bytes)), String(bytes)).toBeNull();
    }
    expect(decodeSeqRuns(1, new Uint8Array(40).fill(0xff))).toBeNull();
    expect(decodeSeqRuns(Number.MAX_SAFE_INTEGER - 1, Uint8Array.of(2))).toBeNull();
  });
});
