import { afterEach, describe, expect, it } from 'vitest';
import { AtModem } from '../../hardware/emulator/at-modem.ts';
import { FirmataBoard } from '../../hardware/emulator/firmata-board.ts';
import { MemoryPort } from '../../hardware/emulator/memory-port.ts';
import { VirtualClock } from '../../hardware/emulator/virtual-clock.ts';
import { systemTimers } from '../../hardware/environment.ts';
import { GpsdReceiver } from '../../hardware/gnss/gpsd.ts';
import type { ReceivedFix } from '../../hardware/gnss.ts';
import { openControlPanel, openGnss, openModem } from '../../hardware/open.ts';
import { frameSentence } from '../../protocols/nmea/nmea.ts';

const SEED = Number(process.env.XINLU_SEED ?? 20_260_305);
const ROUNDS = 2000;

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const act of cleanUp.splice(0)) await act();
});

/** Mulberry32: 32 bits of state are enough to damage lines. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Noise, or a good message with one byte changed. */
function damaged(good: readonly string[], random: () => number): Uint8Array {
  if (random() < 0.3) {
    return Uint8Array.from({ length: 1 + random() * 80 }, () => random() * 256);
  }
  const message = Buffer.from(good[Math.floor(random() * good.length)] ?? '', 'latin1');
  message[Math.floor(random() * message.length)] = random() * 256;
  return new Uint8Array(message);
}

async function pour(port: MemoryPort, good: readonly string[], seed: number): Promise<void> {
  const random = randomOf(seed);
  for (let round = 0; round < ROUNDS; round += 1) {
    port.send(damaged(good, random));
    if (round % 50 === 0) {
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
    }
  }
}

describe(`hosts that hear damage, seed ${SEED}`, () => {
  it('a receiver never gives a position that no intact sentence said', async () => {
    const clock = new VirtualClock(0);
    const port = new MemoryPort();
    const env = clock.env({ emulators: { ports: { gnss: port } } });
    const receiver = await openGnss({ part: 'atgm336h', path: 'emulator:gnss' }, env);
    cleanUp.push(() => receiver.stop());
    const fixes: ReceivedFix[] = [];
    receiver.on('fix', (fix) => fixes.push(fix));
    await receiver.start();
    const bodies = [0, 1, 2, 3, 4].map(
      (second) => `GNRMC,08000${second}.00,A,3802.5000,N,11430.0000,E,10.0,90.0,050326,,,A`,
    );
    await pour(port, bodies.map(frameSentence), SEED);
    await clock.advance(1000);
    expect(fixes.some(({ fix }) => fix.valid)).toBe(true);
    for (const { fix } of fixes) {
      if (fix.valid) expect(fix.lat).toBeCloseTo(38.0416667, 6);
    }
    expect(port.isOpen).toBe(true);
  });

  it('gpsd’s receiver lives through it and still takes a good report', async () => {
    const clock = new VirtualClock(0);
    const port = new MemoryPort();
    const receiver = new GpsdReceiver(port, clock.env());
    cleanUp.push(() => receiver.stop());
    const fixes: ReceivedFix[] = [];
    receiver.on('fix', (fix) => fixes.push(fix));
    await receiver.start();
    const report =
      '{"class":"TPV","mode":3,"time":"2026-03-05T08:00:01Z","lat":38.1,"lon":114.5}\n';
    await pour(port, [report, '{"class":"SKY","uSat":9,"hdop":0.8}\n'], SEED + 1);
    const before = fixes.length;
    port.send(Buffer.from(`\n${report}`));
    await clock.advance(10);
    expect(fixes.length).toBe(before + 1);
    expect(fixes.at(-1)?.fix).toMatchObject({ valid: true, lat: 38.1 });
  });

  it('a modem is asked and answers after it', async () => {
    const clock = new VirtualClock(0);
    const world = new AtModem();
    const env = clock.env({ emulators: { ports: { modem: world.port } } });
    const modem = await openModem({ part: 'quectel-ec20', path: 'emulator:modem' }, env);
    if (modem === null) throw new Error('no modem');
    cleanUp.push(() => modem.stop());
    await modem.start();
    await pour(world.port, ['\r\n+CSQ: 23,99\r\n\r\nOK\r\n', '\r\nERROR\r\n'], SEED + 2);
    world.say('');
    expect(await clock.until(modem.report())).toMatchObject({ rssiDbm: -67, sim: 'ready' });
  });

  it('a control panel still tells a button after it', async () => {
    const board = new FirmataBoard(systemTimers);
    const env = {
      nowMonoMs: () => 0,
      nowMs: () => 0,
      timers: systemTimers,
      emulators: { ports: { panel: board.port } },
    };
    const panel = await openControlPanel({ part: 'firmata-nano', path: 'emulator:panel' }, env);
    if (panel === null) throw new Error('no panel');
    cleanUp.push(
      () => panel.stop(),
      () => board.stop(),
    );
    board.start();
    board.setLevel(16, 0);
    const told = new Promise<void>((resolve) => {
      panel.on('ignition', () => resolve());
    });
    await panel.start();
    await told;
    const answers = ['\u00f9\u0002\u0005', '\u0090\u0004\u0000', '\u00f0\u006e\u0005\u0000\u00f7'];
    await pour(board.port, answers, SEED + 3);
    let helps = 0;
    panel.on('button', (name) => {
      if (name === 'help') helps += 1;
    });
    let level: 0 | null = 0;
    for (let wait = 0; helps === 0 && wait < 100; wait += 1) {
      board.setLevel(7, level);
      level = level === 0 ? null : 0;
      await new Promise((resolve) => {
        setTimeout(resolve, 50);
      });
    }
    expect(helps).toBeGreaterThan(0);
    expect(board.illegal).toEqual([]);
  });
});
