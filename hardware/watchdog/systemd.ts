import type { Native } from '../native.ts';
import type { Watchdog } from '../watchdog.ts';

/** systemd's own protocol: lines in a datagram to the socket it names in `NOTIFY_SOCKET`. */
export class SystemdWatchdog implements Watchdog {
  readonly #socket: string;
  readonly #native: Pick<Native, 'sendDatagram'>;

  constructor(socket: string, native: Pick<Native, 'sendDatagram'>) {
    this.#socket = socket;
    this.#native = native;
  }

  ready(): void {
    this.#tell('READY=1');
  }

  beat(): void {
    this.#tell('WATCHDOG=1');
  }

  stopping(status: string): void {
    this.#tell(`STOPPING=1\nSTATUS=${status.replaceAll('\n', ' ')}`);
  }

  /** A lost datagram is no reason to fail: systemd misses it, and acts. */
  #tell(text: string): void {
    this.#native.sendDatagram(this.#socket, text);
  }
}
