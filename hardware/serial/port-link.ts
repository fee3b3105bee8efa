import type { BytePort, PortCloseReason } from '../byte-port.ts';
import type { Cancel, Timers } from '../environment.ts';

/** What the owner of a line is told of it. */
export interface LinkListener {
  opened(): void;
  heard(bytes: Uint8Array): void;
  closed(reason: PortCloseReason): void;
}

/** The host's end of a line: listens from the start to the stop, and knows when nothing comes. */
export class PortLink {
  readonly #port: BytePort;
  readonly #timers: Timers;
  readonly #listener: LinkListener;
  #silence: Cancel | null = null;

  constructor(port: BytePort, timers: Timers, listener: LinkListener) {
    this.#port = port;
    this.#timers = timers;
    this.#listener = listener;
  }

  async start(): Promise<void> {
    this.#port.on('open', this.#opened);
    this.#port.on('data', this.#heard);
    this.#port.on('close', this.#closed);
    await this.#port.start();
  }

  async stop(): Promise<void> {
    await this.#port.stop();
    this.#port.off('open', this.#opened);
    this.#port.off('data', this.#heard);
    this.#port.off('close', this.#closed);
    this.unwatch();
  }

  /** True while silence is waited for. */
  get watches(): boolean {
    return this.#silence !== null;
  }

  /** From now on so long without another call is silence, told once. */
  watch(silenceMsMax: number, silent: () => void): void {
    this.unwatch();
    this.#silence = this.#timers.after(silenceMsMax, () => {
      this.#silence = null;
      silent();
    });
  }

  unwatch(): void {
    this.#silence?.();
    this.#silence = null;
  }

  readonly #opened = (): void => this.#listener.opened();

  readonly #heard = (bytes: Uint8Array): void => this.#listener.heard(bytes);

  readonly #closed = (reason: PortCloseReason): void => this.#listener.closed(reason);
}
