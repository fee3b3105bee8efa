import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { blankBitmap } from '../../../hardware/bitmap.ts';
import type { Display } from '../../../hardware/display.ts';
import { FramebufferFolder } from '../../../hardware/emulator/framebuffer.ts';
import { VirtualClock } from '../../../hardware/emulator/virtual-clock.ts';
import { openDisplay } from '../../../hardware/open.ts';

let folder = '';
const opened: Display[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'xinlu-fb-'));
});
afterEach(async () => {
  for (const display of opened.splice(0)) await display.stop();
  await rm(folder, { recursive: true });
});

async function rig(bitsPerPixel: 16 | 24 | 32, padBytes: number, width = 1024, height = 600) {
  const strideBytes = (width * bitsPerPixel) / 8 + padBytes;
  const screen = new FramebufferFolder(folder, { width, height, bitsPerPixel, strideBytes });
  await screen.start();
  const config = { part: 'fb-1024x600', framebuffer: screen.settings };
  const display = await openDisplay(config, new VirtualClock(0).env());
  opened.push(display);
  return { screen, display };
}

/** Every value is one that 16 bits keep. */
function picture() {
  const made = blankBitmap('rgb24', 1024, 600);
  for (let at = 0; at < made.data.length; at += 1) made.data[at] = (at * 7919) % 11 < 5 ? 0 : 255;
  return made;
}

describe('framebuffer display', () => {
  for (const bits of [16, 24, 32] as const) {
    for (const padBytes of [0, 64]) {
      it(`shows a picture at ${bits} bits a pixel with ${padBytes} bytes behind a line`, async () => {
        const { screen, display } = await rig(bits, padBytes);
        await display.start();
        expect(await display.show(picture())).toMatchObject({ shown: true, mode: 'full' });
        expect(Buffer.compare((await screen.glass()).data, picture().data)).toBe(0);
        expect(await screen.consoleBound()).toBe(false);
      });
    }
  }

  it('dims with the light, never to black, and goes dark when switched off', async () => {
    const { screen, display } = await rig(32, 0);
    await display.show(picture());
    await display.light(0.5);
    expect(await screen.brightness()).toBeCloseTo(0.5, 2);
    await display.light(0);
    expect(await screen.brightness()).toBeGreaterThan(0);
    await display.off();
    expect(await screen.brightness()).toBe(0);
    expect((await screen.glass()).data.every((byte) => byte === 0)).toBe(true);
    await display.show(picture());
    expect(await screen.brightness()).toBeGreaterThan(0);
  });

  it('leaves a larger screen black around the picture, and refuses a smaller one', async () => {
    const larger = await rig(32, 0, 1280, 800);
    expect(await larger.display.show(picture())).toMatchObject({ shown: true });
    const glass = await larger.screen.glass();
    expect([...glass.data.subarray(1024 * 3, 1280 * 3)].every((byte) => byte === 0)).toBe(true);
    const smaller = await rig(32, 0, 800, 480);
    expect(await smaller.display.show(picture())).toMatchObject({ skipped: 'fault' });
    expect(smaller.display.health().reason).toBe('not-here');
  });

  it('says so when there is no framebuffer', async () => {
    const framebuffer = { device: join(folder, 'none'), sysfs: join(folder, 'none') };
    const display = await openDisplay(
      { part: 'fb-1024x600', framebuffer },
      new VirtualClock(0).env(),
    );
    await display.start();
    expect(display.health()).toMatchObject({ ok: false, reason: 'not-here' });
  });
});
