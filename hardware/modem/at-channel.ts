import type { BytePort } from '../byte-port.ts';
import type { Cancel, Timers } from '../environment.ts';
import { HardwareError } from '../errors.ts';

export const AT_LIMITS = {
  answerMsMax: 5000,
  lineBytesMax: 1024,
  linesMax: 64,
} as const;

/** Said by a modem unasked, at any moment, also between a command and its answer. */
const UNSOLICITED = [
  /^RDY$/,
  /^RING$/,
  /^NO CARRIER$/,
  /^POWERED DOWN$/,
  /^\+(QIND|CMTI|CMT|CDS|CRING|CFUN|QUSIM|CTZE|CTZV|CGEV)\b/,
  /^(SMS|PB) DONE$/,
];
const FAILED = /^(ERROR|\+CM[ES] ERROR: .*)$/;

interface Pending {
  readonly text: string;
  readonly lines: string[];
  readonly settle: (lines: readonly string[] | HardwareError) => void;
}

/** One question at a time to a modem: a command, the lines of its answer, `OK` or an error. */
export class AtChannel {
  readonly #port: BytePort;
  readonly #timers: Timers;
  #line = '';
  #pending: Pending | null = null;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(port: BytePort, timers: Timers) {
    this.#port = port;
    this.#timers = timers;
  }

  async start(): Promise<void> {
    this.#port.on('data', this.#heard);
    this.#port.on('close', this.#closed);
    await this.#port.start();
  }

  async stop(): Promise<void> {
    await this.#port.stop();
    this.#port.off('data', this.#heard);
    this.#port.off('close', this.#closed);
  }

  /** Lines of the answer. Rejects with `refused`, `no-answer`, `port-closed` or a write error. */
  ask(text: string): Promise<readonly string[]> {
    const turn = this.#turn.then(() => this.#ask(text));
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  #ask(text: string): Promise<readonly string[]> {
    return new Promise((resolve, reject) => {
      let tooLate: Cancel | null = null;
      const settle: Pending['settle'] = (answer) => {
        tooLate?.();
        this.#pending = null;
        if (answer instanceof HardwareError) reject(answer);
        else resolve(answer);
      };
      this.#pending = { text, lines: [], settle };
      tooLate = this.#timers.after(AT_LIMITS.answerMsMax, () => {
        settle(new HardwareError('no-answer', text));
      });
      this.#port.write(Buffer.from(`${text}\r`, 'latin1')).catch((error: unknown) => {
        const failed = error instanceof HardwareError;
        settle(failed ? error : new HardwareError('write-failed', text));
      });
    });
  }

  readonly #heard = (bytes: Uint8Array): void => {
    for (const byte of bytes) {
      if (byte === 0x0d || byte === 0x0a) {
        const line = this.#line.trim();
        this.#line = '';
        if (line !== '') this.#take(line);
      } else if (this.#line.length < AT_LIMITS.lineBytesMax) {
        this.#line += String.fromCharCode(byte);
      }
    }
  };

  readonly #closed = (): void => {
    this.#line = '';
    this.#pending?.settle(new HardwareError('port-closed', 'modem'));
  };

  #take(line: string): void {
    const pending = this.#pending;
    if (pending === null || line === pending.text || isUnsolicited(line, pending.text)) return;
    if (line === 'OK') pending.settle(pending.lines);
    else if (FAILED.test(line)) pending.settle(new HardwareError('refused', pending.text));
    else if (pending.lines.length < AT_LIMITS.linesMax) pending.lines.push(line);
  }
}

/** A line that answers the very question asked is never unsolicited. */
function isUnsolicited(line: string, asked: string): boolean {
  const name = /^\+(\w+)/.exec(line)?.[1];
  if (name !== undefined && asked.includes(name)) return false;
  return UNSOLICITED.some((known) => known.test(line));
}
