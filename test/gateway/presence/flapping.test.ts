import { describe, expect, it } from 'vitest';
import { presenceLimits } from '../../../gateway/presence/limits.ts';
import { runTrace } from './fleet-trace.ts';

const seed = Number(process.env.XINLU_SEED ?? 20_261_123);
/** A whole day of 1,050 units is 18 million looks. */
const dayMsMax = 600_000;

describe(`a fleet whose lines flap (seed ${seed})`, () => {
  it('is told of each outage once and within two heartbeats, and of nothing else, for a day', {
    timeout: dayMsMax,
  }, () => {
    const result = runTrace({ seed, units: 1050, hours: 24, limits: presenceLimits });
    expect(result.problems.slice(0, 20), `seed ${seed}`).toStrictEqual([]);
    expect(result.alerts).toBe(result.outages);
    expect(result.outages).toBeGreaterThan(3000);
    expect(result.losses).toBeGreaterThan(3 * result.outages);
    expect(result.lateRecords).toBeGreaterThan(50_000);
    expect(result.slowestS).toBeLessThanOrEqual(120);
  });

  it.each([
    ['an outage ends with the first good moment', { stableMs: 0 }, 'a second alert'],
    ['silence is noticed after three heartbeats', { silentAfterMs: 180_000 }, 'told after'],
  ])('would not be, were it so that %s', (_name, change, problem) => {
    const limits = { ...presenceLimits, ...change };
    const { problems } = runTrace({ seed, units: 60, hours: 12, limits });
    expect(problems.join('\n')).toContain(problem);
  });
});
