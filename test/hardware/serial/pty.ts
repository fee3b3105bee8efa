import {
  closeSync,
  constants,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  symlinkSync,
  writeSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const TIOCSPTLCK = 0x40045431;
const TIOCGPTN = 0x80045430;
const POLL_MS = 2;

/** `struct termios` of the C library has 60 bytes; a little more does no harm. */
const TERMIOS_BYTES = 64;

interface Terminal {
  ioctl(fd: number, request: number, value: Buffer): number;
  /** No echo, no line editing: else the far end hears itself until the host opens its end. */
  makeRaw(fd: number): void;
}

/** Calls by koffi, or null where it is not installed. */
function loadTerminal(): Terminal | null {
  try {
    const c = createRequire(import.meta.url)('koffi').load('libc.so.6');
    const getAttributes = c.func('int tcgetattr(int, void *)');
    const makeRaw = c.func('void cfmakeraw(void *)');
    const setAttributes = c.func('int tcsetattr(int, int, void *)');
    return {
      ioctl: c.func('int ioctl(int, unsigned long, void *)') as Terminal['ioctl'],
      makeRaw(fd) {
        const termios = Buffer.alloc(TERMIOS_BYTES);
        getAttributes(fd, termios);
        makeRaw(termios);
        setAttributes(fd, 0, termios);
      },
    };
  } catch {
    return null;
  }
}

const terminal = loadTerminal();

/** True where a pseudo terminal can be made; CI must have it, so there it is always true. */
export function ptyIsPossible(): boolean {
  if (process.env.CI === 'true') return true;
  try {
    new Pty().dispose();
    return true;
  } catch {
    process.stderr.write('no pseudo terminal here: tests on real serial lines are skipped\n');
    return false;
  }
}

/** A cable that can be pulled: a link as in /dev/serial/by-id to the slave of a fresh pty. */
export class Pty {
  readonly path: string;
  /** Bytes the host wrote. */
  onData: (bytes: Uint8Array) => void = () => undefined;
  /** The part takes no bytes: the line fills up. */
  deaf = false;
  readonly #folder = mkdtempSync(join(tmpdir(), 'xinlu-pty-'));
  #master: number | null = null;
  #poll: NodeJS.Timeout | null = null;

  constructor() {
    this.path = join(this.#folder, 'usb-part');
    this.plug();
  }

  plug(): void {
    if (terminal === null) throw new Error('koffi is not installed');
    const flags = constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK;
    const master = openSync('/dev/ptmx', flags);
    const number = Buffer.alloc(4);
    const { ioctl, makeRaw } = terminal;
    if (ioctl(master, TIOCSPTLCK, number) < 0 || ioctl(master, TIOCGPTN, number) < 0) {
      closeSync(master);
      throw new Error('no pty');
    }
    makeRaw(master);
    this.#master = master;
    symlinkSync(`/dev/pts/${number.readUInt32LE()}`, this.path);
    this.#poll = setInterval(() => this.#read(), POLL_MS);
  }

  unplug(): void {
    if (this.#poll !== null) clearInterval(this.#poll);
    if (this.#master !== null) closeSync(this.#master);
    this.#poll = null;
    this.#master = null;
    rmSync(this.path, { force: true });
  }

  send(bytes: Uint8Array): void {
    if (this.#master !== null) writeSync(this.#master, bytes);
  }

  dispose(): void {
    this.unplug();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #read(): void {
    const buffer = Buffer.alloc(4096);
    while (this.#master !== null && !this.deaf) {
      try {
        const length = readSync(this.#master, buffer);
        if (length === 0) return;
        this.onData(new Uint8Array(buffer.subarray(0, length)));
      } catch {
        return; // EAGAIN: nothing there; EIO: the host has not opened its end.
      }
    }
  }
}
