import { describe, expect, it } from 'vitest';
import type { RefreshMode } from '../../hardware/display.ts';
import { DISPLAY_PROFILES } from '../../hardware/display-profiles.ts';
import { RefreshPolicy } from '../../hardware/refresh-policy.ts';

const VENDOR = DISPLAY_PROFILES['waveshare-7in5-v2'];
const HOUR_MS = 3_600_000;

function rig(profile: ConstructorParameters<typeof RefreshPolicy>[0]) {
  const time = { monoMs: 5000 };
  return { time, policy: new RefreshPolicy(profile, () => time.monoMs) };
}

/** Refreshes `count` times as soon as allowed after `everyMs`; the modes taken. */
function refresh(target: ReturnType<typeof rig>, count: number, everyMs: number): RefreshMode[] {
  const modes: RefreshMode[] = [];
  for (let i = 0; i < count; i += 1) {
    let decision = target.policy.decide('auto', 20);
    while (!decision.go) {
      target.time.monoMs += decision.waitMs;
      decision = target.policy.decide('auto', 20);
    }
    modes.push(decision.mode);
    target.policy.done(decision.mode);
    target.time.monoMs += everyMs;
  }
  return modes;
}

describe('refresh policy', () => {
  it('takes 1 full, 50 partial and 9 fast refreshes for 60 rotations at 181 s', () => {
    const modes = refresh(rig(VENDOR), 60, 181_000);
    const count = (mode: RefreshMode) => modes.filter((taken) => taken === mode).length;
    expect([count('full'), count('partial'), count('fast')]).toEqual([1, 50, 9]);
  });

  it('never takes more than five partial refreshes in a row', () => {
    const modes = refresh(rig(VENDOR), 100, 15_000).join(' ');
    expect(modes).not.toMatch(/(partial ?){6}/);
    expect(modes).toMatch(/(partial ?){5}/);
  });

  it('says how long to wait when the last refresh was too short ago', () => {
    const { policy, time } = rig(DISPLAY_PROFILES['png-eink-demo']);
    policy.done('full');
    time.monoMs += 4000;
    expect(policy.decide('auto', 20)).toEqual({ go: false, because: 'interval', waitMs: 11_000 });
    expect(policy.waitMs(20)).toBe(11_000);
    time.monoMs += 11_000;
    expect(policy.decide('auto', 20)).toEqual({ go: true, mode: 'partial' });
  });

  it('asks for a full refresh after 24 hours', () => {
    const { policy, time } = rig(VENDOR);
    policy.done('full');
    time.monoMs += 24 * HOUR_MS - 1;
    expect(policy.decide('auto', 20)).toEqual({ go: true, mode: 'partial' });
    time.monoMs += 1;
    expect(policy.decide('auto', 20)).toEqual({ go: true, mode: 'full' });
  });

  it('refuses below 0 and above 50 degrees, and refreshes fully only below 10', () => {
    const { policy, time } = rig(VENDOR);
    policy.done('full');
    time.monoMs += HOUR_MS;
    for (const temperatureC of [-20, -0.1, 50.1, 60]) {
      expect(policy.decide('auto', temperatureC)).toMatchObject({ because: 'temperature' });
      expect(policy.lastAct(temperatureC)).toBeNull();
    }
    expect(policy.decide('partial', 9.9)).toEqual({ go: true, mode: 'full' });
    expect(policy.decide('partial', 10)).toEqual({ go: true, mode: 'partial' });
  });

  it('carries no code near the ends of its range, and again only some way within', () => {
    const { policy } = rig(VENDOR);
    const carried = [20, 2.1, 1.9, 2.5, 2.9, 3.1, 47.9, 48.1, 47.5, 46.9].map((celsius) =>
      policy.carries(celsius),
    );
    expect(carried).toEqual([true, true, false, false, false, true, true, false, false, true]);
    expect(policy.carries(null)).toBe(true);
  });

  it('holds every mode to 180 s under the strict rule of the maker', () => {
    const target = rig(DISPLAY_PROFILES['waveshare-7in5-v2-strict']);
    refresh(target, 1, 0);
    for (const mode of ['partial', 'fast', 'full'] as const) {
      expect(target.policy.decide(mode, 20)).toMatchObject({ go: false, waitMs: 180_000 });
    }
  });

  it('refreshes fully after a fault, when nobody knows what stands on the glass', () => {
    const { policy, time } = rig(VENDOR);
    policy.done('full');
    time.monoMs += HOUR_MS;
    policy.forget();
    expect(policy.decide('auto', 20)).toEqual({ go: true, mode: 'full' });
  });

  it('lets the last act pass without waiting, quickly when warm', () => {
    const { policy } = rig(VENDOR);
    expect(policy.lastAct(20)).toBe('full');
    policy.done('full');
    expect(policy.lastAct(20)).toBe('fast');
    expect(policy.lastAct(5)).toBe('full');
  });

  it('knows only full refreshes on an LCD and never waits', () => {
    const modes = refresh(rig(DISPLAY_PROFILES['png-lcd']), 5, 0);
    expect(modes).toEqual(['full', 'full', 'full', 'full', 'full']);
  });
});
