import type { Cancel, HardwareEnv, Timers } from '../environment.ts';

interface Alarm {
  readonly dueMs: number;
  readonly order: number;
  readonly run: () => void;
}

/** Time that passes only when told to. Alarms run in the order they fall due. */
export class VirtualClock implements Timers {
  #monoMs = 0;
  #wallMs: number;
  #order = 0;
  readonly #alarms = new Set<Alarm>();

  constructor(wallMs: number) {
    this.#wallMs = wallMs;
  }

  readonly nowMonoMs = (): number => this.#monoMs;
  readonly nowMs = (): number => this.#wallMs;

  after(delayMs: number, run: () => void): Cancel {
    this.#order += 1;
    const alarm: Alarm = { dueMs: this.#monoMs + Math.max(0, delayMs), order: this.#order, run };
    this.#alarms.add(alarm);
    return () => {
      this.#alarms.delete(alarm);
    };
  }

  /** Somebody sets the wall clock; the monotonic one does not notice. */
  jumpWall(byMs: number): void {
    this.#wallMs += byMs;
  }

  /** Lets `ms` pass; promises that wait on an alarm go on before the next alarm runs. */
  async advance(ms: number): Promise<void> {
    const endMs = this.#monoMs + ms;
    await settle();
    for (let alarm = this.#next(endMs); alarm !== null; alarm = this.#next(endMs)) {
      this.#alarms.delete(alarm);
      this.#moveTo(alarm.dueMs);
      alarm.run();
      await settle();
    }
    this.#moveTo(endMs);
  }

  /** Lets time pass from alarm to alarm until `promise` settles; throws after `msMax`. */
  async until<Result>(promise: Promise<Result>, msMax = 3_600_000): Promise<Result> {
    const endMs = this.#monoMs + msMax;
    let settled = false;
    const done = (): void => {
      settled = true;
    };
    promise.then(done, done);
    await settle();
    while (!settled) {
      const alarm = this.#next(endMs);
      if (alarm === null) await realPause();
      else await this.advance(alarm.dueMs - this.#monoMs);
      if (alarm === null && !settled && this.#next(Number.POSITIVE_INFINITY) !== null) {
        throw new RangeError(`nothing happened within ${msMax} ms`);
      }
    }
    return await promise;
  }

  /** An environment on this clock. */
  env(extra: Partial<HardwareEnv> = {}): HardwareEnv {
    return { nowMonoMs: this.nowMonoMs, nowMs: this.nowMs, timers: this, ...extra };
  }

  #moveTo(monoMs: number): void {
    this.#wallMs += monoMs - this.#monoMs;
    this.#monoMs = monoMs;
  }

  #next(endMs: number): Alarm | null {
    let best: Alarm | null = null;
    for (const alarm of this.#alarms) {
      if (alarm.dueMs > endMs) continue;
      const sooner =
        best === null ||
        alarm.dueMs < best.dueMs ||
        (alarm.dueMs === best.dueMs && alarm.order < best.order);
      if (sooner) best = alarm;
    }
    return best;
  }
}

/** Real input and output, such as a file, takes a moment that no virtual clock knows. */
function realPause(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 1);
  });
}

/** Two turns of the event loop: chained promises without real I/O are through by then. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 2; turn += 1) {
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
  }
}
