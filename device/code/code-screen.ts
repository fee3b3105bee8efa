import type { Cancel } from '../environment.ts';
import type { EchoOnScreen, Frame, ScreenComposer, ScreenState } from '../screen/screen.ts';
import { type CodeScreenParts, codeScreenLimits, type ScreenFault } from './code-screen-parts.ts';
import type { MintedCode } from './minter.ts';
import { ScanEcho } from './scan-echo.ts';
import {
  frameKey,
  type Notice,
  type ScreenFacts,
  type ScreenSubject,
  screenState,
  signedFacts,
} from './screen-facts.ts';

/** What stands on the glass, as far as this part put it there. */
interface Glass {
  readonly notice: Notice | null;
  readonly code: MintedCode | null;
  readonly echo: EchoOnScreen | null;
  readonly key: string;
  /** The facts its code was signed with. */
  readonly signed: string;
  readonly shownMonoMs: number;
}

/**
 * The living code on the glass: a new one when it is time, when one was scanned, or when what it
 * says changed; never one that the panel cannot show, that a decoder cannot read, or that cannot
 * be replaced before it is worth nothing. Scan code, "Screen".
 */
export class CodeScreen {
  readonly #parts: CodeScreenParts;
  #glass: Glass | null = null;
  readonly #echo = new ScanEcho();
  #asked = false;
  #fault: ScreenFault | null = null;
  #next: Cancel | null = null;
  #busy: Promise<void> | null = null;
  #lookedMonoMs = 0;
  #startedMonoMs = 0;
  #again = false;
  #stopped = true;

  constructor(parts: CodeScreenParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#stopped = false;
    this.#startedMonoMs = this.#parts.env.nowMonoMs();
    this.changed();
  }

  /** Last act: `off` on the glass, then the panel without power. Once: the panel wears. */
  async stop(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#next?.();
    await this.#busy;
    const { display, composer, facts } = this.#parts;
    const subject = { notice: 'off', code: null, echo: null } as const;
    const frame = await composer.compose(screenState(facts(), subject)).catch(() => undefined);
    await display.off(frame?.picture);
    this.#glass = { ...subject, key: '', signed: '', shownMonoMs: 0 };
  }

  /** Something the screen shows may have changed. */
  changed(): void {
    this.#next?.();
    this.#next = null;
    if (this.#stopped) return;
    if (this.#busy !== null) {
      this.#again = true;
      return;
    }
    this.#busy = this.#look().finally(() => {
      this.#busy = null;
      if (this.#again) {
        this.#again = false;
        this.changed();
      }
    });
  }

  /** The next code as soon as the panel allows. */
  nextCode(): void {
    this.#asked = true;
    this.changed();
  }

  /** A first opening: answered on the glass, and the screen moves on. False: of no code here. */
  scanned(issuedAt: number, openedAtMs: number): boolean {
    const known = this.#echo.opened(issuedAt, openedAtMs, this.#parts.env.nowMonoMs());
    if (!known) return false;
    if (issuedAt === this.#glass?.code?.issuedAt) this.#asked = true;
    this.changed();
    return true;
  }

  /** The code on the glass; null while a notice or nothing stands there. */
  code(): MintedCode | null {
    return this.#glass?.code ?? null;
  }

  /** The answered opening on the glass. */
  echo(): EchoOnScreen | null {
    return this.#glass?.echo ?? null;
  }

  notice(): Notice | null {
    return this.#glass?.notice ?? null;
  }

  fault(): ScreenFault | null {
    return this.#fault;
  }

  /** True when nobody has looked after the glass for too long. */
  isStalled(): boolean {
    const sinceMs = this.#parts.env.nowMonoMs() - this.#lookedMonoMs;
    return !this.#stopped && sinceMs > codeScreenLimits.stalledMs;
  }

  async #look(): Promise<void> {
    this.#lookedMonoMs = this.#parts.env.nowMonoMs();
    let waitMs: number = codeScreenLimits.retryMs;
    try {
      waitMs = await this.#step();
    } catch (error) {
      this.#noteFault('mint-failed', String(error));
    }
    await this.#blankWhenExpired();
    if (this.#stopped || this.#again) return;
    const { lookMsMax } = codeScreenLimits;
    // What stands on the glass is looked after at the very end of its time.
    const endMs = this.#codeLeftMs() > 0 ? this.#codeLeftMs() : lookMsMax;
    const boundedMs = Math.min(Math.max(waitMs, 1), endMs, lookMsMax);
    this.#next = this.#parts.env.timers.after(boundedMs, () => this.changed());
  }

  /** One look at what should stand on the glass; answers when to look again, in ms. */
  async #step(): Promise<number> {
    const facts = this.#parts.facts();
    const notice = this.#noticeFor(facts);
    if (notice !== null) return await this.#keepNotice(notice, facts);
    const dueMs = this.#codeDueMs(facts);
    if (dueMs <= 0) return await this.#newCode(facts);
    return await this.#keepCode(facts, dueMs);
  }

  #noticeFor(facts: ScreenFacts): Notice | null {
    if (facts.identity === null) return 'not-enrolled';
    if (facts.suspended) return 'suspended';
    if (!this.#parts.display.carriesCodes()) return 'blanked';
    return this.#parts.clock.now() === null ? 'no-time' : null;
  }

  /** Time until another code is due; 0 or less: now. */
  #codeDueMs(facts: ScreenFacts): number {
    const glass = this.#glass;
    if (glass?.code == null || this.#asked || glass.signed !== signedFacts(facts)) return 0;
    const { env, rotation } = this.#parts;
    const rotateMs = glass.shownMonoMs + rotation.rotationS * 1000 - env.nowMonoMs();
    return Math.min(rotateMs, this.#codeLeftMs());
  }

  /** How long the code on the glass is still worth something. */
  #codeLeftMs(): number {
    const code = this.#glass?.code ?? null;
    const nowMs = this.#parts.clock.now()?.ms;
    if (code === null || nowMs === undefined) return 0;
    const aheadMs = code.issuedAt * 1000 - nowMs;
    return aheadMs > codeScreenLimits.aheadMsMax ? 0 : code.validUntilMs - nowMs;
  }

  async #keepNotice(notice: Notice, facts: ScreenFacts): Promise<number> {
    const subject = { notice, code: null, echo: null };
    const { display } = this.#parts;
    const state = screenState(facts, subject);
    if (this.#glass?.key === frameKey(state, display.caps.persistent)) {
      return codeScreenLimits.lookMsMax;
    }
    const waitMs = Math.max(display.waitMs(), this.#graceMs(notice));
    if (waitMs > 0) return waitMs;
    const drawn = await this.#draw(facts, subject);
    return drawn ? codeScreenLimits.lookMsMax : codeScreenLimits.retryMs;
  }

  /** How long a notice may wait because it would cost e-ink a refresh and soon be untrue. */
  #graceMs(notice: Notice): number {
    const { display, env } = this.#parts;
    if (notice !== 'no-time' || !display.caps.persistent || this.#glass !== null) return 0;
    return this.#startedMonoMs + codeScreenLimits.noTimeGraceMs - env.nowMonoMs();
  }

  async #newCode(facts: ScreenFacts): Promise<number> {
    const { display, minter, rotation, env } = this.#parts;
    const waitMs = display.waitMs();
    if (waitMs > 0) return waitMs;
    if (facts.identity === null) return 0;
    const { duty, incidentRef } = facts;
    const minted = await minter.mint(facts.identity, { duty, incidentRef, ttlS: rotation.ttlS });
    if (!minted.ok) {
      return minted.refused === 'second-taken' ? minted.waitMs : codeScreenLimits.retryMs;
    }
    // Asked for again while this one is drawn means: yet another.
    const wasAsked = this.#asked;
    this.#asked = false;
    const echo = this.#echo.due(env.nowMonoMs());
    if (!(await this.#draw(facts, { notice: null, code: minted.code, echo }))) {
      this.#asked ||= wasAsked;
      return codeScreenLimits.retryMs;
    }
    return 0;
  }

  /** Redraws the same code when what stands beside it changed. */
  async #keepCode(facts: ScreenFacts, dueMs: number): Promise<number> {
    const { display, env } = this.#parts;
    const glass = this.#glass as Glass;
    // E-ink spends no refresh on taking an answer away: it goes with the next code.
    const kept = display.caps.persistent ? glass.echo : null;
    const echo = this.#echo.due(env.nowMonoMs()) ?? kept;
    const subject: ScreenSubject = { notice: null, code: glass.code, echo };
    const key = frameKey(screenState(facts, subject), display.caps.persistent);
    if (key === glass.key) return dueMs;
    const sinceMs = env.nowMonoMs() - glass.shownMonoMs;
    const waitMs = Math.max(display.waitMs(), codeScreenLimits.redrawMsMin - sinceMs);
    if (waitMs > 0) return Math.min(waitMs, dueMs);
    const drawn = await this.#draw(facts, subject);
    return drawn ? Math.min(dueMs, codeScreenLimits.lookMsMax) : codeScreenLimits.retryMs;
  }

  /** A code nobody can take any more does not stay: a panel that takes no picture goes dark. */
  async #blankWhenExpired(): Promise<void> {
    const { display, facts } = this.#parts;
    if (this.#glass?.code == null || this.#codeLeftMs() > 0) return;
    const subject = { notice: 'blanked', code: null, echo: null } as const;
    if (display.waitMs() <= 0 && (await this.#draw(facts(), subject))) return;
    if (display.caps.persistent) return;
    await display.off();
    this.#glass = null;
  }

  /** Composes, decodes, shows. True when the frame stands on the glass. */
  async #draw(facts: ScreenFacts, subject: ScreenSubject): Promise<boolean> {
    const { display, composer, env } = this.#parts;
    const state = screenState(facts, subject);
    const frame = await this.#compose(composer, state);
    if (frame === null) return false;
    const shown = await display.show(frame.picture);
    if (!shown.shown) {
      if (shown.skipped !== 'interval') {
        this.#noteFault('display-fault', display.health().reason ?? shown.skipped);
      }
      return false;
    }
    this.#fault = null;
    const isNew = subject.code !== null && subject.code !== this.#glass?.code;
    const rotatesFromMonoMs = isNew ? env.nowMonoMs() : this.#glass?.shownMonoMs;
    this.#glass = {
      notice: subject.notice,
      code: subject.code,
      echo: subject.echo,
      key: frameKey(state, display.caps.persistent),
      signed: isNew ? signedFacts(facts) : (this.#glass?.signed ?? ''),
      shownMonoMs: rotatesFromMonoMs ?? env.nowMonoMs(),
    };
    this.#echo.drawn(subject.echo);
    if (isNew && subject.code !== null) {
      this.#echo.codeShown(subject.code);
      this.#parts.onShown(subject.code, frame, shown.mode);
    }
    return true;
  }

  /** A frame whose code an independent decoder reads back; null, and a fault, for any other. */
  async #compose(composer: ScreenComposer, state: ScreenState): Promise<Frame | null> {
    const frame = await composer.compose(state).catch((error: unknown) => {
      this.#noteFault('frame-failed', String(error));
      return null;
    });
    if (frame === null) return null;
    const link = state.code?.link ?? state.enrolment?.link ?? null;
    if (link !== null && frame.decodedText !== link) {
      this.#noteFault('frame-undecodable', frame.decodedText === null ? 'unread' : 'misread');
      return null;
    }
    return frame;
  }

  #noteFault(fault: ScreenFault, detail: string): void {
    if (fault === this.#fault) return;
    this.#fault = fault;
    this.#parts.onFault(fault, detail);
  }
}
