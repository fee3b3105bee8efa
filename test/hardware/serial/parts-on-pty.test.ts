import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { AtModem } from '../../../hardware/emulator/at-modem.ts';
import { FirmataBoard } from '../../../hardware/emulator/firmata-board.ts';
import { GnssModule } from '../../../hardware/emulator/gnss-module.ts';
import type { MemoryPort } from '../../../hardware/emulator/memory-port.ts';
import { systemTimers } from '../../../hardware/environment.ts';
import { openControlPanel, openGnss, openModem } from '../../../hardware/open.ts';
import { PANEL_WIRING } from '../../../hardware/panel/wiring.ts';
import { Pty, ptyIsPossible } from './pty.ts';

const ENV = { nowMonoMs: () => performance.now(), nowMs: () => Date.now(), timers: systemTimers };
const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const act of cleanUp.splice(0).reverse()) await act();
});

async function until(what: string, holds: () => boolean): Promise<void> {
  for (let waitedMs = 0; !holds(); waitedMs += 5) {
    if (waitedMs > 15_000) throw new Error(`waited in vain: ${what}`);
    await sleep(5);
  }
}

/** Puts an emulated part on the far end of a pseudo terminal. */
async function cabled(part: MemoryPort): Promise<Pty> {
  const pty = new Pty();
  part.on('data', (bytes) => pty.send(bytes));
  pty.onData = (bytes) => void part.write(bytes).catch(() => undefined);
  await part.start();
  cleanUp.push(() => pty.dispose());
  return pty;
}

describe.skipIf(!ptyIsPossible())('parts on real serial lines', () => {
  it('a receiver is configured, gives fixes, and does so again after an unplug', async () => {
    const place = { lat: 38, lon: 114.5, altM: 80, speedMps: 1, courseDeg: 90 };
    const gnss = new GnssModule({ source: () => place, env: ENV });
    const pty = await cabled(gnss.port);
    gnss.start();
    cleanUp.push(() => gnss.stop());
    const receiver = await openGnss({ part: 'atgm336h', path: pty.path }, ENV);
    cleanUp.push(() => receiver.stop());
    await receiver.start();
    await until('a fix', () => receiver.state === 'fix');
    pty.unplug();
    await until('unplugged', () => receiver.state === 'unplugged');
    pty.plug();
    await until('a fix again', () => receiver.state === 'fix');
    expect(gnss.illegal).toEqual([]);
    expect(gnss.settings.every).toEqual({ GGA: 1, GSA: 1, RMC: 1 });
  });

  it('a control panel tells a button before and after an unplug, its lamps stay', async () => {
    const board = new FirmataBoard(systemTimers);
    const pty = await cabled(board.port);
    board.start();
    cleanUp.push(() => board.stop());
    const panel = await openControlPanel({ part: 'firmata-nano', path: pty.path }, ENV);
    if (panel === null) throw new Error('no panel');
    cleanUp.push(() => panel.stop());
    const pressed: string[] = [];
    panel.on('button', (name) => pressed.push(name));
    panel.led('fault', 'on');
    await panel.start();
    const faultLamp = () => board.output(PANEL_WIRING.leds.fault);
    await until('the lamp', () => faultLamp() === 255);
    await sleep(200);
    for (const turn of [1, 2]) {
      board.setLevel(PANEL_WIRING.buttons.help, 0);
      await until('help', () => pressed.length === turn);
      board.setLevel(PANEL_WIRING.buttons.help, null);
      await sleep(50);
      pty.unplug();
      board.stop();
      await until('link lost', () => !panel.linked);
      pty.plug();
      board.start();
      await until('link', () => panel.linked);
      await until('the lamp again', () => faultLamp() === 255);
    }
    expect(pressed).toEqual(['help', 'help']);
    expect(board.illegal).toEqual([]);
  });

  it('a modem reports, and reports again after an unplug', async () => {
    const world = new AtModem();
    const pty = await cabled(world.port);
    const modem = await openModem({ part: 'quectel-ec20', path: pty.path }, ENV);
    if (modem === null) throw new Error('no modem');
    cleanUp.push(() => modem.stop());
    await modem.start();
    const reported = async (): Promise<string> => {
      for (let attempt = 0; attempt < 100; attempt += 1) {
        try {
          return (await modem.report()).operator ?? '';
        } catch {
          await sleep(100);
        }
      }
      return 'never';
    };
    expect(await reported()).toBe('CHN-UNICOM');
    pty.unplug();
    await expect(modem.report()).rejects.toThrow(/port-closed|write-failed/);
    pty.plug();
    expect(await reported()).toBe('CHN-UNICOM');
    expect(world.illegal).toEqual([]);
  });
});
