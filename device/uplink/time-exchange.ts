import type { DownMessage } from '../../protocols/messages/down-schemas.ts';
import type { UnitRecord } from '../../protocols/messages/records.ts';
import type { TrustedClock } from '../clock/trusted-clock.ts';
import type { Cancel, DeviceEnv } from '../environment.ts';
import type { Stamp } from '../outbox/thinning.ts';

export const timeExchangeLimits = {
  /** A slower answer says too little about when it was true. */
  roundTripMsMax: 8_000,
  /** Between requests while the clock is good, and while an answer is missing. */
  periodMs: 600_000,
  retryMs: 15_000,
  /** What a round trip does not account for. */
  baseUncertaintyMs: 50,
} as const;

const nonceBytes = 16;

type TimeMessage = Extract<DownMessage, { type: 'time' }>;

export interface TimeExchangeParts {
  readonly clock: TrustedClock;
  readonly env: DeviceEnv;
  stamp(): Stamp;
  /** Sends records that are not kept, in the present session. */
  send(records: readonly UnitRecord[]): void;
  /** The clock took a sample. */
  onSample(): void;
}

/**
 * The gateway's signed time over a nonce of the unit's: a clock source that nobody on the way can
 * forge, replay or delay by more than the bound. In return the unit echoes the gateway's nonce.
 */
export class TimeExchange {
  readonly #parts: TimeExchangeParts;
  #waiting: { readonly nonce: string; readonly sentMonoMs: number } | null = null;
  #next: Cancel | null = null;

  constructor(parts: TimeExchangeParts) {
    this.#parts = parts;
  }

  sessionUp(): void {
    this.#ask();
  }

  sessionDown(): void {
    this.#next?.();
    this.#next = null;
    this.#waiting = null;
  }

  /** Takes an answer, and echoes at once whatever it asks. */
  answer(message: TimeMessage, receivedMonoMs: number): void {
    const waiting = this.#waiting;
    if (waiting !== null && waiting.nonce === message.nonce) {
      this.#waiting = null;
      this.#offer(message.gatewayMs, receivedMonoMs - waiting.sentMonoMs, receivedMonoMs);
      this.#askIn(timeExchangeLimits.periodMs);
    }
    const { clock, stamp, send } = this.#parts;
    const unitMs = clock.now()?.ms ?? null;
    const nonce = new Uint8Array(Buffer.from(message.echo, 'base64url'));
    send([{ kind: 'timeEcho', seq: 0, ...stamp(), values: { nonce, unitMs } }]);
  }

  #offer(gatewayMs: number, roundTripMs: number, monoMs: number): void {
    if (roundTripMs > timeExchangeLimits.roundTripMsMax) return;
    const halfMs = roundTripMs / 2;
    this.#parts.clock.offer({
      source: 'gateway',
      unixMs: gatewayMs + halfMs,
      monoMs,
      uncertaintyMs: halfMs + timeExchangeLimits.baseUncertaintyMs,
    });
    this.#parts.onSample();
  }

  #ask(): void {
    const { env, stamp, send } = this.#parts;
    const nonce = env.randomBytes(nonceBytes);
    this.#waiting = {
      nonce: Buffer.from(nonce).toString('base64url'),
      sentMonoMs: env.nowMonoMs(),
    };
    send([{ kind: 'timeRequest', seq: 0, ...stamp(), values: { nonce } }]);
    this.#askIn(timeExchangeLimits.retryMs);
  }

  #askIn(delayMs: number): void {
    this.#next?.();
    this.#next = this.#parts.env.timers.after(delayMs, () => this.#ask());
  }
}
