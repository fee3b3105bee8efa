import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { type FileHandle, mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { systemTimers } from '../../../hardware/environment.ts';
import { openControlPanel } from '../../../hardware/open.ts';
import { InputEvents } from '../../../hardware/panel/input-events.ts';

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const act of cleanUp.splice(0).reverse()) await act();
});

async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let waitedMs = 0; !(await holds()); waitedMs += 5) {
    if (waitedMs > 10_000) throw new Error(`waited in vain: ${what}`);
    await sleep(5);
  }
}

function record(type: number, code: number, value: number): Buffer {
  const bytes = Buffer.alloc(24, 0x77);
  bytes.writeUInt16LE(type, 16);
  bytes.writeUInt16LE(code, 18);
  bytes.writeInt32LE(value, 20);
  return bytes;
}

async function rig() {
  const folder = await mkdtemp(join(tmpdir(), 'xinlu-evdev-'));
  cleanUp.push(() => rm(folder, { recursive: true, force: true }));
  const input = join(folder, 'event0');
  execFileSync('mkfifo', [input]);
  const leds = { status: join(folder, 'status'), buzzer: join(folder, 'buzzer') };
  for (const lamp of Object.values(leds)) {
    mkdirSync(lamp);
    writeFileSync(join(lamp, 'brightness'), '0');
    writeFileSync(join(lamp, 'trigger'), 'none');
  }
  const env = { nowMonoMs: () => 0, nowMs: () => 0, timers: systemTimers };
  const panel = await openControlPanel({ part: 'gpio-keys', evdev: { input, leds } }, env);
  if (panel === null) throw new Error('no panel');
  cleanUp.push(() => panel.stop());
  const events: string[] = [];
  for (const name of ['button', 'ignition', 'tamper', 'link'] as const) {
    panel.on(name, (value: string | boolean) => events.push(`${name} ${value}`));
  }
  await panel.start();
  const device: FileHandle = await open(input, 'w');
  await until('link', () => panel.linked);
  return { panel, events, device, leds };
}

describe('control panel on input events', () => {
  it('tells presses, ignition and cover, and nothing of repeats and other events', async () => {
    const { events, device } = await rig();
    const records = [
      record(1, 59, 1),
      record(0, 0, 0),
      record(1, 59, 2),
      record(1, 59, 0),
      record(1, 88, 1),
      record(1, 87, 0),
      record(4, 64, 1),
      record(1, 200, 1),
      record(1, 64, 1),
      record(1, 88, 0),
    ];
    const bytes = Buffer.concat(records);
    await device.write(bytes.subarray(0, 31));
    await sleep(20);
    await device.write(bytes.subarray(31));
    await until('the last', () => events.includes('ignition false'));
    const told = ['on-duty', 'ignition true', 'tamper true', 'help', 'ignition false'];
    expect(events.slice(1).map((event) => event.replace('button ', ''))).toEqual(told);
    await device.close();
  });

  it('reads again when the device comes back', async () => {
    const { panel, events, device } = await rig();
    await device.close();
    await until('gone', () => events.includes('link false'));
    await until('back', () => panel.linked);
    expect(events).toEqual(['link true', 'link false', 'link true']);
  });

  it('lights its lamps by the files of the kernel', async () => {
    const { panel, device, leds } = await rig();
    const brightness = (lamp: string) => readFile(join(lamp, 'brightness'), 'utf8');
    panel.led('status', 'on');
    await until('on', async () => (await brightness(leds.status)) === '255');
    panel.led('status', 'off');
    await until('off', async () => (await brightness(leds.status)) === '0');
    panel.led('status', 'blink');
    const trigger = () => readFile(join(leds.status, 'trigger'), 'utf8');
    await until('blink', async () => (await trigger()) === 'timer');
    panel.led('fault', 'on');
    panel.beep(1);
    await until('beep', async () => (await brightness(leds.buzzer)) === '255');
    await until('quiet', async () => (await brightness(leds.buzzer)) === '0');
    await device.close();
  });
});

describe('input events', () => {
  it('are the same in any chunking', () => {
    const bytes = Buffer.concat([record(1, 59, 1), record(1, 60, 0), record(1, 61, -1)]);
    const whole = new InputEvents().push(bytes);
    expect(whole).toHaveLength(3);
    for (let size = 1; size < 50; size += 1) {
      const events = new InputEvents();
      const cut = [];
      for (let at = 0; at < bytes.length; at += size) {
        cut.push(...events.push(bytes.subarray(at, at + size)));
      }
      expect(cut).toEqual(whole);
    }
  });
});
