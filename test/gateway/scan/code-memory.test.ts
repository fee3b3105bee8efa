import { describe, expect, it } from 'vitest';
import { CodeMemory } from '../../../gateway/scan/code-memory.ts';

describe('what is known of later codes', () => {
  it('agrees with looking through everything ever noted, in any order', () => {
    const seed = 20260301;
    let state = seed;
    const random = (below: number) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state % below;
    };
    for (let round = 0; round < 200; round += 1) {
      const memory = new CodeMemory();
      const noted: { issuedAt: number; knownAtMs: number }[] = [];
      for (let count = 0; count < 30; count += 1) {
        const code = { issuedAt: random(40), knownAtMs: random(40) };
        noted.push(code);
        memory.noteKnown(7, code.issuedAt, code.knownAtMs);
        const asked = random(41) - 1;
        const later = noted.filter(({ issuedAt }) => issuedAt > asked);
        const expected =
          later.length === 0 ? null : Math.min(...later.map(({ knownAtMs }) => knownAtMs));
        expect([seed, round, memory.laterKnownAtMs(7, asked)]).toEqual([seed, round, expected]);
      }
    }
  });

  it('is each unit’s own', () => {
    const memory = new CodeMemory();
    memory.noteKnown(7, 100, 1);
    expect(memory.laterKnownAtMs(8, 50)).toBeNull();
  });
});

describe('first openings', () => {
  it('are forgotten only when no code can be fresh that long', () => {
    const memory = new CodeMemory();
    const hourMs = 3_600_000;
    memory.claimFirst('a', 0);
    memory.claimFirst('b', 2 * hourMs - 1);
    expect(memory.firstOpenedAtMs('a')).toBe(0);
    memory.claimFirst('c', 2 * hourMs);
    expect(memory.firstOpenedAtMs('a')).toBeNull();
    expect(memory.firstOpenedAtMs('b')).toBe(2 * hourMs - 1);
  });
});
