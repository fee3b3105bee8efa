import { describe, expect, it } from 'vitest';
import { clockLimits, TrustedClock } from '../../../device/clock/trusted-clock.ts';

const builtAtMs = Date.UTC(2025, 0, 1);
const trueMs = Date.UTC(2026, 2, 1, 8);
const dayMs = 86_400_000;

/** A clock under test and the true time around it. */
function rig(lastGoodMs: number | null = null) {
  let monoMs = 5_000;
  const clock = new TrustedClock({ nowMonoMs: () => monoMs, lastGoodMs, builtAtMs });
  const trueNow = () => trueMs + monoMs;
  return {
    clock,
    trueNow,
    pass: (ms: number) => {
      monoMs += ms;
    },
    gnss: (offMs = 0) =>
      clock.offer({ source: 'gnss', unixMs: trueNow() + offMs, monoMs, uncertaintyMs: 500 }),
    gateway: (offMs = 0, uncertaintyMs = 100) =>
      clock.offer({ source: 'gateway', unixMs: trueNow() + offMs, monoMs, uncertaintyMs }),
  };
}
type Rig = ReturnType<typeof rig>;

function gnssFor(unit: Rig, seconds: number, offMs = 0): string[] {
  const verdicts: string[] = [];
  for (let second = 0; second < seconds; second += 1) {
    unit.pass(1_000);
    verdicts.push(unit.gnss(offMs));
  }
  return verdicts;
}

function offMs(unit: Rig): number {
  return (unit.clock.now()?.ms ?? Number.NaN) - unit.trueNow();
}

describe('the trusted clock', () => {
  it('knows no time before anybody told it', () => {
    expect(rig().clock.now()).toBeNull();
  });

  it('starts on three receiver times of one mind, and counts on by itself', () => {
    const unit = rig();
    expect(gnssFor(unit, 3)).toEqual(['confirming', 'confirming', 'accepted']);
    unit.pass(7_500);
    expect(offMs(unit)).toBe(0);
    expect(unit.clock.now()).toMatchObject({ source: 'gnss' });
  });

  it('starts on one signed gateway time', () => {
    const unit = rig();
    expect(unit.gateway()).toBe('accepted');
    expect(unit.clock.now()).toMatchObject({ source: 'gateway', uncertaintyMs: 100 });
  });

  it('does not start on times that differ from one another', () => {
    const unit = rig();
    for (const off of [0, 9_000, 0, 9_000, 0]) {
      unit.pass(1_000);
      expect(unit.gnss(off)).toBe('confirming');
    }
    expect(unit.clock.now()).toBeNull();
  });

  it.each([
    ['1970', Date.UTC(1970, 0, 1)],
    ['a date 1024 weeks back', trueMs - 1024 * 7 * dayMs],
    ['a date after this program can live', builtAtMs + 16 * 365 * dayMs],
    ['no number', Number.NaN],
  ])('takes %s from nobody', (_name, unixMs) => {
    const unit = rig();
    for (const source of ['gnss', 'gateway'] as const) {
      const sample = { source, unixMs, monoMs: 5_000, uncertaintyMs: 100 };
      for (let times = 0; times < 5; times += 1) {
        expect(unit.clock.offer(sample)).toBe('implausible');
      }
    }
    expect(unit.clock.now()).toBeNull();
  });

  it('does not follow the receiver over a jump of more than two minutes, ahead or back', () => {
    for (const jump of [121_000, dayMs, -121_000, -dayMs]) {
      const unit = rig();
      gnssFor(unit, 5);
      expect(new Set(gnssFor(unit, 30, jump))).toEqual(new Set(['needs-second-source']));
      expect(Math.abs(offMs(unit))).toBeLessThan(5);
    }
  });

  it('follows a step of less than two minutes once the receiver insists', () => {
    const unit = rig();
    gnssFor(unit, 5);
    expect(gnssFor(unit, 3, 60_000)).toEqual(['confirming', 'confirming', 'accepted']);
    expect(offMs(unit)).toBe(60_000);
  });

  it('cannot be walked away in many small steps', () => {
    const unit = rig();
    gnssFor(unit, 5);
    for (let step = 1; step <= 20; step += 1) gnssFor(unit, 5, step * 50_000);
    expect(Math.abs(offMs(unit))).toBeLessThanOrEqual(clockLimits.jumpMsMax);
  });

  it('is moved over a large jump by signed gateway time, ahead and back', () => {
    for (const jump of [dayMs, -dayMs]) {
      const unit = rig();
      gnssFor(unit, 5);
      expect(unit.gateway(jump)).toBe('accepted');
      expect(offMs(unit)).toBe(jump);
      expect(gnssFor(unit, 1, jump)).toEqual(['accepted']);
      expect(gnssFor(unit, 3)).toEqual(Array(3).fill('needs-second-source'));
    }
  });

  it('keeps live receiver time beside a gateway that is a little off', () => {
    const unit = rig();
    gnssFor(unit, 5);
    expect(unit.gateway(40_000)).toBe('accepted');
    expect(offMs(unit)).toBe(0);
    expect(unit.clock.now()?.source).toBe('gnss');
  });

  it('takes the gateway’s word again when the receiver has been silent', () => {
    const unit = rig();
    gnssFor(unit, 5);
    unit.pass(3_600_000);
    expect(unit.clock.now()?.source).toBe('holdover');
    unit.gateway(1_200);
    expect(offMs(unit)).toBe(1_200);
    expect(unit.clock.now()?.source).toBe('gateway');
  });

  it('grows uncertain without samples, and is trusted no more after a day', () => {
    const unit = rig();
    gnssFor(unit, 3);
    unit.pass(3_600_000);
    expect(unit.clock.now()?.uncertaintyMs).toBeCloseTo(500 + 360, 5);
    unit.pass(30 * 3_600_000);
    expect(unit.clock.now()).toBeNull();
    expect(gnssFor(unit, 3).at(-1)).toBe('accepted');
  });

  it('after a restart takes no receiver time from before the last trusted one', () => {
    const unit = rig(trueMs);
    expect(new Set(gnssFor(unit, 10, -dayMs))).toEqual(new Set(['needs-second-source']));
    expect(unit.clock.now()).toBeNull();
    expect(unit.gateway(-dayMs)).toBe('accepted');
    expect(offMs(unit)).toBe(-dayMs);
  });

  it('after a restart takes a later time: the unit was off for as long as it was', () => {
    const unit = rig(trueMs - 90 * dayMs);
    expect(gnssFor(unit, 3).at(-1)).toBe('accepted');
  });
});
