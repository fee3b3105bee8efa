import { describe, expect, it } from 'vitest';
import type { RefreshMode } from '../../../hardware/display.ts';
import { DISPLAY_PROFILES } from '../../../hardware/display-profiles.ts';
import { Uc8179Emulator } from '../../../hardware/emulator/uc8179-panel.ts';
import { openDisplay } from '../../../hardware/open.ts';
import { makeWorld } from '../support/world.ts';
import { GlassRig } from './glass-rig.ts';

const dayS = 86_400;
/** A code every nine minutes: some sixty within the range of the panel. */
const rotationS = 540;
const stepS = 30;
/** At most so much colder from one step to the next. */
const stepC = ((40 * 2 * Math.PI) / dayS) * stepS;
const profile = DISPLAY_PROFILES['waveshare-7in5-v2'];

/** −20 °C at night, +60 °C behind the windscreen in the afternoon. */
function celsiusAt(second: number): number {
  return 20 - 40 * Math.cos((second / dayS) * 2 * Math.PI);
}

/** The afternoon mirrors the morning: one panel may do with that outside of the long run. */
const morningS = process.env.XINLU_LONG === '1' ? dayS : dayS / 2;

describe.each([
  ['since-2023', 'waveshare-7in5-v2', dayS],
  ['before-2023', 'waveshare-7in5-v2-2022', morningS],
] as const)('between -20 and +60 degrees a panel made %s', (batch, part, lastsS) => {
  it('breaks no rule of it and shows no code that is wrong, unreadable or expired', async () => {
    const world = makeWorld('temperature-day');
    const panel = new Uc8179Emulator(world.clock.env(), batch);
    const env = world.clock.env({
      emulators: { epdBuses: { panel } },
      panelTemperatureC: () => panel.temperatureC,
    });
    const display = await openDisplay({ part, path: 'emulator:panel' }, env);
    const rig = await GlassRig.make({
      world,
      display,
      glass: async () => panel.glass(),
      rotationS,
    });
    const faults = { seconds: 0, codesWhileOut: 0 };
    let second = 0;
    panel.temperatureC = celsiusAt(0);
    rig.screen.start();
    await rig.pass(lastsS, stepS, () => {
      second += stepS;
      panel.temperatureC = celsiusAt(second);
      const isOut = panel.temperatureC < 0 || panel.temperatureC > 50;
      if (isOut && rig.screen.code() !== null) faults.codesWhileOut += 1;
      if (display.health().reason === 'temperature') faults.seconds += stepS;
    });
    expect(rig.complaints).toEqual([]);
    expect(faults.codesWhileOut).toBe(0);
    expect(rig.shown.length).toBeGreaterThanOrEqual((60 * lastsS) / dayS);
    expect(faults.seconds).toBeGreaterThan(lastsS / 2);
    expect([...panel.illegal, ...panel.wear]).toEqual([]);
    const modes = new Set<RefreshMode>();
    for (const [index, { mode, atMonoMs, temperatureC }] of panel.refreshes.entries()) {
      modes.add(mode);
      const before = panel.refreshes[index - 1];
      const passedMs = before === undefined ? Number.POSITIVE_INFINITY : atMonoMs - before.atMonoMs;
      expect(passedMs).toBeGreaterThanOrEqual(profile.minIntervalMs[mode]);
      // It may get colder between the decision and the refresh.
      if (mode !== 'full') expect(temperatureC).toBeGreaterThan(10 - 2 * stepC);
    }
    expect(modes.has('partial')).toBe(true);
    process.stdout.write(
      `temperature day, ${batch}: ${rig.shown.length} codes, ${panel.refreshes.length} refreshes, ` +
        `${faults.seconds} s out of temperature\n`,
    );
    await rig.stop();
    expect(panel.asleep).toBe(true);
  }, 300_000);
});
