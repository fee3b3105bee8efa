import jsqr from 'jsqr';
import qrcode from 'qrcode';
import { describe, expect, it } from 'vitest';
import { type Bitmap, blankBitmap } from '../../../hardware/bitmap.ts';
import type { RefreshMode } from '../../../hardware/display.ts';
import { DISPLAY_PROFILES } from '../../../hardware/display-profiles.ts';
import { PolicyDisplay } from '../../../hardware/displays/policy-display.ts';
import { Uc8179Emulator } from '../../../hardware/emulator/uc8179-panel.ts';
import { VirtualClock } from '../../../hardware/emulator/virtual-clock.ts';
import { Uc8179Panel } from '../../../hardware/epd/uc8179.ts';
import type { PanelBatch } from '../../../hardware/epd/uc8179-tables.ts';
import { greyOf } from '../../../hardware/png-image.ts';
import { MutantBus, type Mutation } from './mutant-bus.ts';

const PROFILE = DISPLAY_PROFILES['waveshare-7in5-v2'];

function codePicture(text: string): Bitmap {
  const picture = blankBitmap('mono1', 800, 480);
  const { modules } = qrcode.create(text, { errorCorrectionLevel: 'M' });
  const pitch = 10;
  for (let y = 0; y < modules.size * pitch; y += 1) {
    for (let x = 0; x < modules.size * pitch; x += 1) {
      if (modules.data[Math.floor(y / pitch) * modules.size + Math.floor(x / pitch)] === 0)
        continue;
      const at = (y + 30) * picture.strideBytes + ((x + 40) >> 3);
      picture.data[at] = (picture.data[at] ?? 0) | (0x80 >> ((x + 40) & 7));
    }
  }
  return picture;
}

function decoded(glass: Bitmap): string | undefined {
  const grey = greyOf(glass);
  const rgba = new Uint8ClampedArray(grey.length * 4);
  for (const [at, level] of grey.entries()) rgba.set([level, level, level, 255], at * 4);
  return jsqr.default(rgba, glass.width, glass.height)?.data;
}

function textOf(rotation: number): string {
  return `https://XINLU.CN/${String(rotation * 7919 + 1).padStart(100, '0')}`;
}

function rig() {
  const clock = new VirtualClock(0);
  const panel = new Uc8179Emulator(clock.env());
  const env = clock.env({ panelTemperatureC: () => panel.temperatureC });
  const display = new PolicyDisplay(PROFILE, new Uc8179Panel(panel, env, 'since-2023'), env);
  return { clock, panel, display };
}

/** Four pictures in three modes: what a person would find wrong with them. */
async function complaints(batch: PanelBatch, mutation: Mutation): Promise<string[]> {
  const clock = new VirtualClock(0);
  const panel = new Uc8179Emulator(clock.env(), batch);
  const bus = new MutantBus(panel, mutation);
  const driver = new Uc8179Panel(bus, clock.env(), batch);
  const found: string[] = [];
  await driver.start();
  const modes: RefreshMode[] = ['full', 'partial', 'fast', 'partial'];
  for (const [rotation, mode] of modes.entries()) {
    const picture = codePicture(textOf(rotation));
    try {
      await clock.until(driver.draw(picture, mode), 120_000);
      await bus.flush();
    } catch (error) {
      found.push(String(error));
    }
    if (Buffer.compare(panel.glass().data, picture.data) !== 0) found.push('wrong picture');
    const wanted = batch === 'before-2023' && mode === 'fast' ? 'full' : mode;
    if (panel.refreshes.at(-1)?.mode !== wanted) found.push('wrong refresh');
    if (panel.refreshes.length !== rotation + 1) found.push('not one refresh');
    await clock.advance(181_000);
    panel.inspect();
    if (!panel.asleep) found.push('awake between pictures');
  }
  return [...found, ...panel.illegal, ...panel.wear];
}

const none = new Uint8Array(0);
const instead = (code: number, by: readonly [number, Uint8Array] | null) => ({
  rewrite: (sent: number, data: Uint8Array): readonly [number, Uint8Array] | null =>
    sent === code ? by : [sent, data],
});

const MUTANTS: Readonly<Record<string, Mutation>> = {
  'does not reset a sleeping panel': { noReset: true },
  'does not wait while the panel is busy': { ignoresBusy: true },
  'does not switch the booster on': instead(0x04, null),
  'does not switch the booster off': instead(0x02, null),
  'does not send the panel to sleep': instead(0x07, null),
  'sends the sleep command without its key': instead(0x07, [0x07, Uint8Array.of(0x5a)]),
  'does not refresh': instead(0x12, null),
  'does not rewrite the old plane after waking': instead(0x10, null),
  'writes only the old plane': instead(0x13, null),
  'inverts the polarity': instead(0x50, [0x50, Uint8Array.of(0x29, 0x07)]),
  'swaps width and height': instead(0x61, [0x61, Uint8Array.of(0x01, 0xe0, 0x03, 0x20)]),
  'leaves out the resolution': instead(0x61, null),
  'leaves out the supply setting': instead(0x01, null),
  'asks for a waveform that is not there': instead(0xe5, [0xe5, Uint8Array.of(0x11)]),
  'takes the fast waveform for a partial one': instead(0xe5, [0xe5, Uint8Array.of(0x5a)]),
  'sends one byte too few of the picture': {
    rewrite: (code, data) => [code, code === 0x13 ? data.subarray(1) : data],
  },
  'sends one byte too many of the picture': {
    rewrite: (code, data) => [code, code === 0x13 ? Buffer.concat([data, Buffer.alloc(1)]) : data],
  },
  'swaps the planes': {
    rewrite: (code, data) => [code === 0x10 ? 0x13 : code === 0x13 ? 0x10 : code, data],
  },
  'sends a command of another chip': instead(0x60, [0x3c, none]),
};

describe('driver of the UC8179', () => {
  it('puts every picture on the glass of both batches, in every mode, and sleeps after', async () => {
    expect(await complaints('since-2023', {})).toEqual([]);
    expect(await complaints('before-2023', {})).toEqual([]);
  });

  it('of another make is caught, whatever it does wrong', async () => {
    const rows: string[] = [];
    for (const [name, mutation] of Object.entries(MUTANTS)) {
      const [first] = await complaints('since-2023', mutation);
      rows.push(`${first === undefined ? 'MISSED' : 'caught'}  ${name}: ${first ?? 'nothing'}`);
    }
    const caught = rows.filter((row) => row.startsWith('caught')).length;
    process.stdout.write(`UC8179 mutants: ${caught} of ${rows.length}\n${rows.join('\n')}\n`);
    expect(rows.filter((row) => row.startsWith('MISSED'))).toEqual([]);
    expect(caught).toBeGreaterThanOrEqual(10);
  });

  it('shows 60 rotations at 181 s, each decodable, with the booster on for seconds only', async () => {
    const { clock, panel, display } = rig();
    for (let rotation = 0; rotation < 60; rotation += 1) {
      const shown = await clock.until(display.show(codePicture(textOf(rotation))));
      expect(shown).toMatchObject({ shown: true });
      expect(decoded(panel.glass())).toBe(textOf(rotation));
      await clock.advance(181_000);
    }
    const count = (mode: RefreshMode) => panel.refreshes.filter((one) => one.mode === mode).length;
    expect([count('full'), count('partial'), count('fast')]).toEqual([1, 50, 9]);
    expect(panel.boosterOnMs).toBeLessThan(90_000);
    expect([...panel.illegal, ...panel.wear]).toEqual([]);
  });

  it('gives up on a panel that stays busy after 15 s, cuts its power, and recovers', async () => {
    const { clock, panel, display } = rig();
    panel.stuckBusy = true;
    const refused = await clock.until(display.show(codePicture(textOf(1))));
    expect(refused).toEqual({ shown: false, skipped: 'fault', waitMs: 5000 });
    expect(display.health()).toMatchObject({ ok: false, reason: 'busy-timeout' });
    expect(clock.nowMonoMs()).toBeLessThan(16_000);
    expect(panel.asleep).toBe(true);
    panel.stuckBusy = false;
    await clock.advance(5000);
    expect(await clock.until(display.show(codePicture(textOf(2))))).toMatchObject({ mode: 'full' });
    expect(decoded(panel.glass())).toBe(textOf(2));
    expect(display.health().ok).toBe(true);
  });

  it('has the off-frame on the glass within 5 s, right after another picture', async () => {
    const { clock, panel, display } = rig();
    await clock.until(display.show(codePicture(textOf(1))));
    const sinceMs = clock.nowMonoMs();
    const offFrame = blankBitmap('mono1', 800, 480);
    offFrame.data.fill(0xf0);
    await clock.until(display.off(offFrame));
    expect(clock.nowMonoMs() - sinceMs).toBeLessThan(5000);
    expect(Buffer.compare(panel.glass().data, offFrame.data)).toBe(0);
    expect(panel.asleep).toBe(true);
    expect(panel.illegal).toEqual([]);
  });
});
