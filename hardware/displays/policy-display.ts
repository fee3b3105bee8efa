import type { Bitmap } from '../bitmap.ts';
import { strideBytesOf } from '../bitmap.ts';
import type {
  Display,
  DisplayCaps,
  DisplayHealth,
  PageHandlers,
  RefreshMode,
  ShowHint,
  ShowResult,
} from '../display.ts';
import type { DisplayProfile } from '../display-profiles.ts';
import type { HardwareEnv } from '../environment.ts';
import { codeOf } from '../errors.ts';
import { frameHash } from '../frame-hash.ts';
import { RefreshPolicy } from '../refresh-policy.ts';
import type { PanelDriver } from './panel-driver.ts';

/** After a fault the panel is reset and tried again; sooner would only wear it. */
export const FAULT_RETRY_MS = 5000;

/** Any panel behind the `Display` interface: the policy, the order of calls and the health. */
export class PolicyDisplay implements Display {
  readonly caps: DisplayCaps;
  readonly pageHandlers?: PageHandlers;
  readonly #driver: PanelDriver;
  readonly #env: HardwareEnv;
  readonly #policy: RefreshPolicy;
  #glass: Bitmap | null = null;
  #reason: string | null = null;
  #started = false;
  #retryMonoMs = 0;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(profile: DisplayProfile, driver: PanelDriver, env: HardwareEnv) {
    this.caps = profile;
    this.#driver = driver;
    this.#env = env;
    const history = profile.persistent ? (env.refreshMemory?.recall() ?? null) : null;
    this.#policy = new RefreshPolicy(profile, env.nowMonoMs, history);
    if (driver.pageHandlers !== undefined) this.pageHandlers = driver.pageHandlers;
  }

  /** Never rejects: a panel that is not there shows in `health` and is tried again by `show`. */
  async start(): Promise<void> {
    await this.#inTurn(() => this.#startDriver());
  }

  show(picture: Bitmap, hint: ShowHint = {}): Promise<ShowResult> {
    return this.#inTurn(async () => {
      if (!this.#fits(picture)) return this.#refuse('picture-mismatch', null);
      const faultWaitMs = this.#retryMonoMs - this.#env.nowMonoMs();
      if (faultWaitMs > 0) return { shown: false, skipped: 'fault', waitMs: faultWaitMs };
      const decision = this.#policy.decide(hint.mode, this.#temperatureC());
      if (!decision.go) {
        return { shown: false, skipped: decision.because, waitMs: decision.waitMs };
      }
      return await this.#draw(picture, decision.mode);
    });
  }

  waitMs(): number {
    const faultWaitMs = this.#retryMonoMs - this.#env.nowMonoMs();
    return Math.max(0, faultWaitMs, this.#policy.waitMs(this.#temperatureC()));
  }

  carriesCodes(): boolean {
    return this.#policy.carries(this.#temperatureC());
  }

  async off(picture?: Bitmap): Promise<void> {
    await this.#inTurn(async () => {
      const mode = this.#policy.lastAct(this.#temperatureC());
      if (picture !== undefined && mode !== null && this.#fits(picture)) {
        await this.#draw(picture, mode);
      }
      if (!this.caps.persistent) this.#glass = null;
      await this.#attempt(() => this.#driver.powerOff());
    });
  }

  async light(level: number): Promise<void> {
    const bounded = Math.min(1, Math.max(0, level));
    await this.#inTurn(() => this.#attempt(() => this.#driver.light(bounded)));
  }

  health(): DisplayHealth {
    const temperatureC = this.#temperatureC();
    const reason = this.#reason ?? (this.#policy.carries(temperatureC) ? null : 'temperature');
    return { ok: reason === null, reason, temperatureC };
  }

  glass(): Bitmap | null {
    return this.#glass;
  }

  async stop(): Promise<void> {
    await this.#inTurn(() => this.#attempt(() => this.#driver.stop()));
    this.#started = false;
  }

  async #draw(picture: Bitmap, mode: RefreshMode): Promise<ShowResult> {
    if (!this.#started) await this.#startDriver();
    if (!this.#started) return { shown: false, skipped: 'fault', waitMs: FAULT_RETRY_MS };
    // Before the glass is touched: whoever is cut off here has refreshed it all the same.
    await this.#remember(0);
    const drawn = await this.#attempt(() => this.#driver.draw(picture, mode));
    if (!drawn) {
      const refusal = this.#refuse(this.#reason ?? 'write-failed', FAULT_RETRY_MS);
      this.#policy.forget();
      this.#started = false;
      // The next attempt opens the device afresh.
      await this.#driver.stop().catch(() => undefined);
      return refusal;
    }
    this.#policy.done(mode);
    await this.#remember();
    this.#reason = null;
    this.#glass = picture;
    return { shown: true, mode, atMs: this.#env.nowMs(), frameHash: frameHash(picture) };
  }

  /** A history that cannot be written must not keep codes off the glass. */
  async #remember(lastAgoMs?: number): Promise<void> {
    if (!this.caps.persistent) return;
    const history = this.#policy.history(lastAgoMs);
    await this.#env.refreshMemory?.keep(history).catch(() => undefined);
  }

  async #startDriver(): Promise<void> {
    this.#started = await this.#attempt(() => this.#driver.start());
    if (!this.#started) this.#retryMonoMs = this.#env.nowMonoMs() + FAULT_RETRY_MS;
  }

  #refuse(reason: string, waitMs: number | null): ShowResult {
    this.#reason = reason;
    if (waitMs !== null) this.#retryMonoMs = this.#env.nowMonoMs() + waitMs;
    return { shown: false, skipped: 'fault', waitMs };
  }

  async #attempt(act: () => Promise<void>): Promise<boolean> {
    try {
      await act();
      return true;
    } catch (error) {
      this.#reason = codeOf(error);
      return false;
    }
  }

  #fits(picture: Bitmap): boolean {
    const { width, height, format } = this.caps;
    const strideBytes = strideBytesOf(format, width);
    return (
      picture.format === format &&
      picture.width === width &&
      picture.height === height &&
      picture.strideBytes === strideBytes &&
      picture.data.length === strideBytes * height
    );
  }

  #temperatureC(): number | null {
    return this.#env.panelTemperatureC?.() ?? null;
  }

  /** Calls wait for one another: a panel does one thing at a time. */
  #inTurn<Result>(act: () => Promise<Result>): Promise<Result> {
    const turn = this.#turn.then(act);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }
}
