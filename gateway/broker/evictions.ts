import type { GatewayEnv } from '../environment.ts';
import { externalLimits } from './limits.ts';

export interface EvictionsDeps {
  readonly env: Pick<GatewayEnv, 'nowMonoMs' | 'log'>;
  readonly takeOver: (serial: string) => Promise<void>;
}

/** Units to be put out of a broker that does not do so by itself. */
export class Evictions {
  readonly #deps: EvictionsDeps;
  /** Serial → monotonic ms since when it may not be there any more. */
  readonly #waiting = new Map<string, number>();
  readonly #doneMonoMs = new Map<string, number>();

  constructor(deps: EvictionsDeps) {
    this.#deps = deps;
  }

  /** Waits until the broker refuses its certificate: before that it would only come back. */
  add(serial: string): void {
    this.#waiting.set(serial, this.#deps.env.nowMonoMs());
  }

  /** The broker knows the list as it stood then: puts out who is on it, a few at a time. */
  async run(asOfMonoMs: number): Promise<void> {
    const due = [...this.#waiting].filter(([, sinceMonoMs]) => sinceMonoMs <= asOfMonoMs);
    const serials = due.map(([serial]) => serial);
    for (const serial of serials) this.#waiting.delete(serial);
    const next = async () => {
      for (let serial = serials.pop(); serial !== undefined; serial = serials.pop()) {
        await this.#putOut(serial);
      }
    };
    await Promise.all(Array.from({ length: externalLimits.takeOversMax }, next));
  }

  /** Somebody without the right to a session is heard all the same: again, but not at every word. */
  async again(serial: string): Promise<void> {
    if (this.#waiting.has(serial)) return;
    const done = this.#doneMonoMs.get(serial);
    const nowMonoMs = this.#deps.env.nowMonoMs();
    if (done !== undefined && nowMonoMs - done < externalLimits.takeOverAgainMs) return;
    await this.#putOut(serial);
  }

  async #putOut(serial: string): Promise<void> {
    const { env, takeOver } = this.#deps;
    this.#doneMonoMs.set(serial, env.nowMonoMs());
    try {
      await takeOver(serial);
      env.log.info({ serial }, 'session ended at the broker');
    } catch (error) {
      const reason = (error as Error).message;
      env.log.warn({ serial, reason }, 'session not ended at the broker');
    }
  }
}
