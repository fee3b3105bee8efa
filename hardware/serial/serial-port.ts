import { EventEmitter } from 'node:events';
import { stat } from 'node:fs/promises';
import { SerialPort } from 'serialport';
import type { BytePort, BytePortEvents, PortCloseReason } from '../byte-port.ts';
import type { Cancel, Timers } from '../environment.ts';
import { HardwareError } from '../errors.ts';
import { Backoff, SERIAL_BACKOFF } from './backoff.ts';

export const SERIAL_LIMITS = {
  openMsMax: 3000,
  writeMsMax: 2000,
  /** How often the device file is looked at; an unplug has to be noticed within a second. */
  presenceMs: 500,
  writeBytesMax: 65536,
} as const;

export interface SerialSettings {
  /** Best a `/dev/serial/by-id/` path: it survives another order of plugging. */
  readonly path: string;
  readonly baudRate: number;
  /** No byte for this long closes the line and opens it afresh; absent: silence is normal. */
  readonly silenceMsMax?: number;
}

/**
 * A real serial line that comes back by itself. Learned the hard way (hardware.md, section 6):
 * every attempt takes a fresh SerialPort, since a used one may never call back again; a `data`
 * listener is always attached, else an unplug goes unnoticed; `close` may come twice; a write to
 * a vanished port may never call back, so each has a time limit. And when the kernel hangs a line
 * up before the next read, that read gives 0 bytes instead of an error, which the package takes
 * for nothing and repeats for ever: so the device file itself is looked at as well.
 */
export class SerialBytePort extends EventEmitter<BytePortEvents> implements BytePort {
  readonly #settings: SerialSettings;
  readonly #timers: Timers;
  readonly #backoff = new Backoff(SERIAL_BACKOFF);
  #baudRate: number;
  #running = false;
  #opened = false;
  #port: SerialPort | null = null;
  #retry: Cancel | null = null;
  #silence: Cancel | null = null;
  #presence: Cancel | null = null;

  constructor(settings: SerialSettings, timers: Timers) {
    super();
    this.#settings = settings;
    this.#timers = timers;
    this.#baudRate = settings.baudRate;
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
    await this.#drop('stopped');
  }

  tune(baudRate: number): void {
    this.#baudRate = baudRate;
    if (this.#running && this.#opened) void this.#drop('retuned');
  }

  write(bytes: Uint8Array): Promise<void> {
    const port = this.#port;
    const { path } = this.#settings;
    if (port === null || !this.#opened) {
      return Promise.reject(new HardwareError('port-closed', path));
    }
    if (bytes.length > SERIAL_LIMITS.writeBytesMax) {
      return Promise.reject(new HardwareError('write-failed', `${bytes.length} bytes at once`));
    }
    return new Promise((resolve, reject) => {
      const cancel = this.#timers.after(SERIAL_LIMITS.writeMsMax, () => {
        reject(new HardwareError('write-timeout', path));
        if (this.#port === port) void this.#drop('write-timeout');
      });
      const settle = (error: Error | null | undefined): void => {
        cancel();
        if (error) reject(new HardwareError('write-failed', `${path}: ${error.message}`));
        else resolve();
      };
      port.write(Buffer.from(bytes), (error) => {
        if (error) settle(error);
        else port.drain(settle);
      });
    });
  }

  #attempt(): void {
    this.#retry = null;
    const port = new SerialPort({
      path: this.#settings.path,
      baudRate: this.#baudRate,
      autoOpen: false,
    });
    this.#port = port;
    const lost = (): void => {
      if (this.#port === port) void this.#drop('unplugged');
    };
    port.on('data', (chunk: Buffer) => {
      if (this.#port !== port) return;
      this.#watchSilence();
      this.emit('data', new Uint8Array(chunk));
    });
    port.on('error', lost);
    port.on('close', lost);
    const tooLate = this.#timers.after(SERIAL_LIMITS.openMsMax, lost);
    port.open((error) => {
      tooLate();
      if (this.#port !== port) {
        if (!error) port.close(() => undefined);
      } else if (error) {
        lost();
      } else {
        this.#opened = true;
        this.#backoff.reset();
        this.#watchSilence();
        void this.#watchPresence(port, null);
        this.emit('open');
      }
    });
  }

  #watchSilence(): void {
    const { silenceMsMax } = this.#settings;
    if (silenceMsMax === undefined) return;
    this.#silence?.();
    this.#silence = this.#timers.after(silenceMsMax, () => void this.#drop('silent'));
  }

  /** Looks whether the path still leads to the device it led to when the line came up. */
  async #watchPresence(port: SerialPort, before: string | null): Promise<void> {
    const now = await identityOf(this.#settings.path);
    if (this.#port !== port) return;
    if (now === null || (before !== null && now !== before)) {
      await this.#drop('unplugged');
      return;
    }
    this.#presence = this.#timers.after(SERIAL_LIMITS.presenceMs, () => {
      void this.#watchPresence(port, now);
    });
  }

  async #drop(reason: PortCloseReason): Promise<void> {
    const port = this.#port;
    const wasOpen = this.#opened;
    this.#port = null;
    this.#opened = false;
    this.#silence?.();
    this.#presence?.();
    this.#silence = null;
    this.#presence = null;
    if (wasOpen) this.emit('close', reason);
    if (port?.isOpen) {
      await new Promise<void>((resolve) => {
        const cancel = this.#timers.after(SERIAL_LIMITS.writeMsMax, resolve);
        port.close(() => {
          cancel();
          resolve();
        });
      });
    }
    if (this.#running && this.#retry === null && this.#port === null) {
      this.#retry = this.#timers.after(this.#backoff.next(), () => this.#attempt());
    }
  }
}

/** What tells one plugged device from the next at the same path; null: there is none. */
async function identityOf(path: string): Promise<string | null> {
  return await stat(path).then(
    ({ ino, rdev }) => `${ino} ${rdev}`,
    () => null,
  );
}
