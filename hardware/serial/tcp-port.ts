import { EventEmitter } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { BytePort, BytePortEvents } from '../byte-port.ts';
import type { Cancel, Timers } from '../environment.ts';
import { HardwareError } from '../errors.ts';
import { Backoff, SERIAL_BACKOFF } from './backoff.ts';

export interface TcpSettings {
  readonly host: string;
  readonly port: number;
}

/** A line over TCP, as gpsd's; it comes back by itself like a serial one. */
export class TcpBytePort extends EventEmitter<BytePortEvents> implements BytePort {
  readonly #settings: TcpSettings;
  readonly #timers: Timers;
  readonly #backoff = new Backoff(SERIAL_BACKOFF);
  #running = false;
  #opened = false;
  #socket: Socket | null = null;
  #retry: Cancel | null = null;

  constructor(settings: TcpSettings, timers: Timers) {
    super();
    this.#settings = settings;
    this.#timers = timers;
  }

  get isOpen(): boolean {
    return this.#opened;
  }

  async start(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    this.#attempt();
  }

  async stop(): Promise<void> {
    this.#running = false;
    this.#retry?.();
    this.#retry = null;
    const socket = this.#socket;
    this.#socket = null;
    socket?.destroy();
    if (!this.#opened) return;
    this.#opened = false;
    this.emit('close', 'stopped');
  }

  write(bytes: Uint8Array): Promise<void> {
    const socket = this.#socket;
    if (socket === null || !this.#opened) {
      return Promise.reject(new HardwareError('port-closed', this.#settings.host));
    }
    return new Promise((resolve, reject) => {
      socket.write(bytes, (error) => {
        if (error) reject(new HardwareError('write-failed', error.message));
        else resolve();
      });
    });
  }

  #attempt(): void {
    this.#retry = null;
    const socket = connect(this.#settings);
    this.#socket = socket;
    socket.on('connect', () => {
      this.#opened = true;
      this.#backoff.reset();
      this.emit('open');
    });
    socket.on('data', (chunk: Buffer) => this.emit('data', new Uint8Array(chunk)));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      if (this.#socket !== socket) return;
      this.#socket = null;
      this.#retry = this.#timers.after(this.#backoff.next(), () => this.#attempt());
      if (!this.#opened) return;
      this.#opened = false;
      this.emit('close', 'unplugged');
    });
  }
}
