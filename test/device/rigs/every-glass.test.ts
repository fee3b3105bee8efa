import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fastify from 'fastify';
import sharp from 'sharp';
import { afterEach, describe, expect, it } from 'vitest';
import { type Bitmap, blankBitmap } from '../../../hardware/bitmap.ts';
import type { Display } from '../../../hardware/display.ts';
import { FramebufferFolder } from '../../../hardware/emulator/framebuffer.ts';
import { openDisplay } from '../../../hardware/open.ts';
import { makeWorld, type World } from '../support/world.ts';
import { GlassRig } from './glass-rig.ts';

const rotations = process.env.XINLU_LONG === '1' ? 60 : 3;
const rotationS = 20;

const cleanUps: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'xinlu-glass-'));
  cleanUps.push(() => rmSync(folder, { recursive: true }));
  return folder;
}

async function pictureOf(png: Uint8Array, width: number, height: number): Promise<Bitmap> {
  const data = await sharp(png).removeAlpha().raw().toBuffer();
  return { ...blankBitmap('rgb24', width, height), data: new Uint8Array(data) };
}

interface Glass {
  readonly display: Display;
  glass(): Promise<Bitmap | null>;
}

/** A framebuffer as a kernel has it: every depth, and lines longer than their pixels. */
async function framebuffer(world: World, bitsPerPixel: 16 | 24 | 32, pad: number): Promise<Glass> {
  const strideBytes = (1024 * bitsPerPixel) / 8 + pad;
  const layout = { width: 1024, height: 600, bitsPerPixel, strideBytes };
  const files = new FramebufferFolder(newFolder(), layout);
  await files.start();
  const config = { part: 'fb-1024x600', framebuffer: files.settings };
  const display = await openDisplay(config, envOf(world));
  const glass = async () => ((await files.brightness()) === 0 ? null : await files.glass());
  return { display, glass };
}

/** The kiosk's page, by the pictures its browser is sent. */
async function kiosk(world: World): Promise<Glass> {
  const display = await openDisplay({ part: 'web-kiosk' }, envOf(world));
  if (display.pageHandlers === undefined) throw new Error('no page');
  const app = fastify();
  await app.register(display.pageHandlers);
  await app.listen({ host: '127.0.0.1', port: 0 });
  cleanUps.push(() => app.close());
  const { port } = app.server.address() as { port: number };
  const events = await fetch(`http://127.0.0.1:${port}/screen/events`);
  const reader = events.body?.getReader();
  if (reader === undefined) throw new Error('no events');
  cleanUps.push(() => reader.cancel());
  let heard = '';
  void (async () => {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      heard = (heard + Buffer.from(part.value).toString()).slice(-2_000_000);
    }
  })().catch(() => undefined);
  const glass = async () => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    const last = /event: (frame|off)\ndata: ([^\n]*)\n\n(?![\s\S]*event: (?:frame|off)\n)/.exec(
      heard,
    );
    if (last === null || last[1] === 'off') return null;
    const png = Buffer.from((last[2] ?? '').split(',')[1] ?? '', 'base64');
    return await pictureOf(png, 1280, 800);
  };
  return { display, glass };
}

async function file(world: World): Promise<Glass> {
  const path = join(newFolder(), 'screen.png');
  const display = await openDisplay({ part: 'png-lcd', path }, envOf(world));
  const glass = async () => {
    const png = await readFile(path).catch(() => null);
    return png === null ? null : await pictureOf(png, 1024, 600);
  };
  return { display, glass };
}

let celsius = 20;

function envOf(world: World) {
  return world.clock.env({ panelTemperatureC: () => celsius });
}

const glasses: Readonly<Record<string, (world: World) => Promise<Glass>>> = {
  'a framebuffer of 16 bits': (world) => framebuffer(world, 16, 64),
  'a framebuffer of 24 bits': (world) => framebuffer(world, 24, 0),
  'a framebuffer of 32 bits': (world) => framebuffer(world, 32, 128),
  'the page of a kiosk': kiosk,
  'a file': file,
};

async function rigOn(name: string): Promise<{ rig: GlassRig; glass: Glass; world: World }> {
  celsius = 20;
  const world = makeWorld('glass');
  const glass = (await glasses[name]?.(world)) as Glass;
  await glass.display.start();
  cleanUps.push(() => glass.display.stop());
  const rig = await GlassRig.make({ world, ...glass, drawsInRealTime: true });
  rig.screen.start();
  return { rig, glass, world };
}

describe.each(Object.keys(glasses))('%s', (name) => {
  it(`carries ${rotations} codes one after the other, each as it was signed`, async () => {
    const { rig } = await rigOn(name);
    await rig.pass(rotations * rotationS - 1, 1);
    expect(rig.complaints).toEqual([]);
    expect(rig.shown.length).toBe(rotations);
    expect(new Set(rig.shown).size).toBe(rotations);
  }, 120_000);
});

describe.each(['a framebuffer of 32 bits', 'the page of a kiosk'])('%s', (name) => {
  it('carries no expired code, whatever keeps the next one from it', async () => {
    const { rig, glass, world } = await rigOn(name);
    await rig.pass(5, 1);
    expect(rig.screen.code()).not.toBeNull();
    // Out of range at once, as behind a windscreen in the sun: nothing may be drawn any more.
    celsius = 95;
    await rig.pass(40, 1);
    expect(rig.screen.code()).toBeNull();
    expect(await glass.glass()).toBeNull();
    expect(glass.display.health()).toMatchObject({ ok: false, reason: 'temperature' });
    celsius = 20;
    await rig.pass(65, 1);
    expect(rig.screen.code()).not.toBeNull();
    // The gateway sets the clock back: what stands there is of the future.
    rig.setTime(world.env.nowMs() - 600_000);
    rig.screen.changed();
    await rig.pass(3, 1);
    expect(rig.shown.at(-1)).toBeLessThan(world.env.nowMs() / 1000 - 500);
    rig.setTime(world.env.nowMs() + 86_400_000);
    rig.screen.changed();
    await rig.pass(3, 1);
    expect(rig.shown.at(-1)).toBeGreaterThan(world.env.nowMs() / 1000);
    expect(rig.complaints).toEqual([]);
  }, 120_000);
});
