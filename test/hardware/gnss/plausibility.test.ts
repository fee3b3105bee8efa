import { describe, expect, it } from 'vitest';
import { Plausibility } from '../../../hardware/gnss/plausibility.ts';
import type { ReceivedFix } from '../../../hardware/gnss.ts';

const START_MS = Date.UTC(2026, 2, 5);

function received(atS: number, change: Partial<ReceivedFix['fix']> = {}): ReceivedFix {
  const fix = {
    timeMs: START_MS + atS * 1000,
    lat: 38,
    lon: 114.5,
    altM: 80,
    speedMps: 20,
    courseDeg: 90,
    fix: '3d',
    satsUsed: 9,
    hdop: 0.9,
    valid: true,
    reason: null,
    ...change,
  } as const;
  return { fix, receivedMonoMs: 5000 + atS * 1000 };
}

describe('plausibility of fixes', () => {
  it('flags nothing on a drive at 25 m/s, nor after a tunnel of two minutes', () => {
    const plausibility = new Plausibility();
    for (let second = 0; second < 60; second += 1) {
      const lon = 114.5 + (second * 25) / 87_740;
      expect(plausibility.check(received(second, { lon }))).toEqual([]);
    }
    const lon = 114.5 + (180 * 25) / 87_740;
    expect(plausibility.check(received(180, { lon }))).toEqual([]);
  });

  it('flags speed, jump, time and a poor geometry, each by itself', () => {
    for (const [flag, change] of [
      ['speed', { speedMps: 71 }],
      ['hdop', { hdop: 5.1 }],
      ['jump', { lat: 38.01 }],
      ['time', { timeMs: START_MS + 7000 }],
    ] as const) {
      const plausibility = new Plausibility();
      expect(plausibility.check(received(0))).toEqual([]);
      expect(plausibility.check(received(1, change))).toEqual([flag]);
    }
  });

  it('takes nothing unsaid for a fault, and nothing from a fix that is not valid', () => {
    const plausibility = new Plausibility();
    plausibility.check(received(0));
    const silent = { speedMps: null, hdop: null, timeMs: null };
    expect(plausibility.check(received(1, silent))).toEqual([]);
    const refused = { valid: false, lat: null, lon: null, reason: 'rmc-void' } as const;
    expect(plausibility.check(received(2, refused))).toEqual([]);
    expect(plausibility.check(received(3))).toEqual([]);
  });
});
