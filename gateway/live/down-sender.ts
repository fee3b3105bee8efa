import { sealDown } from '../../protocols/messages/down.ts';
import type { AckMessage, DownMessage } from '../../protocols/messages/down-schemas.ts';
import { channels } from '../../protocols/messages/topics.ts';
import type { GatewayEnv } from '../environment.ts';
import type { DownKey } from '../secrets/gateway-secrets.ts';

/** Hands text to the live session of a unit; false: there is none. */
export type Publish = (serial: string, channel: 'ack' | 'down', text: string) => boolean;

/**
 * Signs what goes down. The counter of a unit never repeats: more than any before in this run,
 * more than the unit says it has seen, and not less than the time in µs, which carries it over a
 * restart. wire.md, "MQTT".
 */
export class DownSender {
  readonly #env: GatewayEnv;
  readonly #key: DownKey;
  readonly #publish: Publish;
  readonly #counters = new Map<string, number>();

  constructor(env: GatewayEnv, key: DownKey, publish: Publish) {
    this.#env = env;
    this.#key = key;
    this.#publish = publish;
  }

  /** The unit has seen this counter. True: it is ahead of ours, the next one is larger. */
  reported(serial: string, counter: number): boolean {
    const ahead = Number.isSafeInteger(counter) && counter > (this.#counters.get(serial) ?? 0);
    if (ahead) this.#counters.set(serial, counter);
    return ahead;
  }

  send(serial: string, message: DownMessage): boolean {
    return this.#send(serial, channels.down, message);
  }

  acknowledge(serial: string, ack: AckMessage): boolean {
    return this.#send(serial, channels.ack, ack);
  }

  #send(serial: string, channel: 'ack' | 'down', message: DownMessage): boolean {
    const counter = Math.max((this.#counters.get(serial) ?? 0) + 1, this.#env.nowMs() * 1000);
    this.#counters.set(serial, counter);
    const { keyId, signer } = this.#key;
    return this.#publish(serial, channel, sealDown(serial, counter, message, keyId, signer));
  }
}
