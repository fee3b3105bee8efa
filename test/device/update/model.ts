import { createPublicKey } from 'node:crypto';
import { choosePlace } from '../../../device/update/choose.ts';
import { UpdateClient } from '../../../device/update/client.ts';
import type { UnitFacts } from '../../../device/update/conditions.ts';
import { folderOf } from '../../../device/update/disk.ts';
import { readFloor } from '../../../device/update/floor.ts';
import type { Launched } from '../../../device/update/launched.ts';
import { trialMsMax } from '../../../device/update/limits.ts';
import { checkSlot } from '../../../device/update/slot-check.ts';
import {
  afterFailedTrial,
  type PartHealth,
  type Place,
  readState,
  updatePaths,
  writeState,
} from '../../../device/update/slots.ts';
import { VirtualClock } from '../../../hardware/emulator/virtual-clock.ts';
import { privateKeyFromSeed } from '../../../protocols/signed/ed25519.ts';
import type { Random } from '../../support/random.ts';
import { memoryLog, seededBytes } from '../support/world.ts';
import { releaseNowS, type TestRelease } from './releases.ts';
import { PowerCut, SimDisk, type SimDiskFaults } from './sim-disk.ts';

export const releaseKey = createPublicKey(privateKeyFromSeed(Buffer.alloc(32, 11)));
export const folder = '/unit/update';
const depotFolder = '/unit/usb';

const wellParts: PartHealth = { screen: true, gnss: true, clock: true, panel: true, modem: true };

/** What a release does once it runs. */
export type Behaviour = 'good' | 'no-code' | 'no-ack' | 'crash' | 'hang';

export interface ModelRelease extends TestRelease {
  readonly behaviour: Behaviour;
}

export interface Told {
  readonly state: string;
  readonly releaseId: string;
  readonly reason: string | null;
  /** After the start of the program that says it. */
  readonly atMs: number;
}

/** Ms after the start of a sound program: its code stands, its first record is acknowledged. */
const codeAfterMs = 6_000;
const acknowledgedAfterMs = 9_000;
const codeMsMax = 60_000;
const lookMs = 1_000;

/**
 * A unit with a simulated disk: the real launcher's choice, the real client, programs that behave
 * as they are told. It checks at every boot what must hold whatever came before.
 */
export class UpdateModel {
  readonly disk: SimDisk;
  readonly releases: readonly ModelRelease[];
  readonly told: Told[] = [];
  readonly broken: string[] = [];
  boots = 0;
  place: Place = 'package';
  running: ModelRelease | null = null;
  /** Works an incident for so long after every boot. */
  busyMs = 0;
  /** What lies on the stick that a depot has plugged in. */
  depot: ModelRelease | null = null;
  /** Since something was last started that could show codes, virtual ms. */
  #withoutCodeMs = 0;
  #floor = 0;

  constructor(releases: readonly ModelRelease[], faults: SimDiskFaults = {}) {
    this.disk = new SimDisk(folderOf(folder), faults);
    this.releases = releases;
  }

  /** The release that the gateway wants: the first it has not heard the end of. */
  get offered(): ModelRelease | null {
    const ends = ['confirmed', 'rolled-back', 'refused'];
    const isOver = ({ id }: ModelRelease) =>
      this.told.some((one) => one.releaseId === id && ends.includes(one.state));
    return this.releases.find((release) => !isOver(release)) ?? null;
  }

  /** Boots and runs until the power goes or there is nothing left to do. True: there is not. */
  async live(): Promise<boolean> {
    for (let boot = 0; boot < 40; boot += 1) {
      try {
        await this.#boot();
        const end = await this.#run();
        if (end === 'settled') return true;
      } catch (error) {
        if (error instanceof PowerCut) return false;
        throw error;
      }
    }
    this.broken.push('never settled');
    return true;
  }

  /** A bundle on a stick: the same file that the gateway gives out. */
  async plugIn(release: ModelRelease, bytes = release.bytes): Promise<void> {
    this.depot = release;
    await this.disk.makeFolder(depotFolder);
    const file = await this.disk.open(`${depotFolder}/${release.id}.xup`, 0);
    await file.write(bytes);
    await file.sync();
  }

  #isDepotDone(): boolean {
    const id = this.depot?.id;
    const ends = ['confirmed', 'rolled-back', 'refused'];
    return (
      id === undefined || this.told.some((one) => one.releaseId === id && ends.includes(one.state))
    );
  }

  /** Power back after a cut, or a fresh process after a kill; the next `live` boots. */
  comeBack(random: Random | null, how: 'power' | 'kill'): void {
    if (how === 'power') this.disk.powerBack(random);
    else this.disk.revive();
    this.#withoutCodeMs = 0;
  }

  async #boot(): Promise<void> {
    this.boots += 1;
    const { place } = await choosePlace(this.disk, folder, async () => 'base');
    this.place = place;
    this.running = null;
    if (place !== 'package') await this.#lookAt(place);
    const floor = (await readFloor(this.disk, folder)).counter;
    const { trial } = await readState(this.disk, folder);
    const started = (this.running as ModelRelease | null)?.manifest.counter ?? 0;
    const running = trial === null ? started : this.#confirmed();
    if (floor < this.#floor) this.broken.push(`the floor sank from ${this.#floor} to ${floor}`);
    if (floor > this.#confirmedOrRunning(running))
      this.broken.push(`the floor ${floor} is too high`);
    if (trial === null && running < this.#confirmed()) {
      this.broken.push(`confirmed ${this.#confirmed()}, started ${running}`);
    }
    this.#floor = floor;
  }

  /** Signed and whole, found without the code under test. */
  async #lookAt(place: 'a' | 'b'): Promise<void> {
    const files = this.disk.filesBelow(updatePaths.tree(folder, place));
    this.running =
      this.releases.find(
        (release) =>
          Object.keys(release.files).length === files.size &&
          Object.entries(release.files).every(([path, text]) => files.get(path) === text),
      ) ?? null;
    const state = await readState(this.disk, folder);
    const checked = await checkSlot(this.disk, folder, place, state.releaseKey);
    const isSigned = typeof checked !== 'string' && checked.id === this.running?.id;
    if (!isSigned) this.broken.push(`started ${place}: ${JSON.stringify([...files.keys()])}`);
  }

  #confirmed(): number {
    const ids = this.told.flatMap((one) => (one.state === 'confirmed' ? [one.releaseId] : []));
    const counters = this.releases.filter(({ id }) => ids.includes(id));
    return Math.max(0, ...counters.map(({ manifest }) => manifest.counter));
  }

  /** A confirmation may be on disk and not told yet. */
  #confirmedOrRunning(running: number): number {
    return Math.max(this.#confirmed(), running);
  }

  #facts(clock: VirtualClock): UnitFacts {
    const behaviour = this.running?.behaviour ?? 'good';
    const [hasCode, hears] = [behaviour !== 'no-code', behaviour !== 'no-ack'];
    return {
      hasCode: hasCode && clock.nowMonoMs() >= codeAfterMs,
      acknowledgedAgoMs: hears && clock.nowMonoMs() >= acknowledgedAfterMs ? 0 : null,
      stillMs: 3_600_000,
      isBusy: clock.nowMonoMs() < this.busyMs,
      isScanned: false,
      standsBy: false,
      health: wellParts,
    };
  }

  #client(clock: VirtualClock, onTrial: boolean, restart: () => void): UpdateClient {
    const { disk } = this;
    const launched: Launched = {
      ...{ format: 1, pid: 1, folder, place: this.place, onTrial, libraryFolder: '' },
      baseSum: 'base',
    };
    return new UpdateClient({
      env: {
        nowMonoMs: clock.nowMonoMs,
        timers: clock,
        log: memoryLog().log,
        randomBytes: seededBytes('model'),
      },
      ...{ disk, launched, releaseKey, model: 'rig', architecture: 'x64', nodeMajor: 20 },
      trustedMs: () => releaseNowS * 1000,
      installedAmong: async () => new Set(),
      parkedMs: 1_000,
      depotFolder: this.depot === null ? '' : depotFolder,
      facts: () => this.#facts(clock),
      sourceOf: (id) => ({
        pieces: async function* (this: unknown, from) {
          const bytes = sourceBytes(id);
          for (let at = from; at < bytes.length; at += 700) yield bytes.subarray(at, at + 700);
        },
      }),
      report: async (state, { id: releaseId }, reason) => {
        if (disk.isDead) throw new PowerCut();
        this.told.push({ state, releaseId, reason, atMs: clock.nowMonoMs() });
      },
      restart,
    });
  }

  async #run(): Promise<'restart' | 'settled'> {
    const behaviour = this.running?.behaviour ?? 'good';
    if (behaviour === 'crash') return 'restart';
    const onTrial = (await readState(this.disk, folder)).trial !== null && this.place !== 'package';
    if (behaviour === 'hang') return await this.#hang(onTrial);
    const clock = new VirtualClock(releaseNowS * 1000);
    let isRestarted = false;
    const client = this.#client(clock, onTrial, () => {
      isRestarted = true;
    });
    client.start();
    try {
      while (!isRestarted) {
        const { offered } = this;
        client.offered(
          offered && { id: offered.id, version: '1', bundleBytes: offered.bytes.length },
        );
        await clock.advance(lookMs);
        await roomForRealWork(this.told.at(-1)?.state === 'downloading');
        this.#countWithoutCode(clock);
        if (this.disk.isDead) throw new PowerCut();
        const isSettled = offered === null && this.offered === null && this.#isDepotDone();
        if (isSettled && clock.nowMonoMs() > codeAfterMs) return 'settled';
        if (clock.nowMonoMs() > 3_600_000) throw new Error('an hour went by');
      }
    } finally {
      await client.stop();
    }
    return 'restart';
  }

  #countWithoutCode(clock: VirtualClock): void {
    if (this.#facts(clock).hasCode) this.#withoutCodeMs = 0;
    else this.#withoutCodeMs += lookMs;
    // A program that shows none takes itself back, and the one before needs its seconds too.
    if (this.#withoutCodeMs > codeMsMax) this.broken.push(`no code for ${this.#withoutCodeMs} ms`);
  }

  /** What the launcher's own thread does with a program that never comes to itself. */
  async #hang(onTrial: boolean): Promise<'restart'> {
    if (!onTrial) this.broken.push('a release that hangs runs without a trial');
    const state = await readState(this.disk, folder);
    if (trialMsMax > 120_000) this.broken.push('a trial takes too long');
    await writeState(this.disk, folder, afterFailedTrial(state, 'hung'));
    return 'restart';
  }
}

const bundles = new Map<string, Buffer>();

function sourceBytes(id: string): Buffer {
  return bundles.get(id) ?? Buffer.alloc(0);
}

/** Brotli runs on threads of its own, which no virtual clock waits for. */
async function roomForRealWork(isUnpacking: boolean): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  if (isUnpacking) await new Promise((resolve) => setTimeout(resolve, 2));
}

/** A release that behaves so, to be had from the model's gateway. */
export function behaving(release: TestRelease, behaviour: Behaviour): ModelRelease {
  bundles.set(release.id, release.bytes);
  return { ...release, behaviour };
}
