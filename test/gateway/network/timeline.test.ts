import { describe, expect, it } from 'vitest';
import { type Activation, activationAt, spansOf } from '../../../gateway/network/timeline.ts';
import { SeededRandom } from '../seeded-random.ts';

function activation(id: number, hash: string, from: number, to: number | null = null): Activation {
  return {
    ...{ id, hash, validFromMs: from, validToMs: to },
    ...{ activatedAtMs: id, activatedBy: 'test', reason: 'test', withdrawnAtMs: null },
  };
}

describe('which network counts', () => {
  const old = activation(1, 'old', 0);
  const works = activation(2, 'works', 100, 200);
  const young = activation(3, 'young', 300);
  const hashAt = (all: readonly Activation[], atMs: number) => activationAt(all, atMs)?.hash;

  it('is the one that began last, and the one before it once that has ended', () => {
    const all = [old, works, young];
    expect([-1, 0, 99, 100, 199, 200, 299, 300].map((atMs) => hashAt(all, atMs))).toEqual([
      ...[undefined, 'old', 'old', 'works', 'works', 'old', 'old', 'young'],
    ]);
  });

  it('is, of two that begin together, the one said last', () => {
    const better = activation(4, 'better', 300);
    expect(hashAt([better, young], 300)).toBe('better');
    expect(hashAt([young, better], 300)).toBe('better');
  });

  it('leaves the future as planned when the present is mended', () => {
    const mended = activation(4, 'mended', 150);
    expect([149, 250, 300].map((atMs) => hashAt([old, young, mended], atMs))).toEqual([
      ...['old', 'mended', 'young'],
    ]);
  });

  it('is looked up in spans as it is asked for by itself, at any moment', () => {
    const seed = 20_261_126;
    const random = new SeededRandom(seed);
    for (let turn = 0; turn < 200; turn += 1) {
      const all = Array.from({ length: random.whole(0, 8) }, (_, index) => {
        const from = random.whole(0, 50);
        const to = random.next() < 0.5 ? null : from + random.whole(1, 30);
        const made = activation(index + 1, `v${random.whole(1, 4)}`, from, to);
        return random.next() < 0.2 ? { ...made, withdrawnAtMs: 1 } : made;
      });
      const standing = all.filter(({ withdrawnAtMs }) => withdrawnAtMs === null);
      const spans = spansOf(all, 10);
      for (let atMs = 10; atMs < 90; atMs += 1) {
        const span = spans.find(({ fromMs }) => fromMs <= atMs);
        const asked = activationAt(standing, atMs)?.hash ?? null;
        expect(span?.hash, `seed ${seed}, turn ${turn}, at ${atMs}`).toBe(asked);
      }
    }
  });
});
