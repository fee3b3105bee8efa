import type { SelfTestLine, SelfTestPart } from '../../protocols/messages/self-test-lines.ts';
import type { DeviceEnv } from '../environment.ts';

export const liveTestLimits = {
  /** A part that does not pass at once is looked at again this often, */
  pollMs: 500,
  /** for this long: a receiver under a roof needs its time. */
  partMsMax: 20_000,
} as const;

export type Finding = Omit<SelfTestLine, 'part'>;

/** One part of a running unit, looked at without taking it from its work. Must not reject. */
export interface LiveCheck {
  readonly part: SelfTestPart;
  look(): Finding | Promise<Finding>;
}

export interface LiveTestParts {
  readonly checks: readonly LiveCheck[];
  readonly env: Pick<DeviceEnv, 'nowMonoMs' | 'timers' | 'log'>;
  /** A part is done. */
  onLine(line: SelfTestLine): void;
}

/** Where a run stands. */
export interface LiveTestState {
  readonly isRunning: boolean;
  /** Of this run, or of the last one. */
  readonly lines: readonly SelfTestLine[];
  /** The part looked at just now; null: none. */
  readonly part: SelfTestPart | null;
}

/** The self-test of a unit at work: part by part, each until it passes or its time is over. */
export class LiveTest {
  readonly #parts: LiveTestParts;
  #lines: readonly SelfTestLine[] = [];
  #part: SelfTestPart | null = null;
  #run: Promise<readonly SelfTestLine[]> | null = null;

  constructor(parts: LiveTestParts) {
    this.#parts = parts;
  }

  get state(): LiveTestState {
    return { isRunning: this.#run !== null, lines: this.#lines, part: this.#part };
  }

  /** One run at a time: who asks during one gets its lines. */
  run(): Promise<readonly SelfTestLine[]> {
    this.#run ??= this.#runAll().finally(() => {
      this.#run = null;
      this.#part = null;
    });
    return this.#run;
  }

  async #runAll(): Promise<readonly SelfTestLine[]> {
    this.#lines = [];
    for (const check of this.#parts.checks) {
      this.#part = check.part;
      const line = { part: check.part, ...(await this.#untilPassed(check)) };
      this.#lines = [...this.#lines, line];
      this.#parts.onLine(line);
    }
    return this.#lines;
  }

  async #untilPassed(check: LiveCheck): Promise<Finding> {
    const { env } = this.#parts;
    const endMonoMs = env.nowMonoMs() + liveTestLimits.partMsMax;
    for (;;) {
      const finding = await this.#look(check);
      if (finding.result !== 'fail' || env.nowMonoMs() >= endMonoMs) return finding;
      await new Promise<void>((resolve) => {
        env.timers.after(liveTestLimits.pollMs, resolve);
      });
    }
  }

  async #look(check: LiveCheck): Promise<Finding> {
    try {
      return await check.look();
    } catch (error) {
      this.#parts.env.log.warn({ part: check.part, error: String(error) }, 'a check failed');
      return { result: 'fail', detail: 'failed' };
    }
  }
}
