import type { Store } from '../../protocols/store/store.ts';
import type { GatewayEnv } from '../environment.ts';
import type { Timers } from '../link/timers.ts';
import type { EventLog, EventPage } from './event-log.ts';
import { signatureHeader, signatureOf } from './signature.ts';
import { moveWebhook, type Webhook } from './webhook-table.ts';

export const hookLimits = {
  postMsMax: 10_000,
  retryDelayMsMin: 1_000,
  retryDelayMsMax: 600_000,
} as const;

/** Posts a body; answers the HTTP status, 0 without an answer. Never rejects. */
export type HookPost = (
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  msMax: number,
) => Promise<number>;

export interface CourierDeps {
  readonly store: Store;
  readonly env: GatewayEnv;
  readonly timers: Timers;
  readonly log: EventLog;
  readonly post: HookPost;
}

/** How a hook is doing. */
export interface HookHealth {
  /** Status of the last post; null: none yet in this run. 0: no answer. */
  readonly lastStatus: number | null;
  readonly failures: number;
  /** When it is tried again, Unix ms; null: nothing waits for a retry. */
  readonly retryAtMs: number | null;
}

const randomBytes = 4;

/**
 * Brings one receiver everything after its cursor, a page at a time, in order, until it answers
 * with success: each event once, or again under the same id when an answer was lost.
 */
export class HookCourier {
  readonly #deps: CourierDeps;
  #hook: Webhook;
  #round: Promise<void> | null = null;
  #moreCame = false;
  #cancelRetry: (() => void) | null = null;
  #health: HookHealth = { lastStatus: null, failures: 0, retryAtMs: null };
  #stopped = false;

  constructor(deps: CourierDeps, hook: Webhook) {
    this.#deps = deps;
    this.#hook = hook;
  }

  get hook(): Webhook {
    return this.#hook;
  }

  get health(): HookHealth {
    return this.#health;
  }

  /** There is news. While a retry waits, news waits with it. */
  wake(): void {
    if (this.#stopped || this.#cancelRetry !== null) return;
    if (this.#round !== null) {
      this.#moreCame = true;
      return;
    }
    this.#round = this.#deliverAll()
      .catch((error: Error) => {
        const { id } = this.#hook;
        this.#deps.env.log.error({ hook: id, reason: error.message }, 'webhook not moved');
        this.#retryLater(0);
      })
      .finally(() => {
        this.#round = null;
        if (!this.#moreCame) return;
        this.#moreCame = false;
        this.wake();
      });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelRetry?.();
    await this.#round;
  }

  async #deliverAll(): Promise<void> {
    while (!this.#stopped) {
      const page = await this.#deps.log.after(this.#hook.afterId);
      const last = page.events.at(-1);
      if (last === undefined) return;
      const missed = missedBefore(page, this.#hook.afterId);
      const status = await this.#send(page, missed);
      if (status < 200 || status > 299) return this.#retryLater(status);
      const skipped = this.#hook.skipped + missed;
      const moved = { ...this.#hook, afterId: last.id, skipped };
      await this.#deps.store.write((tx) => moveWebhook(tx, moved));
      this.#hook = moved;
      this.#health = { lastStatus: status, failures: 0, retryAtMs: null };
    }
  }

  #send({ events }: EventPage, missed: number): Promise<number> {
    const { env, post } = this.#deps;
    const { id, url, secret } = this.#hook;
    const body = JSON.stringify({ v: 1, hook: id, missed, events });
    const headers = {
      'content-type': 'application/json',
      [signatureHeader]: signatureOf(secret, Math.floor(env.nowMs() / 1000), body),
    };
    return post(url, headers, body, hookLimits.postMsMax);
  }

  /** After a random part of a delay that doubles up to its cap; a success resets it. */
  #retryLater(status: number): void {
    if (this.#stopped) return;
    const { env, timers } = this.#deps;
    const failures = this.#health.failures + 1;
    const { retryDelayMsMin, retryDelayMsMax } = hookLimits;
    const fullMs = Math.min(retryDelayMsMin * 2 ** Math.min(failures - 1, 30), retryDelayMsMax);
    const random = env.randomBytes(randomBytes).readUInt32BE() / 2 ** 32;
    const delayMs = Math.ceil(fullMs * (0.5 + random / 2));
    this.#health = { lastStatus: status, failures, retryAtMs: env.nowMs() + delayMs };
    this.#cancelRetry = timers.after(delayMs, () => {
      this.#cancelRetry = null;
      this.wake();
    });
  }
}

/** Events between the cursor and the page that are kept no more. */
function missedBefore({ events, isComplete }: EventPage, afterId: number): number {
  const first = events[0]?.id ?? 0;
  return isComplete ? 0 : Math.max(0, first - afterId - 1);
}
