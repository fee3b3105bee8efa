import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { FirmataBoard } from '../../../hardware/emulator/firmata-board.ts';
import { systemTimers } from '../../../hardware/environment.ts';
import { FirmataPanel } from '../../../hardware/panel/firmata-panel.ts';
import { PANEL_WIRING, thermistorReading } from '../../../hardware/panel/wiring.ts';

const WAIT_MS_MAX = 10_000;
const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const act of cleanUp.splice(0)) await act();
});

async function until(what: string, holds: () => boolean): Promise<void> {
  for (let waitedMs = 0; !holds(); waitedMs += 5) {
    if (waitedMs > WAIT_MS_MAX) throw new Error(`waited in vain: ${what}`);
    await sleep(5);
  }
}

async function rig() {
  const board = new FirmataBoard(systemTimers);
  const { ignition, tamper } = PANEL_WIRING;
  board.setLevel(ignition, 0);
  board.setLevel(tamper, 0);
  const panel = new FirmataPanel(board.port, PANEL_WIRING, systemTimers);
  const events: string[] = [];
  const readings: Record<string, number> = {};
  for (const name of ['button', 'ignition', 'tamper', 'link'] as const) {
    panel.on(name, (value: string | boolean) => events.push(`${name} ${value}`));
  }
  for (const name of ['light', 'temperature'] as const) {
    panel.on(name, (value: number) => {
      readings[name] = value;
    });
  }
  cleanUp.push(
    () => panel.stop(),
    () => board.stop(),
  );
  board.start();
  await panel.start();
  await until('the panel', () => events.includes('tamper false'));
  return { board, panel, events, readings };
}

describe('control panel on Firmata', () => {
  it('tells ignition and cover at the beginning, and each button once a press', async () => {
    const { board, events } = await rig();
    expect(events.toSorted()).toEqual(['ignition true', 'link true', 'tamper false']);
    events.length = 0;
    for (const [name, pin] of Object.entries(PANEL_WIRING.buttons)) {
      board.setLevel(pin, 0);
      await until(name, () => events.includes(`button ${name}`));
      board.setLevel(pin, null);
      await sleep(30);
    }
    const pressed = Object.keys(PANEL_WIRING.buttons).map((name) => `button ${name}`);
    expect(events).toEqual(pressed);
    board.setLevel(PANEL_WIRING.ignition, null);
    await until('ignition off', () => events.includes('ignition false'));
    board.setLevel(PANEL_WIRING.tamper, null);
    await until('cover open', () => events.includes('tamper true'));
    expect(board.illegal).toEqual([]);
  });

  it('lights, dims, blinks and beeps', async () => {
    const { board, panel } = await rig();
    const { leds, buzzer } = PANEL_WIRING;
    panel.led('status', 'on');
    panel.led('front-light', 'on', 0.5);
    await until('front light', () => board.output(leds['front-light']) === 128);
    await until('status', () => board.output(leds.status) === 255);
    panel.led('fault', 'blink');
    await until('blink on', () => board.output(leds.fault) === 255);
    await until('blink off', () => board.output(leds.fault) === 0);
    panel.led('fault', 'off');
    panel.beep(2);
    for (const level of [255, 0, 255, 0]) {
      await until(`buzzer ${level}`, () => board.output(buzzer) === level);
    }
    await sleep(300);
    expect(board.output(buzzer)).toBe(0);
    expect(board.illegal).toEqual([]);
  });

  it('reads daylight and the temperature at the panel', async () => {
    const { board, readings } = await rig();
    board.setReading(0, 256);
    board.setReading(1, thermistorReading(-12.5));
    await until('light', () => Math.abs((readings.light ?? 1) - 0.25) < 0.01);
    await until('cold', () => Math.abs((readings.temperature ?? 99) + 12.5) < 0.3);
  });

  it('tells a board that was unplugged everything again, with the same board object', async () => {
    const { board, panel, events } = await rig();
    const { leds, buttons } = PANEL_WIRING;
    panel.led('status', 'on');
    await until('status', () => board.output(leds.status) === 255);
    for (let cycle = 0; cycle < 3; cycle += 1) {
      board.unplug();
      expect(panel.linked).toBe(false);
      panel.led('scanned', cycle % 2 === 0 ? 'on' : 'off');
      board.plug();
      await until('link', () => panel.linked);
      const scanned = cycle % 2 === 0 ? 255 : 0;
      await until('scanned', () => board.output(leds.scanned) === scanned);
      await until('status', () => board.output(leds.status) === 255);
      events.length = 0;
      board.setLevel(buttons.help, 0);
      await until('help', () => events.includes('button help'));
      board.setLevel(buttons.help, null);
      await sleep(30);
    }
    expect(board.illegal).toEqual([]);
    expect(events).toEqual(['button help']);
  });

  it('notices a board that hangs with its cable in', async () => {
    const { board, panel, events } = await rig();
    board.hang();
    await until('link lost', () => !panel.linked);
    expect(events.at(-1)).toBe('link false');
  });

  it('works when the cable is pulled at any point of the first introduction', async () => {
    for (let message = 1; message <= 5; message += 1) {
      const board = new FirmataBoard(systemTimers);
      const panel = new FirmataPanel(board.port, PANEL_WIRING, systemTimers);
      cleanUp.push(
        () => panel.stop(),
        () => board.stop(),
      );
      let heard = 0;
      board.port.on('data', () => {
        heard += 1;
        if (heard === message) board.unplug();
      });
      panel.led('fault', 'on');
      board.start();
      await panel.start();
      await until(`message ${message}`, () => heard >= message);
      board.plug();
      await until('fault', () => board.output(PANEL_WIRING.leds.fault) === 255);
      expect(board.illegal).toEqual([]);
    }
  });

  it('works when the board comes only after the start', async () => {
    const board = new FirmataBoard(systemTimers);
    board.port.unplug();
    const panel = new FirmataPanel(board.port, PANEL_WIRING, systemTimers);
    cleanUp.push(
      () => panel.stop(),
      () => board.stop(),
    );
    panel.led('fault', 'on');
    await panel.start();
    await sleep(700);
    board.plug();
    await until('fault', () => board.output(PANEL_WIRING.leds.fault) === 255);
    expect(board.illegal).toEqual([]);
  });
});

describe('emulated Firmata board', () => {
  it('refuses loudly what a board would not understand', async () => {
    const board = new FirmataBoard(systemTimers);
    cleanUp.push(() => board.stop());
    await board.port.start();
    board.start();
    await sleep(300);
    const illegal = [
      [0x00],
      [0xf4, 0x02, 0x03],
      [0xf4, 0x40, 0x01],
      [0xf4, 0x02, 0x90],
      [0xe4, 0x01, 0x00],
      [0xc9, 0x01],
      [0xd3, 0x01],
      [0xf0, 0x33, 0xf7],
      [0xf5, 0x01, 0x01],
    ];
    for (const bytes of illegal) {
      await expect(board.port.write(Uint8Array.from(bytes))).rejects.toThrow(/illegal-input/);
    }
    expect(board.illegal).toHaveLength(illegal.length);
  });
});
