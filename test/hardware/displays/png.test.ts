import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { blankBitmap } from '../../../hardware/bitmap.ts';
import { VirtualClock } from '../../../hardware/emulator/virtual-clock.ts';
import { openDisplay } from '../../../hardware/open.ts';
import { greyOf } from '../../../hardware/png-image.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'xinlu-png-'));
});
afterEach(() => rm(folder, { recursive: true }));

function checkered(width: number, height: number) {
  const picture = blankBitmap('mono1', width, height);
  for (let i = 0; i < picture.data.length; i += 1) picture.data[i] = (i * 37) & 0xff;
  return picture;
}

describe('png display', () => {
  it('writes a one-bit PNG with exactly the pixels of the picture, and no half file', async () => {
    const path = join(folder, 'screen.png');
    const clock = new VirtualClock(1_700_000_000_000);
    const display = await openDisplay({ part: 'png-eink-demo', path }, clock.env());
    await display.start();
    const picture = checkered(800, 480);
    const shown = await display.show(picture);
    expect(shown).toMatchObject({ shown: true, mode: 'full', atMs: 1_700_000_000_000 });
    const png = await readFile(path);
    expect(png[24]).toBe(1);
    const raw = await sharp(png).toColourspace('b-w').raw().toBuffer();
    expect(Buffer.compare(raw, greyOf(picture))).toBe(0);
    expect(await readdir(folder)).toEqual(['screen.png']);
    expect(display.glass?.()).toBe(picture);
  });

  it('writes an LCD picture in full colour', async () => {
    const path = join(folder, 'screen.png');
    const display = await openDisplay({ part: 'png-lcd', path }, new VirtualClock(0).env());
    const picture = blankBitmap('rgb24', 1024, 600);
    picture.data.set([200, 10, 90], 3 * 1024);
    expect(await display.show(picture)).toMatchObject({ shown: true });
    expect(await display.show(picture)).toMatchObject({ shown: true });
    const raw = await sharp(path).removeAlpha().raw().toBuffer();
    expect(Buffer.compare(raw, picture.data)).toBe(0);
  });

  it('stands in for e-ink: makes the caller wait, and says how long', async () => {
    const clock = new VirtualClock(0);
    const config = { part: 'png-eink-demo', path: join(folder, 'screen.png') };
    const display = await openDisplay(config, clock.env());
    await display.show(checkered(800, 480));
    expect(display.waitMs()).toBe(15_000);
    const refused = await display.show(checkered(800, 480));
    expect(refused).toEqual({ shown: false, skipped: 'interval', waitMs: 15_000 });
    await clock.advance(15_000);
    expect(display.waitMs()).toBe(0);
    expect(await display.show(checkered(800, 480))).toMatchObject({ mode: 'partial' });
  });

  it('does not touch a panel out of its temperature range, and recovers', async () => {
    const clock = new VirtualClock(0);
    let temperatureC = -12;
    const env = clock.env({ panelTemperatureC: () => temperatureC });
    const config = { part: 'png-eink-demo', path: join(folder, 'screen.png') };
    const display = await openDisplay(config, env);
    expect(await display.show(checkered(800, 480))).toMatchObject({ skipped: 'temperature' });
    await display.off(checkered(800, 480));
    expect(await readdir(folder)).toEqual([]);
    expect(display.health()).toEqual({ ok: false, reason: 'temperature', temperatureC: -12 });
    temperatureC = 12;
    expect(await display.show(checkered(800, 480))).toMatchObject({ shown: true });
    expect(display.health().ok).toBe(true);
  });

  it('reports a fault instead of throwing when the folder is gone, and tries again', async () => {
    const clock = new VirtualClock(0);
    const path = join(folder, 'missing', 'screen.png');
    const display = await openDisplay({ part: 'png-lcd', path }, clock.env());
    const picture = blankBitmap('rgb24', 1024, 600);
    const refused = await display.show(picture);
    expect(refused).toEqual({ shown: false, skipped: 'fault', waitMs: 5000 });
    expect(display.health()).toMatchObject({ ok: false, reason: 'write-failed' });
  });

  it('refuses a picture of another size or format for good', async () => {
    const config = { part: 'png-lcd', path: join(folder, 'screen.png') };
    const display = await openDisplay(config, new VirtualClock(0).env());
    const refused = await display.show(checkered(1024, 600));
    expect(refused).toEqual({ shown: false, skipped: 'fault', waitMs: null });
  });

  it('names the setting that is missing and the part that is unknown', async () => {
    const env = new VirtualClock(0).env();
    await expect(openDisplay({ part: 'png-lcd' }, env)).rejects.toThrow(/missing-setting.*path/);
    await expect(openDisplay({ part: 'toString' }, env)).rejects.toThrow(/unknown-part/);
    await expect(openDisplay({ part: 'fixed' }, env)).rejects.toThrow(/unknown-part/);
  });
});
