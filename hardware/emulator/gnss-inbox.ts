import { checksumOf } from '../../protocols/nmea/framing.ts';
import { HardwareError } from '../errors.ts';
import { ubxSum } from './gnss-commands.ts';

/** A sentence body, or a UBX message from its class byte to the end of its payload. */
export type Incoming = { readonly body: string } | { readonly ubx: Uint8Array };

const SENTENCE_BYTES_MAX = 255;
const UBX_PAYLOAD_BYTES_MAX = 1024;
const DOLLAR = 0x24;
const SYNC_1 = 0xb5;
const SYNC_2 = 0x62;

/** Cuts what a host writes to a receiver into messages; throws `illegal-input` at the first wrong
 * byte and forgets what it held, so that the next message is read from its beginning. */
export class GnssInbox {
  #held: number[] = [];

  push(bytes: Uint8Array): Incoming[] {
    const messages: Incoming[] = [];
    for (const byte of bytes) {
      this.#held.push(byte);
      const message = this.#complete();
      if (message === null) continue;
      messages.push(message);
      this.#held = [];
    }
    return messages;
  }

  #complete(): Incoming | null {
    const first = this.#held[0];
    if (first === DOLLAR) return this.#sentence();
    if (first === SYNC_1) return this.#ubx();
    return this.#refuse('no message begins so');
  }

  #sentence(): Incoming | null {
    const last = this.#held.at(-1) ?? 0;
    if (last !== 0x0d && last !== 0x0a && (last < 0x20 || last > 0x7e)) {
      return this.#refuse('not printable');
    }
    if (this.#held.length > SENTENCE_BYTES_MAX) return this.#refuse('sentence too long');
    if (last !== 0x0a) return null;
    const text = String.fromCharCode(...this.#held);
    const match = /^\$([^$*\r\n]+)\*([0-9A-F]{2})\r\n$/.exec(text);
    const body = match?.[1];
    if (body === undefined) return this.#refuse('not a sentence');
    if (checksumOf(body) !== Number.parseInt(match?.[2] ?? '', 16)) return this.#refuse('checksum');
    return { body };
  }

  #ubx(): Incoming | null {
    const held = this.#held;
    if (held.length >= 2 && held[1] !== SYNC_2) return this.#refuse('second sync byte');
    if (held.length < 6) return null;
    const payloadBytes = (held[4] ?? 0) | ((held[5] ?? 0) << 8);
    if (payloadBytes > UBX_PAYLOAD_BYTES_MAX) return this.#refuse('UBX payload too long');
    if (held.length < payloadBytes + 8) return null;
    const ubx = Uint8Array.from(held.slice(2, -2));
    const [first, second] = ubxSum(ubx);
    if (held.at(-2) !== first || held.at(-1) !== second) return this.#refuse('UBX checksum');
    return { ubx };
  }

  #refuse(why: string): never {
    const hex = Buffer.from(this.#held.slice(0, 32)).toString('hex');
    this.#held = [];
    throw new HardwareError('illegal-input', `${why}: ${hex}`);
  }
}
