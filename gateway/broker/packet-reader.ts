import { mqttText } from './mqtt-text.ts';

/**
 * Reads the body of one packet. What is missing or is no text makes it `bad` for good; values read
 * from then on mean nothing.
 */
export class PacketReader {
  readonly #body: Buffer;
  #offset = 0;
  #bad = false;

  constructor(body: Buffer) {
    this.#body = body;
  }

  get bad(): boolean {
    return this.#bad;
  }

  /** True when every byte was read, and all were good. */
  get done(): boolean {
    return !this.#bad && this.#offset === this.#body.length;
  }

  byte(): number {
    return this.#take(1)[0] ?? 0;
  }

  word(): number {
    const bytes = this.#take(2);
    return bytes.length === 2 ? bytes.readUInt16BE(0) : 0;
  }

  /** Length-prefixed bytes. */
  binary(): Buffer {
    return this.#take(this.word());
  }

  /** Length-prefixed text. */
  text(): string {
    const text = mqttText(this.binary());
    if (text === null) this.#bad = true;
    return text ?? '';
  }

  /** Everything that is left. */
  skipRest(): void {
    this.#offset = this.#body.length;
  }

  #take(size: number): Buffer {
    const end = this.#offset + size;
    if (this.#bad || end > this.#body.length) {
      this.#bad = true;
      return Buffer.alloc(0);
    }
    const bytes = this.#body.subarray(this.#offset, end);
    this.#offset = end;
    return bytes;
  }
}
