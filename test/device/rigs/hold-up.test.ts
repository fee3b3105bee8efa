import { afterEach, describe, expect, it } from 'vitest';
import { layFoundation } from '../../../device/foundation.ts';
import { powerDown } from '../../../device/power-down.ts';
import { Uc8179Emulator } from '../../../hardware/emulator/uc8179-panel.ts';
import { openDisplay } from '../../../hardware/open.ts';
import { readByJsqr } from '../screen/frames.ts';
import { makeWorld } from '../support/world.ts';
import { GlassRig } from './glass-rig.ts';
import { configIn, memoryFolder } from './unit-folder.ts';

const folder = memoryFolder();
afterEach(() => folder.remove());

const holdUpMs = 8_000;

/** A truck whose ignition goes off so long after it began to show codes. */
async function cutAfter(seconds: number) {
  const world = makeWorld('hold-up');
  const { clock } = world;
  const panel = new Uc8179Emulator(clock.env());
  const env = clock.env({ emulators: { epdBuses: { panel } } });
  const config = { part: 'waveshare-7in5-v2', path: 'emulator:panel' };
  const display = await openDisplay(config, env);
  const base = await layFoundation(configIn(folder.path), world.env, () => undefined);
  const rig = await GlassRig.make({ world, display, glass: async () => panel.glass() });
  rig.screen.start();
  await rig.pass(seconds, 0.5);
  const cutMs = clock.nowMonoMs();
  const did: { step: string; afterMs: number; code: string | null; asleep: boolean }[] = [];
  const note = (step: string) => {
    const code = readByJsqr(panel.glass())?.data ?? null;
    did.push({ step, afterMs: clock.nowMonoMs() - cutMs, code, asleep: panel.asleep });
  };
  base.recorder.event('ignition', 'off');
  const done = powerDown({
    env: world.env,
    holdUpMs,
    steps: [
      ['glass', () => rig.screen.stop().then(() => note('glass'))],
      ['line', async () => note('line')],
      ['disk', () => base.lastGood.save().then(() => note('disk'))],
    ],
  });
  let ended = false;
  void done.then(() => {
    ended = true;
  });
  while (!ended) await rig.pass(0.05, 0.05);
  const [event] = await base.outbox.waiting(0, 10);
  await base.store.close();
  return { did, event, panel, lines: world.lines };
}

describe('the ignition goes off', () => {
  it.each([
    ['between two codes', 20, 5_000],
    ['in the middle of the slowest refresh', 1.5, holdUpMs],
  ])(
    '%s: "off" stands before the line ends, within the hold-up time',
    async (_when, seconds, ms) => {
      const { did, event, panel, lines } = await cutAfter(seconds);
      expect(did.map(({ step }) => step)).toEqual(['glass', 'line', 'disk']);
      for (const { code, asleep, afterMs } of did) {
        expect({ code, asleep }).toEqual({ code: null, asleep: true });
        expect(afterMs).toBeLessThan(ms);
      }
      expect(panel.glass().data.some((byte) => byte !== 0)).toBe(true);
      expect(event).toMatchObject({ kind: 'event', values: { name: 'ignition', detail: 'off' } });
      expect([...panel.illegal, ...panel.wear]).toEqual([]);
      expect(lines.map(({ level }) => level)).toEqual(['info']);
    },
  );
});
