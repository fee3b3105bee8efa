import type { LinkMessage } from '../../protocols/http/link-bodies.ts';
import { linkLimits } from './limits.ts';
import type { Waiting } from './outbox.ts';
import type { Timers } from './timers.ts';

interface Passenger extends Waiting {
  readonly answer: (accepted: boolean) => void;
}

/**
 * Posts single messages at once. While all posts are under way, newcomers gather and share the
 * next one, so a rush of scans costs few requests. Nobody waits longer than the limit.
 */
export class ExpressLane {
  readonly #timers: Timers;
  /** Answers with the ids the server has taken; never throws. */
  readonly #post: (messages: readonly LinkMessage[]) => Promise<readonly string[]>;
  readonly #carried = new Map<string, number>();
  readonly #posts = new Set<Promise<void>>();
  #queue: Passenger[] = [];

  constructor(
    timers: Timers,
    post: (messages: readonly LinkMessage[]) => Promise<readonly string[]>,
  ) {
    this.#timers = timers;
    this.#post = post;
  }

  /** True while a message of this subject is on its way: later ones must wait for it. */
  isCarrying(subject: string): boolean {
    return this.#carried.has(subject);
  }

  deliver(waiting: Waiting): Promise<boolean> {
    return new Promise((resolve) => {
      const passenger: Passenger = {
        ...waiting,
        answer: (accepted) => {
          cancel();
          resolve(accepted);
        },
      };
      const cancel = this.#timers.after(linkLimits.expressMsMax, () => {
        this.#queue = this.#queue.filter((other) => other !== passenger);
        resolve(false);
      });
      this.#queue.push(passenger);
      this.#depart();
    });
  }

  /** Resolves when nothing is under way any more. */
  async idle(): Promise<void> {
    while (this.#posts.size > 0) await Promise.all(this.#posts);
  }

  #depart(): void {
    if (this.#queue.length === 0 || this.#posts.size >= linkLimits.expressPostsMax) return;
    const group = this.#queue.splice(0, linkLimits.messagesMax);
    for (const { subject } of group) this.#count(subject, 1);
    const post = this.#carry(group).finally(() => {
      this.#posts.delete(post);
      for (const { subject } of group) this.#count(subject, -1);
      this.#depart();
    });
    this.#posts.add(post);
  }

  async #carry(group: readonly Passenger[]): Promise<void> {
    const taken = new Set(await this.#post(group.map(({ message }) => message)));
    for (const { message, answer } of group) answer(taken.has(message.id));
  }

  #count(subject: string, change: number): void {
    const count = (this.#carried.get(subject) ?? 0) + change;
    if (count > 0) this.#carried.set(subject, count);
    else this.#carried.delete(subject);
  }
}
