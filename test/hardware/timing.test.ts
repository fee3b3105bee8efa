import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { blankBitmap } from '../../hardware/bitmap.ts';
import type { BytePort, BytePortEvents } from '../../hardware/byte-port.ts';
import { AtModem } from '../../hardware/emulator/at-modem.ts';
import { GnssModule } from '../../hardware/emulator/gnss-module.ts';
import type { MemoryPort } from '../../hardware/emulator/memory-port.ts';
import { Uc8179Emulator } from '../../hardware/emulator/uc8179-panel.ts';
import { VirtualClock } from '../../hardware/emulator/virtual-clock.ts';
import type { Timers } from '../../hardware/environment.ts';
import { Uc8179Panel } from '../../hardware/epd/uc8179.ts';
import { openGnss, openModem } from '../../hardware/open.ts';
import { Random, seedOr } from '../support/random.ts';

const seed = seedOr(Math.floor(Math.random() * 2 ** 31));
const lateMsMax = 40;

/** A line that passes on what it is given in any pieces, each a little late, in both directions. */
class LatePort extends EventEmitter<BytePortEvents> implements BytePort {
  readonly #port: MemoryPort;
  readonly #random: Random;
  readonly #timers: Timers;
  #out: Promise<void> = Promise.resolve();
  #in: Promise<void> = Promise.resolve();

  constructor(port: MemoryPort, random: Random, timers: Timers) {
    super();
    this.#port = port;
    this.#random = random;
    this.#timers = timers;
    port.on('open', () => this.emit('open'));
    port.on('close', (reason) => this.emit('close', reason));
    port.on('data', (bytes) => {
      this.#in = this.#inPieces(this.#in, bytes, async (piece) => {
        this.emit('data', piece);
      });
    });
  }

  get isOpen(): boolean {
    return this.#port.isOpen;
  }

  start(): Promise<void> {
    return this.#port.start();
  }

  stop(): Promise<void> {
    return this.#port.stop();
  }

  write(bytes: Uint8Array): Promise<void> {
    this.#out = this.#inPieces(this.#out, bytes, (piece) => this.#port.write(piece));
    return this.#out;
  }

  async #inPieces(
    before: Promise<void>,
    bytes: Uint8Array,
    pass: (piece: Uint8Array) => Promise<void>,
  ): Promise<void> {
    await before.catch(() => undefined);
    for (let at = 0; at < bytes.length; ) {
      const end = at + this.#random.whole(1, 12);
      await new Promise<void>((resolve) => {
        this.#timers.after(this.#random.whole(0, lateMsMax), resolve);
      });
      await pass(bytes.slice(at, end));
      at = end;
    }
  }
}

/** Timers of a busy machine: never early, often late. */
function lateTimers(clock: VirtualClock, random: Random): Timers {
  return {
    after(delayMs, run) {
      const late = random.next() < 0.5 ? random.whole(0, 300) : random.next();
      return clock.after(delayMs + late, run);
    },
  };
}

describe(`timing at random, seed ${seed}`, () => {
  it.each(['since-2023', 'before-2023'] as const)(
    'sends the controller of e-ink made %s nothing it would not take, and shows each picture',
    async (batch) => {
      const random = new Random(seed);
      const clock = new VirtualClock(0);
      const panel = new Uc8179Emulator(clock.env(), batch);
      const env = { ...clock.env(), timers: lateTimers(clock, random) };
      let driver = new Uc8179Panel(panel, env, batch);
      await driver.start();
      for (let draw = 0; draw < 20; draw += 1) {
        const picture = blankBitmap('mono1', 800, 480);
        picture.data.fill(
          random.whole(1, 255),
          random.whole(0, 20_000),
          random.whole(20_001, 48_000),
        );
        panel.stuckBusy = random.next() < 0.1;
        const drawn = await clock
          .until(driver.draw(picture, random.pick(['full', 'fast', 'partial'])), 120_000)
          .then(
            () => true,
            () => false,
          );
        expect(drawn).toBe(!panel.stuckBusy);
        if (drawn) expect(Buffer.compare(panel.glass().data, picture.data)).toBe(0);
        panel.stuckBusy = false;
        expect(panel.asleep).toBe(true);
        if (random.next() < 0.1) driver = new Uc8179Panel(panel, env, batch);
        await driver.start();
        await clock.advance(random.whole(0, 200_000));
        // After a fault or a new start nobody knows the glass: the policy draws in full.
        await clock.until(driver.draw(picture, 'full'), 120_000);
      }
      expect([...panel.illegal, ...panel.wear]).toEqual([]);
    },
  );

  it('configures a receiver and asks a modem byte by byte, and is understood', async () => {
    const random = new Random(seed);
    const clock = new VirtualClock(Date.UTC(2026, 2, 1));
    const place = { lat: 38, lon: 114.5, altM: 80, speedMps: 1, courseDeg: 90 };
    for (const part of ['atgm336h', 'mtk', 'lc29h', 'ublox'] as const) {
      const gnss = new GnssModule({ source: () => place, env: clock.env() });
      gnss.start();
      const world = new AtModem();
      const ports = {
        gnss: new LatePort(gnss.port, random, clock),
        modem: new LatePort(world.port, random, clock),
      };
      const env = clock.env({ emulators: { ports } });
      const receiver = await openGnss({ part, path: 'emulator:gnss' }, env);
      await receiver.start();
      const modem = await openModem({ part: 'quectel-ec20', path: 'emulator:modem' }, env);
      await modem?.start();
      for (let round = 0; round < 5; round += 1) {
        world.chatty = random.next() < 0.5;
        expect(await clock.until(modem?.report() ?? Promise.reject())).toMatchObject({
          operator: 'CHN-UNICOM',
        });
        await clock.advance(random.whole(0, 5_000));
        gnss.port.unplug();
        world.port.unplug();
        await clock.advance(random.whole(0, 3_000));
        gnss.port.plug();
        world.port.plug();
        await clock.advance(8_000);
        expect(receiver.state).toBe('fix');
      }
      expect([...gnss.illegal, ...world.illegal], part).toEqual([]);
      await receiver.stop();
      await modem?.stop();
      gnss.stop();
    }
  });
});
