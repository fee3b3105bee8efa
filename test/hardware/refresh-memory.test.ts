import { describe, expect, it } from 'vitest';
import { blankBitmap } from '../../hardware/bitmap.ts';
import { DISPLAY_PROFILES } from '../../hardware/display-profiles.ts';
import { PolicyDisplay } from '../../hardware/displays/policy-display.ts';
import { VirtualClock } from '../../hardware/emulator/virtual-clock.ts';
import type { RefreshHistory } from '../../hardware/refresh-memory.ts';

const profile = DISPLAY_PROFILES['waveshare-7in5-v2'];
const picture = blankBitmap('mono1', profile.width, profile.height);

/** One panel, and agents that are begun again and again before it. */
function rig() {
  const clock = new VirtualClock(0);
  const refreshes: { mode: string; atMs: number }[] = [];
  let kept: { readonly history: RefreshHistory; readonly atMs: number } | null = null;
  let cutOff = false;
  const refreshMemory = {
    recall() {
      if (kept === null) return null;
      const sinceMs = clock.nowMonoMs() - kept.atMs;
      const { lastAgoMs, lastFullAgoMs, partials } = kept.history;
      const lastFull = lastFullAgoMs === null ? null : lastFullAgoMs + sinceMs;
      return { lastAgoMs: lastAgoMs + sinceMs, lastFullAgoMs: lastFull, partials };
    },
    keep: async (history: RefreshHistory) => {
      if (!cutOff) kept = { history, atMs: clock.nowMonoMs() };
    },
  };
  const driver = {
    start: async () => undefined,
    draw: async (_picture: unknown, mode: string) => {
      refreshes.push({ mode, atMs: clock.nowMonoMs() });
      if (power.failsInDraw) cutOff = true;
    },
    light: async () => undefined,
    powerOff: async () => undefined,
    stop: async () => undefined,
  };
  const power = { failsInDraw: false };
  const begin = () => {
    cutOff = false;
    return new PolicyDisplay(profile, driver, clock.env({ refreshMemory }));
  };
  return { clock, refreshes, begin, power };
}

describe('a panel before an agent that is begun again and again', () => {
  it.each([false, true])('keeps its intervals (killed while it draws: %s)', async (killed) => {
    const { clock, refreshes, begin, power } = rig();
    power.failsInDraw = killed;
    for (let start = 0; start < 200; start += 1) {
      await begin().show(picture);
      await clock.advance(3_000);
    }
    expect(refreshes.length).toBeGreaterThan(2);
    for (const [index, { mode, atMs }] of refreshes.entries()) {
      const before = refreshes[index - 1];
      if (before === undefined) continue;
      const leastMs = profile.minIntervalMs[mode as keyof typeof profile.minIntervalMs];
      expect(atMs - before.atMs, mode).toBeGreaterThanOrEqual(leastMs);
    }
  });

  it('is never refreshed in part by a controller that lost the picture', async () => {
    const { clock, refreshes, begin } = rig();
    for (let start = 0; start < 5; start += 1) {
      const display = begin();
      await clock.advance(200_000);
      await display.show(picture);
      await clock.advance(20_000);
      await display.show(picture);
    }
    const modes = refreshes.map(({ mode }) => mode);
    expect(modes.slice(0, 6)).toEqual(['full', 'partial', 'fast', 'partial', 'fast', 'partial']);
  });

  it('gets its daily full refresh however often the agent is begun', async () => {
    const { clock, refreshes, begin } = rig();
    for (let start = 0; start < 30; start += 1) {
      await begin().show(picture);
      await clock.advance(3_600_000);
    }
    const full = refreshes.filter(({ mode }) => mode === 'full').map(({ atMs }) => atMs);
    expect(full).toEqual([0, 24 * 3_600_000]);
  });
});
