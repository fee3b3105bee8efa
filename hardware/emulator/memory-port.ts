import { EventEmitter } from 'node:events';
import type { BytePort, BytePortEvents } from '../byte-port.ts';
import { HardwareError } from '../errors.ts';

/** The part's end of an emulated line. */
export interface PartEnd {
  /** Takes what the host wrote; throws HardwareError `illegal-input` for what the part refuses. */
  receive(bytes: Uint8Array): void;
  /** The speed the part speaks at; absent: any speed is understood. */
  readonly baudRate?: number;
}

/**
 * An emulated line between the host and a part. The cable can be pulled and put back; a host that
 * listens at another speed than the part's hears garbage, as on a real line.
 */
export class MemoryPort extends EventEmitter<BytePortEvents> implements BytePort {
  #part: PartEnd | null = null;
  #running = false;
  #plugged = true;
  #opened = false;
  #baudRate: number | null;

  constructor(baudRate: number | null = null) {
    super();
    this.#baudRate = baudRate;
  }

  get isOpen(): boolean {
    return this.#opened;
  }

  get plugged(): boolean {
    return this.#plugged;
  }

  /** Puts a part on the far end; called once, by the part. */
  attach(part: PartEnd): void {
    this.#part = part;
  }

  async start(): Promise<void> {
    this.#running = true;
    this.#comeUp();
  }

  async stop(): Promise<void> {
    this.#running = false;
    this.#goDown('stopped');
  }

  tune(baudRate: number): void {
    this.#baudRate = baudRate;
    if (!this.#opened) return;
    this.#goDown('retuned');
    this.#comeUp();
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (!this.#opened) throw new HardwareError('port-closed', 'emulator');
    if (this.#speedsDiffer()) return;
    this.#part?.receive(bytes);
  }

  /**
   * The part speaks. Lost when the host is away, as on a real line; and never heard within the
   * call that asked for it, since on a real line an answer takes its time.
   */
  send(bytes: Uint8Array): void {
    if (!this.#opened) return;
    const heard = this.#speedsDiffer() ? bytes.map((byte) => ~(byte << 1)) : bytes.slice();
    queueMicrotask(() => {
      if (this.#opened) this.emit('data', heard);
    });
  }

  unplug(): void {
    this.#plugged = false;
    this.#goDown('unplugged');
  }

  plug(): void {
    this.#plugged = true;
    this.#comeUp();
  }

  #speedsDiffer(): boolean {
    const partRate = this.#part?.baudRate;
    return this.#baudRate !== null && partRate !== undefined && partRate !== this.#baudRate;
  }

  #comeUp(): void {
    if (!this.#running || !this.#plugged || this.#opened) return;
    this.#opened = true;
    this.emit('open');
  }

  #goDown(reason: 'stopped' | 'unplugged' | 'retuned'): void {
    if (!this.#opened) return;
    this.#opened = false;
    this.emit('close', reason);
  }
}
