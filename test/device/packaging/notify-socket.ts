import { createRequire } from 'node:module';

const AF_UNIX = 1;
const SOCK_DGRAM = 2;
const SOCK_NONBLOCK = 0o4000;
const wordsBytesMax = 256;

interface Library {
  func(declaration: string): (...values: unknown[]) => number;
}

/** The socket that systemd names in `NOTIFY_SOCKET`: Node has no datagrams for local sockets. */
export class NotifySocket {
  readonly #fd: number;
  readonly #recv: (...values: unknown[]) => number;
  readonly #close: (...values: unknown[]) => number;

  /** Throws when the path cannot be bound. */
  constructor(path: string) {
    const koffi = createRequire(import.meta.url)('koffi') as { load(name: string): Library };
    const c = koffi.load('libc.so.6');
    this.#recv = c.func('long recv(int, void *, size_t, int)');
    this.#close = c.func('int close(int)');
    this.#fd = c.func('int socket(int, int, int)')(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    const address = Buffer.concat([Buffer.from([AF_UNIX, 0]), Buffer.from(`${path}\0`)]);
    const bind = c.func('int bind(int, void *, uint32_t)');
    if (bind(this.#fd, address, address.length) !== 0) throw new Error(`no socket at ${path}`);
  }

  /** What was said since the last look, word by word. */
  heard(): string[] {
    const words: string[] = [];
    for (;;) {
      const bytes = Buffer.alloc(wordsBytesMax);
      const length = Number(this.#recv(this.#fd, bytes, bytes.length, 0));
      if (length < 0) return words;
      words.push(...bytes.subarray(0, length).toString().split('\n'));
    }
  }

  close(): void {
    this.#close(this.#fd);
  }
}
