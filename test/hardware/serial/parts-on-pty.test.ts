import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
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

/** reliability.md, R4; a loaded machine is granted ten times as much. */
const noticedMsMax = 1_000;
const backMsMax = 5_000;
const patience = 10;
const isLong = process.env.XINLU_LONG === '1';
const warmUpCycles = isLong ? 5 : 0;
const cycles = isLong ? 40 : 2;
const growthBytesMax = 20 * 1024;

/** A part on a cable that is pulled and put back, and what tells that it works. */
interface Cabled {
  readonly pty: Pty;
  isLost(): boolean;
  /** Resolves when the part has done its work again. */
  works(): Promise<void>;
  readonly illegal: readonly string[];
  unplug(): void;
  plug(): void;
}

async function receiver(): Promise<Cabled> {
  const place = { lat: 38, lon: 114.5, altM: 80, speedMps: 1, courseDeg: 90 };
  const gnss = new GnssModule({ source: () => place, env: ENV });
  const pty = await cabled(gnss.port);
  gnss.start();
  cleanUp.push(() => gnss.stop());
  const part = await openGnss({ part: 'atgm336h', path: pty.path }, ENV);
  cleanUp.push(() => part.stop());
  let fixes = 0;
  part.on('fix', ({ fix }) => {
    if (fix.valid) fixes += 1;
  });
  await part.start();
  return {
    pty,
    isLost: () => part.state === 'unplugged',
    works: async () => {
      const before = fixes;
      await until('a fix', () => fixes > before && part.state === 'fix');
      expect(gnss.settings.every).toEqual({ GGA: 1, GSA: 1, RMC: 1 });
    },
    illegal: gnss.illegal,
    unplug: () => pty.unplug(),
    plug: () => pty.plug(),
  };
}

/** Its supply comes through the cable: it forgets everything. Buttons and lamps work after. */
async function controlPanel(): Promise<Cabled> {
  const board = new FirmataBoard(systemTimers);
  const pty = await cabled(board.port);
  board.start();
  cleanUp.push(() => board.stop());
  const part = await openControlPanel({ part: 'firmata-nano', path: pty.path }, ENV);
  if (part === null) throw new Error('no panel');
  cleanUp.push(() => part.stop());
  let pressed = 0;
  part.on('button', (name) => {
    if (name === 'help') pressed += 1;
  });
  part.led('fault', 'on');
  await part.start();
  const { buttons, leds } = PANEL_WIRING;
  return {
    pty,
    isLost: () => !part.linked,
    works: async () => {
      await until('the lamp', () => part.linked && board.output(leds.fault) === 255);
      // A button that is down at the first report after a return was not pressed: it is let go.
      const before = pressed;
      for (let tries = 0; pressed === before && tries < 50; tries += 1) {
        board.setLevel(buttons.help, null);
        await sleep(100);
        board.setLevel(buttons.help, 0);
        await sleep(100);
      }
      expect(pressed).toBeGreaterThan(before);
    },
    illegal: board.illegal,
    unplug: () => {
      pty.unplug();
      board.stop();
    },
    plug: () => {
      pty.plug();
      board.start();
    },
  };
}

async function modem(): Promise<Cabled> {
  const world = new AtModem();
  const pty = await cabled(world.port);
  const part = await openModem({ part: 'quectel-ec20', path: pty.path }, ENV);
  if (part === null) throw new Error('no modem');
  cleanUp.push(() => part.stop());
  await part.start();
  let lost = false;
  return {
    pty,
    isLost: () => {
      // Nobody listens to a modem: it is asked.
      part.report().catch(() => {
        lost = true;
      });
      return lost;
    },
    works: async () => {
      let operator: string | null = null;
      while (operator === null) {
        operator = (await part.report().catch(() => null))?.operator ?? null;
        if (operator === null) await sleep(50);
      }
      expect(operator).toBe('CHN-UNICOM');
      lost = false;
    },
    illegal: world.illegal,
    unplug: () => pty.unplug(),
    plug: () => pty.plug(),
  };
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function heapUsedBytes(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

describe.skipIf(!ptyIsPossible())('parts on real serial lines', () => {
  it.each([
    ['a receiver', receiver],
    ['a control panel', controlPanel],
    ['a modem', modem],
  ])(
    `%s is missed and works again, ${cycles} times without growth`,
    async (name, make) => {
      const part = await make();
      await part.works();
      let heapBytes = heapUsedBytes();
      const worst = { noticedMs: 0, backMs: 0 };
      for (let cycle = 0; cycle < warmUpCycles + cycles; cycle += 1) {
        if (cycle === warmUpCycles) heapBytes = heapUsedBytes();
        const pulledMs = performance.now();
        part.unplug();
        await until('missed', () => part.isLost());
        worst.noticedMs = Math.max(worst.noticedMs, performance.now() - pulledMs);
        const putBackMs = performance.now();
        part.plug();
        await part.works();
        worst.backMs = Math.max(worst.backMs, performance.now() - putBackMs);
      }
      const growthBytes = (heapUsedBytes() - heapBytes) / cycles;
      const round = (value: number) => Math.round(value);
      process.stdout.write(
        `${name}, ${cycles} cycles: missed after ${round(worst.noticedMs)} ms, working after ` +
          `${round(worst.backMs)} ms, ${round(growthBytes)} bytes a cycle\n`,
      );
      expect(worst.noticedMs).toBeLessThan(noticedMsMax * patience);
      expect(worst.backMs).toBeLessThan(backMsMax * patience);
      expect(part.illegal).toEqual([]);
      if (isLong) expect(growthBytes).toBeLessThan(growthBytesMax);
    },
    600_000,
  );
});
