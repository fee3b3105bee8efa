import { describe, expect, it } from 'vitest';
import {
  offsetKeptMs,
  offsetOfSamples,
  samplesWanted,
} from '../../../gateway/live/clock-offset.ts';
import { ClockWatch } from '../../../gateway/live/clock-watch.ts';
import { VirtualEnv } from '../virtual.ts';

const serial = 'XL-CLOCK-1';

/** Round trips of these lengths with a unit whose clock is ahead by `aheadMs`. */
function measure(watch: ClockWatch, env: VirtualEnv, aheadMs: number, tripsMs: readonly number[]) {
  for (const tripMs of tripsMs) {
    const { echo } = watch.ask(serial);
    env.pass(tripMs / 2);
    const unitMs = env.ms + aheadMs;
    env.pass(tripMs / 2);
    watch.echoed(serial, echo, unitMs);
  }
}

describe('the clock of a unit', () => {
  const quick = Array.from({ length: samplesWanted }, () => 100);

  function watched() {
    const env = new VirtualEnv();
    const watch = new ClockWatch(env);
    watch.opened(serial);
    return { env, watch };
  }

  it('is measured by the middle one of five round trips', () => {
    const { env, watch } = watched();
    measure(watch, env, 45_000, quick.slice(1));
    expect(watch.offsetS(serial)).toBe(0);
    measure(watch, env, 45_000, [100]);
    expect(watch.offsetS(serial)).toBe(45);
    expect(offsetOfSamples([-90_000, 7000, 7000, 7000, 90_000])).toBe(7);
  });

  it('is not judged by round trips over two seconds', () => {
    const { env, watch } = watched();
    measure(watch, env, 45_000, [...quick.slice(1), 2001, 5000]);
    expect(watch.offsetS(serial)).toBe(0);
  });

  it('counts as right when it is over two minutes off: that is no offset', () => {
    const { env, watch } = watched();
    measure(watch, env, 121_000, quick);
    expect(watch.offsetS(serial)).toBe(0);
    measure(watch, env, -120_000, quick);
    expect(watch.offsetS(serial)).toBe(-120);
  });

  it('takes an echo once, and only of its own question', () => {
    const { env, watch } = watched();
    const { echo } = watch.ask(serial);
    expect(watch.echoed(serial, 'another', env.ms)).toBe(false);
    expect(watch.echoed(serial, echo, env.ms)).toBe(true);
    expect(watch.echoed(serial, echo, env.ms)).toBe(false);
    expect(watch.echoed('XL-NOBODY', echo, env.ms)).toBe(false);
  });

  it('is forgotten one hour after the session ended, and lives on over a quick reconnect', () => {
    const { env, watch } = watched();
    measure(watch, env, 45_000, quick);
    watch.closed(serial);
    env.pass(offsetKeptMs);
    expect(watch.offsetS(serial)).toBe(45);
    env.pass(1);
    expect(watch.offsetS(serial)).toBe(0);
    watch.opened(serial);
    measure(watch, env, 30_000, quick);
    watch.closed(serial);
    env.pass(60_000);
    watch.opened(serial);
    expect(watch.offsetS(serial)).toBe(30);
  });
});
