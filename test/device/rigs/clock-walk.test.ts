import { cpSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Minter } from '../../../device/code/minter.ts';
import { type Foundation, layFoundation } from '../../../device/foundation.ts';
import { GnssFeed } from '../../../device/position/gnss-feed.ts';
import { PositionTracker } from '../../../device/position/position.ts';
import { GnssModule } from '../../../hardware/emulator/gnss-module.ts';
import { VirtualClock } from '../../../hardware/emulator/virtual-clock.ts';
import { openGnss } from '../../../hardware/open.ts';
import { Random, seedOr } from '../../support/random.ts';
import { memoryLog, seededBytes, startMs } from '../support/world.ts';
import { configIn, identity, memoryFolder } from './unit-folder.ts';

const seed = seedOr(Math.floor(Math.random() * 2 ** 31));
const walks = process.env.XINLU_LONG === '1' ? 5_000 : 200;
const stepsMax = 9;
const dayMs = 86_400_000;
/** A code may be this far from the true time: the clock believes a receiver so far. */
const wrongMsMax = 121_000;
/** reliability.md, R5. */
const honestWithinMs = 60_000;
/** Whether the power is cut between the second burned and the code shown. */
const cuts = [false, false, false, true] as const;

const root = memoryFolder();
const template = join(root.path, 'template');

function emptyBut(folder: string, kept: readonly string[]): void {
  for (const name of readdirSync(folder)) {
    if (!kept.includes(name)) rmSync(join(folder, name), { recursive: true });
  }
}

function placeAt() {
  return { lat: 38, lon: 114.5, altM: 80, speedMps: 0, courseDeg: null };
}

/** One truck: the true time goes on whatever its machine, its receiver and its power do. */
class Truck {
  /** The world's own clock; the machine's wall clock may say anything. */
  readonly time = new VirtualClock(startMs);
  readonly burned = new Set<number>();
  readonly twice: number[] = [];
  readonly wrong: string[] = [];
  readonly folder: string;
  readonly #random: Random;
  readonly #gnss: GnssModule;
  /** What the machine's wall clock is off by. */
  #wallOffMs = 0;
  /** What the receiver, or one who plays its sky, is off by. */
  #skyOffMs = 0;
  #trustedSinceMs: number | null = null;
  #lastCodeMs = 0;
  #bootedMs = 0;
  #base: Foundation | null = null;
  #feed: GnssFeed | null = null;
  #minter: Minter | null = null;

  constructor(folder: string, random: Random) {
    this.folder = folder;
    this.#random = random;
    const env = { nowMs: () => this.time.nowMs() + this.#skyOffMs, timers: this.time };
    this.#gnss = new GnssModule({ source: placeAt, env });
    this.#gnss.start();
  }

  async powerOn(): Promise<void> {
    const { time } = this;
    // The monotonic clock begins anew with each boot.
    const bootMs = time.nowMonoMs();
    this.#bootedMs = time.nowMs();
    const env = {
      nowMs: () => time.nowMs() + this.#wallOffMs,
      nowMonoMs: () => time.nowMonoMs() - bootMs,
      randomBytes: seededBytes(`${this.#random.seed} ${bootMs}`),
      timers: time,
      log: memoryLog().log,
      machine: { bootId: `${bootMs}`, uptimeMs: () => time.nowMonoMs() - bootMs },
    };
    const base = await layFoundation(configIn(this.folder), env, () => {
      throw new Error('no store broke');
    });
    const { clock, recorder, used, signer } = base;
    const emulators = { ports: { gnss: this.#gnss.port } };
    const receiver = await openGnss({ part: 'nmea', path: 'emulator:gnss' }, { ...env, emulators });
    const positions = new PositionTracker();
    const feed = new GnssFeed({
      receiver,
      clock,
      positions,
      recorder,
      isOffDuty: () => false,
      onChanged: () => undefined,
    });
    await feed.start();
    this.#minter = new Minter({ clock, positions, used, signer, env });
    this.#base = base;
    this.#feed = feed;
    this.#trustedSinceMs = null;
  }

  async powerOff(orderly: boolean): Promise<void> {
    await this.#feed?.stop();
    if (orderly) await this.#base?.lastGood.save();
    await this.#base?.store.close();
    this.#base = null;
    this.#minter = null;
  }

  async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 1_000) await this.time.advance(Math.min(left, 1_000));
  }

  /** A code if there can be one; what of it is wrong is noted. */
  async rotate(isCut = false): Promise<void> {
    const base = this.#base;
    const minter = this.#minter;
    if (base === null || minter === null) return;
    const reading = base.clock.now();
    if (reading === null) this.#trustedSinceMs = null;
    else this.#trustedSinceMs ??= this.time.nowMs();
    const minted = await minter.mint(identity, { duty: 1, incidentRef: 0, ttlS: 30 });
    if (!minted.ok) {
      if (minted.refused === 'no-time' && reading !== null) this.wrong.push('time without time');
      return;
    }
    const { issuedAt } = minted.code;
    if (reading === null) this.wrong.push(`code ${issuedAt} without a trusted time`);
    if (this.burned.has(issuedAt)) this.twice.push(issuedAt);
    this.burned.add(issuedAt);
    const offMs = Math.abs(issuedAt * 1000 - this.time.nowMs());
    if (offMs > wrongMsMax) this.wrong.push(`code ${issuedAt} is ${offMs} ms off`);
    this.#lastCodeMs = this.time.nowMs();
    if (isCut) {
      await this.powerOff(false);
      await this.powerOn();
    }
  }

  /** True when a time has been trusted for a minute and no code has come of it. */
  isMute(): boolean {
    const since = this.#trustedSinceMs;
    const nowMs = this.time.nowMs();
    return since !== null && nowMs - Math.max(since, this.#lastCodeMs) > honestWithinMs;
  }

  /** The gateway's signed time, which is right. */
  gatewaySays(): void {
    const unixMs = this.time.nowMs();
    const monoMs = unixMs - this.#bootedMs;
    this.#base?.clock.offer({ source: 'gateway', unixMs, monoMs, uncertaintyMs: 100 });
  }

  get hasTime(): boolean {
    return this.#base?.clock.now() != null;
  }

  setWall(toMs: number): void {
    this.#wallOffMs = toMs - this.time.nowMs();
  }

  /** No word from the receiver. */
  async silence(ms: number): Promise<void> {
    this.#gnss.stop();
    await this.time.advance(ms);
    this.#gnss.start();
  }

  /** The receiver says another time, and then the right one again. */
  async sky(offMs: number, forMs: number, every: () => Promise<void>): Promise<void> {
    this.#skyOffMs = offMs;
    await this.pass(forMs);
    await every();
    this.#skyOffMs = 0;
    await this.pass(5_000);
  }

  async rollover(): Promise<void> {
    this.#gnss.faults.weekRollover = !this.#gnss.faults.weekRollover;
    await this.pass(5_000);
  }

  async stop(): Promise<void> {
    this.#gnss.stop();
    await this.powerOff(true);
  }
}

type Step = (truck: Truck, random: Random) => Promise<void>;

const steps: Readonly<Record<string, Step>> = {
  drive: async (truck, random) => {
    for (let codes = random.whole(1, 3); codes > 0; codes -= 1) {
      await truck.pass(random.whole(1, 6) * 1_000);
      await truck.rotate(random.pick(cuts));
    }
  },
  'wall clock in 1970': async (truck) => truck.setWall(0),
  'wall clock a day ahead': async (truck) => truck.setWall(truck.time.nowMs() + dayMs),
  'wall clock a day back': async (truck) => truck.setWall(truck.time.nowMs() - dayMs),
  'week rollover': (truck) => truck.rollover(),
  'an hour without a fix': async (truck) => {
    await truck.silence(3_600_000);
    await truck.rotate();
  },
  'a day in the shed': async (truck, random) => {
    await truck.powerOff(random.next() < 0.5);
    await truck.silence(dayMs);
    await truck.powerOn();
  },
  'two restarts within a second': async (truck) => {
    for (let times = 0; times < 2; times += 1) {
      truck.gatewaySays();
      await truck.rotate();
      await truck.powerOff(times === 0);
      await truck.powerOn();
    }
    truck.gatewaySays();
    await truck.rotate();
    await truck.rotate();
  },
  'the gateway says': async (truck) => truck.gatewaySays(),
  // Without a trusted time nobody can tell a played sky from a true one.
  'another sky': async (truck, random) => {
    if (!truck.hasTime) return;
    const offMs = random.pick([dayMs, -dayMs, 130_000, -130_000, 60_000, -60_000, 15_000]);
    await truck.sky(offMs, 8_000, () => truck.rotate());
  },
};

beforeAll(async () => {
  // Keys, and ballast of the right size, are not made anew for each truck.
  const first = new Truck(template, new Random(1));
  await first.powerOn();
  await first.stop();
  emptyBut(template, ['secrets', 'ballast', 'ballast-to-open']);
});

afterAll(() => root.remove());

/** One truck's life; the names of its steps and what was wrong. */
async function walk(number: number): Promise<{ taken: string[]; truck: Truck; mute: boolean }> {
  const random = new Random(seed + number);
  const folder = join(root.path, `walk-${number}`);
  cpSync(template, folder, { recursive: true });
  const truck = new Truck(folder, random);
  truck.setWall(random.pick([0, startMs, startMs + dayMs]));
  await truck.powerOn();
  // Nothing has told it the time yet.
  await truck.rotate();
  const taken: string[] = [];
  let mute = false;
  for (let count = random.whole(4, stepsMax); count > 0; count -= 1) {
    const name = random.next() < 0.4 ? 'drive' : random.pick(Object.keys(steps));
    taken.push(name);
    await steps[name]?.(truck, random);
    mute ||= truck.isMute();
  }
  await truck.stop();
  rmSync(folder, { recursive: true });
  return { taken, truck, mute };
}

describe(`clocks at random, seed ${seed}`, () => {
  it(`${walks} trucks: no wrong code, no second twice, honest codes within a minute of a trusted time`, async () => {
    let codes = 0;
    for (let number = 0; number < walks; number += 1) {
      const { taken, truck, mute } = await walk(number);
      const what = `seed ${seed + number}: ${taken.join(', ')}`;
      expect(truck.twice, what).toEqual([]);
      expect(truck.wrong, what).toEqual([]);
      expect(mute, what).toBe(false);
      codes += truck.burned.size;
    }
    process.stdout.write(`clock walk, seed ${seed}: ${walks} trucks, ${codes} codes\n`);
    expect(codes).toBeGreaterThan(walks * 2);
  }, 1_800_000);
});
