import { describe, expect, it } from 'vitest';
import { Uc8179Emulator } from '../../../hardware/emulator/uc8179-panel.ts';
import { VirtualClock } from '../../../hardware/emulator/virtual-clock.ts';
import { type Step, UC8179_INIT } from '../../../hardware/epd/uc8179-tables.ts';

const PLANE_BYTES = 48_000;

async function rig() {
  const clock = new VirtualClock(0);
  const panel = new Uc8179Emulator(clock.env());
  const send = async (...[code, ...data]: Step) => {
    panel.dataCommand(0);
    await panel.write(Uint8Array.of(code));
    panel.dataCommand(1);
    const bytes = Uint8Array.from(data);
    for (let at = 0; at < bytes.length; at += 4096) {
      await panel.write(bytes.subarray(at, at + 4096));
    }
    if ([0x04, 0x02, 0x12].includes(code)) await clock.advance(6000);
  };
  const plane = (value: number, bytes = PLANE_BYTES) => new Array<number>(bytes).fill(value);
  panel.reset(0);
  await clock.advance(2);
  panel.reset(1);
  return { clock, panel, send, plane };
}

async function ready(mode: 'full' | 'partial') {
  const target = await rig();
  for (const step of UC8179_INIT['since-2023'][mode]) await target.send(...step);
  return target;
}

describe('emulated UC8179', () => {
  it('drives only pixels that differ between the planes in partial mode', async () => {
    const { panel, send, plane } = await ready('partial');
    await send(0x10, ...plane(0x0f));
    await send(0x13, ...plane(0x33));
    await send(0x12);
    expect(panel.glass().data.every((byte) => byte === (0x33 & (0x0f ^ 0x33)))).toBe(true);
  });

  it('shows both polarities: 50 29 turns the meaning of every bit', async () => {
    const { panel, send, plane } = await ready('full');
    await send(0x50, 0x29, 0x07);
    await send(0x10, ...plane(0));
    await send(0x13, ...plane(0x0f));
    await send(0x12);
    expect(panel.glass().data.every((byte) => byte === 0xf0)).toBe(true);
  });

  it('copies NEW to OLD after a refresh when told so', async () => {
    const { panel, send, plane } = await ready('partial');
    await send(0x50, 0x18, 0x07);
    await send(0x10, ...plane(0));
    await send(0x13, ...plane(0xff));
    await send(0x12);
    await send(0x13, ...plane(0xf0));
    await send(0x12);
    expect(panel.glass().data.every((byte) => byte === 0xf0)).toBe(true);
  });

  it('writes and drives a window alone', async () => {
    const { panel, send, plane } = await ready('partial');
    await send(0x91);
    await send(0x90, 0, 8, 0, 23, 0, 2, 0, 3, 1);
    await send(0x10, ...plane(0, 4));
    await send(0x13, ...plane(0xff, 4));
    await send(0x12);
    await send(0x92);
    const black = [...panel.glass().data.entries()].filter(([, byte]) => byte !== 0);
    expect(black.map(([at]) => at)).toEqual([201, 202, 301, 302]);
  });

  it('refuses a window off the byte boundaries or off the screen', async () => {
    for (const window of [
      [0, 4, 0, 23],
      [0, 8, 0, 22],
      [0, 16, 0, 15],
      [0, 0, 3, 39],
    ]) {
      const { send } = await ready('partial');
      await send(0x91);
      const [a = 0, b = 0, c = 0, d = 0] = window;
      await expect(send(0x90, a, b, c, d, 0, 0, 0, 1, 1)).rejects.toThrow(/window/);
    }
  });

  it('refuses bytes while busy, in reset, in deep sleep, and before any command', async () => {
    const { clock, panel, send } = await ready('full');
    panel.dataCommand(0);
    await panel.write(Uint8Array.of(0x02));
    await expect(panel.write(Uint8Array.of(0x00))).rejects.toThrow(/while busy/);
    await clock.advance(100);
    await send(0x07, 0xa5);
    await expect(send(0x00, 0x1f)).rejects.toThrow(/deep sleep/);
    panel.reset(0);
    await clock.advance(1);
    await expect(panel.write(Uint8Array.of(0x00))).rejects.toThrow(/in reset/);
    panel.reset(1);
    panel.dataCommand(1);
    await expect(panel.write(Uint8Array.of(0x00))).rejects.toThrow(/without a command/);
    panel.dataCommand(0);
    await expect(panel.write(new Uint8Array(4097))).rejects.toThrow(/one message/);
  });

  it('says BUSY only a moment after the command', async () => {
    const { clock, panel } = await ready('full');
    panel.dataCommand(0);
    await panel.write(Uint8Array.of(0x02));
    expect(panel.busyLevel()).toBe(1);
    await clock.advance(1);
    expect(panel.busyLevel()).toBe(0);
    await clock.advance(40);
    expect(panel.busyLevel()).toBe(1);
  });

  it('notes what wears a panel: cold refreshes and standing under power', async () => {
    const { clock, panel, send, plane } = await ready('full');
    panel.temperatureC = -5;
    await send(0x13, ...plane(0));
    await send(0x12);
    await clock.advance(120_000);
    panel.inspect();
    expect(panel.wear).toEqual(['refresh at -5 C', 'left under power']);
  });
});
