import { HardwareError } from '../errors.ts';

/** A message: its command byte, and its data (of a sysex, all between its two ends). */
export interface FirmataMessage {
  readonly command: number;
  readonly data: readonly number[];
}

const SYSEX = 0xf0;
const SYSEX_END = 0xf7;
const SYSEX_BYTES_MAX = 64;

/** Data bytes by command, or by its high half for those with a port or pin in the low half. */
const DATA_BYTES: ReadonlyMap<number, number> = new Map([
  [0xf9, 0],
  [0xf4, 2],
  [0x90, 2],
  [0xe0, 2],
  [0xc0, 1],
  [0xd0, 1],
]);

/** Cuts what a host writes to a Firmata board into messages; throws `illegal-input` on others. */
export class FirmataInbox {
  #held: number[] = [];

  push(bytes: Uint8Array): FirmataMessage[] {
    const messages: FirmataMessage[] = [];
    for (const byte of bytes) {
      this.#held.push(byte);
      const message = this.#complete(byte);
      if (message === null) continue;
      messages.push(message);
      this.#held = [];
    }
    return messages;
  }

  #complete(byte: number): FirmataMessage | null {
    const [command = 0, ...data] = this.#held;
    if (command === SYSEX) {
      if (byte === SYSEX_END) return { command, data: data.slice(0, -1) };
      if (data.length > SYSEX_BYTES_MAX) return this.#refuse();
      return data.length > 0 && byte > 0x7f ? this.#refuse() : null;
    }
    const wanted = DATA_BYTES.get(command >= 0xf0 ? command : command & 0xf0);
    if (wanted === undefined) return this.#refuse();
    if (data.length > 0 && byte > 0x7f) return this.#refuse();
    return data.length === wanted ? { command, data } : null;
  }

  #refuse(): never {
    const hex = Buffer.from(this.#held).toString('hex');
    this.#held = [];
    throw new HardwareError('illegal-input', `Firmata: ${hex}`);
  }
}
