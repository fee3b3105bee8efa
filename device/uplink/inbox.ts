import type { KeyObject } from 'node:crypto';
import { type DownProblem, openDown } from '../../protocols/messages/down.ts';
import type { DownMessage } from '../../protocols/messages/down-schemas.ts';
import type { Store } from '../../protocols/store/store.ts';
import type { Log } from '../environment.ts';
import type { Outbox } from '../outbox/outbox.ts';
import { settingNames, writeSetting } from '../store/settings.ts';

/** Messages waiting to be taken; a flood beyond it is dropped, for state is sent again anyway. */
const queuedMax = 200;

type MessageOf<Type extends DownMessage['type']> = Extract<DownMessage, { type: Type }>;

/** What the unit does with each kind, after its counter is on disk. */
export interface InboxHandlers {
  config(message: MessageOf<'config'>): void;
  incident(message: MessageOf<'incident'>): void;
  scanned(message: MessageOf<'scanned'>): void;
  time(message: MessageOf<'time'>, receivedMonoMs: number): void;
  command(message: MessageOf<'command'>): void;
  roster(message: MessageOf<'roster'>): void;
  release(message: MessageOf<'release'>): void;
  /** Rows were settled, or asked for again from `fromSeq`. */
  settled(): void;
  resend(fromSeq: number): void;
}

export interface InboxParts {
  readonly serial: string;
  readonly gatewayKeys: ReadonlyMap<string, KeyObject>;
  readonly store: Store;
  readonly outbox: Outbox;
  readonly log: Log;
  /** Highest counter taken before this run. */
  readonly lastCounter: number;
  nowMonoMs(): number;
  sentUpTo(): number;
  readonly handlers: InboxHandlers;
}

/**
 * Everything that comes down, one at a time and in order: signature by a pinned key, counter
 * above every one before, then written, then obeyed. Anything else is ignored and counted.
 */
export class Inbox {
  readonly #parts: InboxParts;
  #lastCounter: number;
  #queued = 0;
  #tail: Promise<void> = Promise.resolve();
  readonly #refusals = new Map<DownProblem | 'flood', number>();

  constructor(parts: InboxParts) {
    this.#parts = parts;
    this.#lastCounter = parts.lastCounter;
  }

  get lastCounter(): number {
    return this.#lastCounter;
  }

  /** How often what was refused. */
  get refusals(): ReadonlyMap<string, number> {
    return this.#refusals;
  }

  /** Resolves when the message is taken or refused. Never rejects. */
  take(bytes: Uint8Array): Promise<void> {
    if (this.#queued >= queuedMax) {
      this.#refuse('flood');
      return Promise.resolve();
    }
    const receivedMonoMs = this.#parts.nowMonoMs();
    this.#queued += 1;
    this.#tail = this.#tail.then(() =>
      this.#open(bytes, receivedMonoMs)
        .catch((error: unknown) => {
          this.#parts.log.error({ error: String(error) }, 'a message could not be taken');
        })
        .finally(() => {
          this.#queued -= 1;
        }),
    );
    return this.#tail;
  }

  async #open(bytes: Uint8Array, receivedMonoMs: number): Promise<void> {
    const { serial, gatewayKeys } = this.#parts;
    const reading = openDown(serial, bytes, gatewayKeys, this.#lastCounter);
    if (!reading.ok) {
      this.#refuse(reading.problem);
      return;
    }
    await this.#keep(reading.message, reading.counter);
    this.#lastCounter = reading.counter;
    this.#obey(reading.message, receivedMonoMs);
  }

  /** The counter, and what must outlive a power cut, in one transaction. */
  async #keep(message: DownMessage, counter: number): Promise<void> {
    const { outbox, store } = this.#parts;
    if (message.type === 'ack') {
      await outbox.settle(message, counter, this.#parts.sentUpTo());
      return;
    }
    if (message.type === 'resend') {
      await outbox.resendFrom(message.epoch, message.fromSeq, counter);
      return;
    }
    await store.write(async (tx) => {
      await writeSetting(tx, settingNames.downCounter, counter);
      if (message.type === 'config') await writeSetting(tx, settingNames.config, message);
      if (message.type === 'incident') await writeSetting(tx, settingNames.incident, message);
    });
  }

  #obey(message: DownMessage, receivedMonoMs: number): void {
    const { handlers, outbox } = this.#parts;
    switch (message.type) {
      case 'ack':
        if (message.epoch === outbox.epoch) handlers.settled();
        for (const { seq, reason } of message.nack) {
          this.#parts.log.warn({ seq, reason }, 'the gateway refused a record for good');
        }
        return;
      case 'resend':
        if (message.epoch === outbox.epoch) handlers.resend(message.fromSeq);
        return;
      case 'config':
        handlers.config(message);
        return;
      case 'incident':
        handlers.incident(message);
        return;
      case 'scanned':
        handlers.scanned(message);
        return;
      case 'time':
        handlers.time(message, receivedMonoMs);
        return;
      case 'command':
        handlers.command(message);
        return;
      case 'roster':
        handlers.roster(message);
        return;
      case 'release':
        handlers.release(message);
    }
  }

  #refuse(problem: DownProblem | 'flood'): void {
    const count = (this.#refusals.get(problem) ?? 0) + 1;
    this.#refusals.set(problem, count);
    if (count === 1) this.#parts.log.warn({ problem }, 'a message from the gateway was refused');
  }
}
