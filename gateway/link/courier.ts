import type { LinkMessage, LinkMessagesAnswer } from '../../protocols/http/link-bodies.ts';
import type { Store } from '../../protocols/store/store.ts';
import { ExpressLane } from './express-lane.ts';
import { linkLimits } from './limits.ts';
import { oldest, type Refused, settle, type Waiting } from './outbox.ts';
import type { Reply } from './server-client.ts';
import type { Timers } from './timers.ts';

export interface CourierDeps {
  readonly store: Store;
  readonly timers: Timers;
  readonly nowMs: () => number;
  /** Uniform in [0, 1): spreads retries. */
  readonly random: () => number;
  /** Posts in order; status 0 without a link. */
  readonly post: (
    messages: readonly LinkMessage[],
    msMax: number,
  ) => Promise<Reply<LinkMessagesAnswer>>;
  readonly onRefused: (refused: readonly Refused[]) => void;
  readonly onError: (error: unknown) => void;
}

/** Answers that speak of what was sent, not of the way there: repeating cannot help. */
function isAboutMessage(status: number): boolean {
  return status === 400 || status === 413 || status === 422;
}

/**
 * Carries the outbox to the server: oldest first, again until the server has it, in order per
 * subject. A fresh scan goes ahead at once (`deliverNow`) and stays in the outbox meanwhile.
 */
export class Courier {
  readonly #deps: CourierDeps;
  readonly #express: ExpressLane;
  /** Accepted by express, still to be taken out of the outbox. */
  #swept: string[] = [];
  #cancelSweep: (() => void) | null = null;
  #cancelRetry: (() => void) | null = null;
  #round: Promise<void> | null = null;
  #moreCame = false;
  #retryDelayMs: number = linkLimits.retryDelayMsMin;
  #batchMax: number = linkLimits.messagesMax;
  #stopped = true;
  #lastReplyOk: boolean | null = null;

  constructor(deps: CourierDeps) {
    this.#deps = deps;
    this.#express = new ExpressLane(deps.timers, async (messages) => {
      const reply = await deps.post(messages, linkLimits.expressMsMax);
      return reply.ok ? this.#takeExpress(reply.body) : [];
    });
  }

  /** Whether the last post got through; null before the first. */
  get reached(): boolean | null {
    return this.#lastReplyOk;
  }

  start(): void {
    this.#stopped = false;
    this.wake();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelRetry?.();
    this.#cancelRetry = null;
    await this.#express.idle();
    await this.#round;
    await this.#sweep();
  }

  /** Posts a committed message now. False: not within 500 ms, it goes with the outbox. */
  async deliverNow(waiting: Waiting): Promise<boolean> {
    if (this.#stopped) return false;
    const accepted = await this.#express.deliver(waiting);
    if (!accepted) this.#retryLater();
    return accepted;
  }

  /** There is something new in the outbox, or the link has just come up. */
  wake(): void {
    if (this.#stopped) return;
    this.#cancelRetry?.();
    this.#cancelRetry = null;
    if (this.#round !== null) {
      this.#moreCame = true;
      return;
    }
    this.#round = this.#deliverAll()
      .catch((error: unknown) => {
        this.#deps.onError(error);
        this.#retryLater();
      })
      .finally(() => {
        this.#round = null;
        if (this.#moreCame) this.wake();
      });
  }

  async #deliverAll(): Promise<void> {
    do {
      this.#moreCame = false;
      while (!this.#stopped && (await this.#deliverSome())) {
        // One batch after another until nothing is left, or the server does not take it.
      }
    } while (this.#moreCame && !this.#stopped);
  }

  /** One batch; true when another may follow at once. */
  async #deliverSome(): Promise<boolean> {
    await this.#sweep();
    const rows = await oldest(this.#deps.store, this.#batchMax);
    const batch = rows.filter(({ subject }) => !this.#express.isCarrying(subject));
    if (batch.length === 0) {
      // What express carries leaves the outbox by itself, or is tried again a little later.
      if (rows.length > 0) this.#retryLater();
      return false;
    }
    const messages = batch.map(({ message }) => message);
    const reply = await this.#deps.post(messages, linkLimits.postMsMax);
    this.#lastReplyOk = reply.ok;
    if (!reply.ok) return this.#afterFailure(messages, reply.status);
    const { accepted, refused } = reply.body;
    await this.#settle(accepted, refused);
    if (accepted.length + refused.length === 0) {
      this.#retryLater();
      return false;
    }
    this.#retryDelayMs = linkLimits.retryDelayMsMin;
    this.#batchMax = Math.min(this.#batchMax * 2, linkLimits.messagesMax);
    return true;
  }

  /** A batch that does not fit the server is halved until the message at fault stands alone. */
  async #afterFailure(messages: readonly LinkMessage[], status: number): Promise<boolean> {
    const [first] = messages;
    if (isAboutMessage(status) && first !== undefined) {
      if (messages.length > 1) this.#batchMax = Math.ceil(messages.length / 2);
      else await this.#settle([], [{ id: first.id, code: `http-${status}` }]);
      return true;
    }
    this.#retryLater();
    return false;
  }

  async #settle(accepted: readonly string[], refused: readonly Refused[]): Promise<void> {
    await settle(this.#deps.store, accepted, refused, this.#deps.nowMs());
    if (refused.length > 0) this.#deps.onRefused(refused);
  }

  /** After a random part of the delay, which doubles each time; a success resets it. */
  #retryLater(): void {
    if (this.#stopped || this.#cancelRetry !== null) return;
    const delayMs = this.#retryDelayMs * (0.5 + this.#deps.random() / 2);
    this.#retryDelayMs = Math.min(this.#retryDelayMs * 2, linkLimits.retryDelayMsMax);
    this.#cancelRetry = this.#deps.timers.after(delayMs, () => {
      this.#cancelRetry = null;
      this.wake();
    });
  }

  /** Notes what an express post brought; refusals stay for the outbox to lay aside. */
  #takeExpress({ accepted }: LinkMessagesAnswer): readonly string[] {
    this.#lastReplyOk = true;
    this.#swept.push(...accepted);
    this.#cancelSweep ??= this.#deps.timers.after(linkLimits.sweepDelayMs, () => {
      this.#sweep().catch((error: unknown) => this.#deps.onError(error));
    });
    return accepted;
  }

  async #sweep(): Promise<void> {
    this.#cancelSweep?.();
    this.#cancelSweep = null;
    const ids = this.#swept;
    if (ids.length === 0) return;
    this.#swept = [];
    await settle(this.#deps.store, ids, [], this.#deps.nowMs());
  }
}
