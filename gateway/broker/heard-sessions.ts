import type { GatewayEnv } from '../environment.ts';
import type { BrokerDeps } from './broker.ts';

export interface HeardSessionsDeps extends Pick<BrokerDeps, 'onOpened' | 'onClosed'> {
  readonly env: Pick<GatewayEnv, 'nowMonoMs'>;
  readonly silentMsMax: number;
}

interface Heard {
  atMonoMs: number;
  /** A `hello` came in this session: the next one is of another. */
  isGreeted: boolean;
}

/**
 * Sessions at a broker that tells nobody of them, known by what units send: any batch opens one,
 * `hello` begins another, the will ends it, and so does silence.
 */
export class HeardSessions {
  readonly #deps: HeardSessionsDeps;
  readonly #heard = new Map<string, Heard>();

  constructor(deps: HeardSessionsDeps) {
    this.#deps = deps;
  }

  has(serial: string): boolean {
    return this.#heard.has(serial);
  }

  heard(serial: string): void {
    const atMonoMs = this.#deps.env.nowMonoMs();
    const known = this.#heard.get(serial);
    if (known !== undefined) {
      known.atMonoMs = atMonoMs;
      return;
    }
    this.#heard.set(serial, { atMonoMs, isGreeted: false });
    this.#deps.onOpened(serial);
  }

  greeted(serial: string): void {
    if (this.#heard.get(serial)?.isGreeted === true) this.ended(serial);
    this.heard(serial);
    const known = this.#heard.get(serial);
    if (known !== undefined) known.isGreeted = true;
  }

  ended(serial: string): void {
    if (this.#heard.delete(serial)) this.#deps.onClosed(serial);
  }

  /** Ends those that were silent for too long. */
  sweep(): void {
    const sinceMonoMs = this.#deps.env.nowMonoMs() - this.#deps.silentMsMax;
    for (const [serial, { atMonoMs }] of this.#heard) {
      if (atMonoMs < sinceMonoMs) this.ended(serial);
    }
  }

  /** The broker is away: nothing is known of anybody. */
  endAll(): void {
    for (const serial of [...this.#heard.keys()]) this.ended(serial);
  }
}
