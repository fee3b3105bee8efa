import { TrustedClock } from '../../../device/clock/trusted-clock.ts';
import { CodeScreen } from '../../../device/code/code-screen.ts';
import { Minter } from '../../../device/code/minter.ts';
import { rotationOf } from '../../../device/code/rotation.ts';
import type { ScreenFacts } from '../../../device/code/screen-facts.ts';
import { PositionTracker } from '../../../device/position/position.ts';
import { createScreenComposer, type ScreenComposer } from '../../../device/screen/screen.ts';
import type { Bitmap } from '../../../hardware/bitmap.ts';
import type { Display } from '../../../hardware/display.ts';
import { dutyNumber } from '../../../protocols/scan-code/fields.ts';
import { readByJsqr } from '../screen/frames.ts';
import { contents } from '../screen/states.ts';
import { makeSigner } from '../support/fake-gateway.ts';
import { startMs, type World } from '../support/world.ts';
import { identity } from './unit-folder.ts';

/** What a phone in front of the panel would find wrong, with when. */
export interface Complaint {
  readonly atS: number;
  readonly what: string;
}

export interface GlassRigOptions {
  readonly world: World;
  readonly display: Display;
  /** What stands on the emulated panel, dark or bright; null: nothing. */
  glass(): Promise<Bitmap | null>;
  readonly rotationS?: number;
  /** Real files under the driver: time waits for each picture. */
  readonly drawsInRealTime?: boolean;
}

/** Frames of the real layouts and decoders on an emulated panel, looked at by another decoder. */
export class GlassRig {
  readonly screen: CodeScreen;
  readonly clock: TrustedClock;
  readonly complaints: Complaint[] = [];
  readonly shown: number[] = [];
  readonly facts: { value: ScreenFacts };
  readonly #options: GlassRigOptions;
  readonly #links = new Map<number, { link: string; validUntilMs: number }>();
  #underWay = 0;
  #drawing = 0;
  /** Goes up whenever the glass may have changed. */
  #changes = 0;
  #lookedAt: { changes: number; text: string | null } | null = null;

  private constructor(options: GlassRigOptions, composer: ScreenComposer) {
    this.#options = options;
    const { world, display, rotationS = 0 } = options;
    const { env } = world;
    this.clock = new TrustedClock({
      nowMonoMs: env.nowMonoMs,
      lastGoodMs: null,
      builtAtMs: Date.UTC(2025, 0, 1),
    });
    this.setTime();
    this.facts = {
      value: {
        serial: 'XL-TEST-0001',
        identity,
        enrolment: null,
        suspended: false,
        content: contents['tow-truck'],
        training: false,
        duty: dutyNumber('patrol'),
        incidentRef: 0,
        incidentPlace: null,
        crewText: null,
        link: 'online',
        gnss: 'fix',
      },
    };
    const used = new Set<number>();
    const take = async (second: number) => !used.has(second) && used.add(second).has(second);
    const positions = new PositionTracker();
    const minter = new Minter({
      clock: this.clock,
      positions,
      used: { take },
      signer: makeSigner(),
      env,
    });
    this.screen = new CodeScreen({
      display: this.#watched(display),
      composer: { ...composer, compose: (state) => this.#during(composer.compose(state)) },
      clock: this.clock,
      minter,
      rotation: rotationOf(display.caps, { rotationS, ttlS: 0 }),
      env,
      facts: () => this.facts.value,
      onShown: ({ issuedAt, link, validUntilMs }) => {
        this.shown.push(issuedAt);
        this.#links.set(issuedAt, { link, validUntilMs });
      },
      onFault: (fault, detail) => this.#complain(`${fault} ${detail}`),
    });
  }

  static async make(options: GlassRigOptions): Promise<GlassRig> {
    const { width, height, format } = options.display.caps;
    const composer = createScreenComposer({ width, height, format });
    await composer.start();
    return new GlassRig(options, composer);
  }

  setTime(unixMs = this.#options.world.env.nowMs()): void {
    const monoMs = this.#options.world.env.nowMonoMs();
    this.clock.offer({ source: 'gateway', unixMs, monoMs, uncertaintyMs: 10 });
  }

  /** Lets time pass in steps; frames are made in no time at all. */
  async pass(seconds: number, stepS: number, every: () => void = () => undefined): Promise<void> {
    for (let passed = 0; passed < seconds; passed += stepS) {
      every();
      await this.#options.world.clock.advance(stepS * 1000);
      await this.#quiet();
      await this.#look();
    }
  }

  async stop(): Promise<void> {
    await this.#options.world.clock.until(this.screen.stop());
  }

  async #quiet(): Promise<void> {
    while (this.#underWay > 0) {
      await new Promise((resolve) => {
        setTimeout(resolve, 1);
      });
    }
  }

  async #during<Result>(act: Promise<Result>): Promise<Result> {
    this.#underWay += 1;
    return await act.finally(() => {
      this.#underWay -= 1;
    });
  }

  /** The display, which tells when it draws; time waits for it where it draws into real files. */
  #watched(display: Display): Display {
    const watch = async <Result>(act: Promise<Result>): Promise<Result> => {
      this.#drawing += 1;
      this.#changes += 1;
      const seen = act.finally(() => {
        this.#drawing -= 1;
        this.#changes += 1;
      });
      return await (this.#options.drawsInRealTime === true ? this.#during(seen) : seen);
    };
    return {
      caps: display.caps,
      start: () => display.start(),
      show: (...args) => watch(display.show(...args)),
      waitMs: () => display.waitMs(),
      carriesCodes: () => display.carriesCodes(),
      off: (...args) => watch(display.off(...args)),
      light: (level) => display.light(level),
      health: () => display.health(),
      stop: () => display.stop(),
    };
  }

  /** A phone before the panel: reads what stands there and knows what it should be. */
  async #look(): Promise<void> {
    // What stands there in the middle of a refresh is nobody's promise.
    if (this.#drawing > 0) return;
    const text = await this.#read();
    const code = this.screen.code();
    if (code !== null && text !== code.link) this.#complain(`reads ${text}, not the code`);
    const found = [...this.#links.values()].find(({ link }) => link === text);
    if (text !== null && found === undefined) this.#complain('reads a code that was never shown');
    const nowMs = this.clock.now()?.ms ?? 0;
    if (found !== undefined && found.validUntilMs < nowMs) {
      this.#complain(`reads a code that expired ${nowMs - found.validUntilMs} ms ago`);
    }
  }

  async #read(): Promise<string | null> {
    if (this.#lookedAt?.changes !== this.#changes) {
      const glass = await this.#options.glass();
      const text = glass === null ? null : (readByJsqr(glass)?.data ?? null);
      this.#lookedAt = { changes: this.#changes, text };
    }
    return this.#lookedAt.text;
  }

  #complain(what: string): void {
    const atS = Math.round((this.#options.world.env.nowMs() - startMs) / 1000);
    this.complaints.push({ atS, what });
  }
}
