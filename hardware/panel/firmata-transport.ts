import { EventEmitter } from 'node:events';
import type { BytePort } from '../byte-port.ts';
import type { Cancel, Timers } from '../environment.ts';
import { PortLink } from '../serial/port-link.ts';
import { FirmataMirror } from './firmata-mirror.ts';

export const FIRMATA_LIMITS = {
  /** How often the board is asked for its version: to find it, and to know that it lives. */
  askMs: 500,
  /** No byte for this long: the board is gone, whatever the cable says. */
  silenceMsMax: 2000,
} as const;

const REPORT_VERSION = 0xf9;
const QUERY_FIRMWARE = Uint8Array.of(0xf0, 0x79, 0xf7);

interface TransportEvents {
  open: [];
  data: [Buffer];
  /** True: the board answers. */
  link: [boolean];
}

/**
 * What firmata-io takes for a serial port, for ever: cables come and go beneath it, and a board
 * that returns is told everything again. A Board of johnny-five is never made twice, since each
 * keeps about 169 KiB (hardware.md, section 4).
 */
export class FirmataTransport extends EventEmitter<TransportEvents> {
  readonly #port: BytePort;
  readonly #link: PortLink;
  readonly #timers: Timers;
  readonly #mirror = new FirmataMirror();
  /** The question firmata-io waits on; null once it knows the board. */
  #question: Uint8Array | null = QUERY_FIRMWARE;
  #linked = false;
  #garbled = 0;
  #ask: Cancel | null = null;

  constructor(port: BytePort, timers: Timers) {
    super();
    this.#port = port;
    this.#link = new PortLink(port, timers, {
      opened: () => this.#opened(),
      heard: (bytes) => this.#heard(bytes),
      closed: () => this.#closed(),
    });
    this.#timers = timers;
  }

  get linked(): boolean {
    return this.#linked;
  }

  /** How often the line said something that firmata-io could not bear. */
  get garbled(): number {
    return this.#garbled;
  }

  start(): Promise<void> {
    return this.#link.start();
  }

  stop(): Promise<void> {
    return this.#link.stop();
  }

  /** As of a stream; a message while the board is away is only remembered. */
  write(message: Uint8Array, done?: () => void): void {
    this.#mirror.note(message);
    if (this.#question !== null && isQuestion(message)) this.#question = message.slice();
    if (this.#linked) this.#send(message);
    done?.();
  }

  /** firmata-io knows the board: no question is open any more. */
  introduced(): void {
    this.#question = null;
  }

  #opened(): void {
    this.emit('open');
    this.#askAgain();
  }

  #heard(bytes: Uint8Array): void {
    this.#watchSilence();
    // A version can only begin with this byte: all data bytes of Firmata are below 0x80.
    const met = !this.#linked && bytes.includes(REPORT_VERSION);
    // What firmata-io asks upon these very bytes has to go out already.
    if (met) this.#linked = true;
    this.#pass(bytes);
    if (met) this.#greet();
  }

  #closed(): void {
    this.#ask?.();
    this.#ask = null;
    this.#link.unwatch();
    this.#lose();
  }

  /** firmata-io trusts its line and throws on answers about pins that are not there. */
  #pass(bytes: Uint8Array): void {
    try {
      this.emit('data', Buffer.from(bytes));
    } catch {
      this.#garbled += 1;
    }
  }

  #greet(): void {
    for (const message of this.#mirror.replay()) this.#send(message);
    // It asks each question once: one that was lost with the cable is asked again here.
    if (this.#question !== null) this.#send(this.#question);
    this.emit('link', true);
  }

  #lose(): void {
    if (!this.#linked) return;
    this.#linked = false;
    this.emit('link', false);
  }

  #askAgain(): void {
    this.#send(Uint8Array.of(REPORT_VERSION));
    this.#ask = this.#timers.after(FIRMATA_LIMITS.askMs, () => this.#askAgain());
  }

  #watchSilence(): void {
    this.#link.watch(FIRMATA_LIMITS.silenceMsMax, () => this.#lose());
  }

  /** A lost write is followed by a closed port or by silence, and then by a replay. */
  #send(message: Uint8Array): void {
    this.#port.write(message).catch(() => undefined);
  }
}

function isQuestion(message: Uint8Array): boolean {
  return message[0] === 0xf0 && message.length === 3;
}
