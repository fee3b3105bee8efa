import {
  decodeFrame,
  encodeMessage,
  frameFault,
  generalResults,
  type Jt808Frame,
  type Jt808Message,
  Jt808Reassembler,
  type Jt808SentBodies,
  Jt808Splitter,
  readMessage,
  registrationResults,
} from '../../protocols/jt808/jt808.ts';
import type { GatewayEnv } from '../environment.ts';
import { terminalLimits } from './limits.ts';
import { normalPhone, type Terminal } from './terminal.ts';
import type { TerminalBook } from './terminal-book.ts';
import type { TerminalPositions } from './terminal-positions.ts';
import { type SentTexts, TextQueue } from './text-queue.ts';

/** The socket, as far as the protocol needs it. */
export interface Wire {
  send(bytes: Uint8Array): void;
  /** After what was sent has gone out; nothing is pushed from then on. */
  close(): void;
  /** Whether more shall be read. */
  flow(open: boolean): void;
}

export interface ConnectionDeps {
  readonly env: GatewayEnv;
  readonly book: TerminalBook;
  readonly positions: TerminalPositions;
  readonly wire: Wire;
  /** The code was right: this connection is the terminal's from now on. */
  readonly onAuthenticated: (phone: string, connection: TerminalConnection) => void;
}

/** What frames of one connection came to. */
export interface FrameCounts {
  taken: number;
  /** Wrong checksum, length or escape: not answered, since its sender is not known. */
  damaged: number;
}

/** `void`: its code is; `over`: the other side left, or the gateway stops. */
export type CloseReason = 'silent' | 'refused' | 'too-much' | 'replaced' | 'void' | 'over';

/** One terminal's connection: bytes in, answers out, one message after the other. */
export class TerminalConnection implements SentTexts {
  readonly counts: FrameCounts = { taken: 0, damaged: 0 };
  readonly #deps: ConnectionDeps;
  readonly #splitter = new Jt808Splitter();
  readonly #parts = new Jt808Reassembler();
  readonly #texts = new TextQueue();
  readonly #waiting: Jt808Frame[] = [];
  #terminal: Terminal | null = null;
  #working: Promise<void> | null = null;
  #strangerBytes = 0;
  #heardAtMs: number;
  #serial = 0;
  /** Header of the last message: what goes down is written the same way. */
  #header: Jt808Frame | null = null;
  #closed: CloseReason | null = null;

  constructor(deps: ConnectionDeps) {
    this.#deps = deps;
    this.#heardAtMs = deps.env.nowMonoMs();
  }

  /** Null until its code was right. */
  get terminal(): Terminal | null {
    return this.#terminal;
  }

  get closedFor(): CloseReason | null {
    return this.#closed;
  }

  /** Silent for longer than it may be. */
  isOverdue(nowMonoMs: number): boolean {
    const { strangerMsMax, idleMsMax } = terminalLimits;
    return nowMonoMs - this.#heardAtMs > (this.#terminal === null ? strangerMsMax : idleMsMax);
  }

  /** Bytes as they come, in any pieces. Never throws. */
  push(chunk: Uint8Array): void {
    if (this.#closed !== null) return;
    if (this.#terminal === null) {
      this.#strangerBytes += chunk.length;
      if (this.#strangerBytes > terminalLimits.strangerBytesMax) {
        this.close('too-much');
        return;
      }
    }
    for (const bytes of this.#splitter.push(chunk)) this.#onFrame(bytes);
    this.#workOn();
  }

  /** Writes what can still be written and is done. */
  close(reason: CloseReason): void {
    if (this.#closed !== null) return;
    this.#closed = reason;
    this.#waiting.length = 0;
    this.#texts.clear();
    this.#deps.wire.close();
  }

  /** Resolves when nothing of this connection waits for the store any more. */
  async settled(): Promise<void> {
    await this.#working;
  }

  /** @see SentTexts */
  sendText(text: string, flag: number): Promise<boolean> {
    const header = this.#header;
    if (header === null || this.#closed !== null) return Promise.resolve(false);
    const body = header.version === '2019' ? { flag, type: 1, text } : { flag, text };
    const { firstSerial, frames } = this.#write(header, '0x8300', body);
    return this.#texts.expect(firstSerial, frames, this.#deps.env.nowMonoMs());
  }

  /** Texts that were not acknowledged in time are given up. */
  giveUpTexts(nowMonoMs: number): void {
    this.#texts.expire(nowMonoMs);
  }

  #onFrame(bytes: Uint8Array): void {
    const frame = decodeFrame(bytes);
    if ('error' in frame) {
      this.counts.damaged += 1;
      return;
    }
    const fault = frameFault(frame);
    if (fault === 'checksum' || fault === 'length') {
      this.counts.damaged += 1;
      return;
    }
    if (this.#terminal !== null) this.#heardAtMs = this.#deps.env.nowMonoMs();
    const whole = fault === null ? this.#parts.accept(frame, this.#deps.env.nowMonoMs()) : frame;
    if (whole === null) return;
    if ('error' in whole) {
      this.counts.damaged += 1;
      return;
    }
    this.#waiting.push(whole);
  }

  #workOn(): void {
    const { wire, env } = this.#deps;
    if (this.#waiting.length > terminalLimits.waitingMax) wire.flow(false);
    if (this.#working !== null || this.#waiting.length === 0) return;
    this.#working = this.#work()
      .catch((error: unknown) => {
        env.log.error({ err: error, phone: this.#terminal?.phone }, 'terminal message not taken');
        this.close('refused');
      })
      .finally(() => {
        this.#working = null;
        if (this.#closed === null) wire.flow(true);
      });
  }

  async #work(): Promise<void> {
    for (let frame = this.#waiting.shift(); frame !== undefined; frame = this.#waiting.shift()) {
      this.counts.taken += 1;
      this.#header = frame;
      const message = readMessage(frame);
      if (this.#terminal === null) await this.#meet(frame, message);
      else await this.#serve(this.#terminal, frame, message);
      if (this.#closed !== null) return;
    }
  }

  /** Before its code was right a terminal may register and authenticate, nothing else. */
  async #meet(frame: Jt808Frame, message: ReturnType<typeof readMessage>): Promise<void> {
    if ('error' in message) return this.#refuse(frame);
    if (message.id === '0x0100') return this.#register(frame, message.body);
    if (message.id === '0x0102') return this.#authenticate(frame, message.body.token);
    this.#refuse(frame);
  }

  async #serve(
    terminal: Terminal,
    frame: Jt808Frame,
    message: ReturnType<typeof readMessage>,
  ): Promise<void> {
    if (normalPhone(frame.phone) !== terminal.phone) {
      this.#reply(frame, generalResults.wrong);
    } else if ('error' in message) {
      const isShort = message.error === 'body-short';
      this.#reply(frame, isShort ? generalResults.wrong : generalResults.unsupported);
    } else if (message.id === '0x0001') {
      this.#texts.acknowledge(message.body);
    } else {
      await this.#answer(terminal, frame, message);
    }
  }

  async #answer(terminal: Terminal, frame: Jt808Frame, message: Jt808Message): Promise<void> {
    switch (message.id) {
      case '0x0100':
        return this.#register(frame, message.body);
      case '0x0102':
        return this.#authenticate(frame, message.body.token);
      case '0x0002':
        return this.#reply(frame, generalResults.ok);
      case '0x0200':
        return this.#take(terminal, frame, [message.body]);
      case '0x0704':
        return this.#take(terminal, frame, message.body.items, message.body.countMatches);
      case '0x0003':
        await this.#deps.book.unregister(terminal.phone);
        this.#reply(frame, generalResults.ok);
        return this.close('over');
      default:
        return this.#reply(frame, generalResults.unsupported);
    }
  }

  async #take(
    terminal: Terminal,
    frame: Jt808Frame,
    reports: Parameters<TerminalPositions['take']>[1],
    isWhole = true,
  ): Promise<void> {
    try {
      await this.#deps.positions.take(terminal, reports);
    } catch (error) {
      // The terminal keeps what was not taken and sends it again.
      this.#deps.env.log.error({ err: error, phone: terminal.phone }, 'positions not stored');
      return this.#reply(frame, generalResults.failed);
    }
    this.#reply(frame, isWhole ? generalResults.ok : generalResults.wrong);
  }

  async #register(frame: Jt808Frame, body: Parameters<TerminalBook['claim']>[1]): Promise<void> {
    const { result, code } = await this.#deps.book.claim(normalPhone(frame.phone), body);
    this.#send(frame, '0x8100', { replySerial: frame.serial, result, token: code });
    if (result !== registrationResults.ok) this.close('refused');
  }

  #authenticate(frame: Jt808Frame, code: string): void {
    const terminal = this.#deps.book.authenticate(normalPhone(frame.phone), code);
    if (terminal === undefined) {
      this.#refuse(frame);
      return;
    }
    this.#terminal = terminal;
    this.#heardAtMs = this.#deps.env.nowMonoMs();
    this.#deps.onAuthenticated(terminal.phone, this);
    this.#reply(frame, generalResults.ok);
  }

  #refuse(frame: Jt808Frame): void {
    this.#reply(frame, generalResults.failed);
    this.close('refused');
  }

  #reply(frame: Jt808Frame, result: number): void {
    this.#send(frame, '0x8001', { replySerial: frame.serial, replyId: frame.msgId, result });
  }

  #send<Id extends '0x8001' | '0x8100'>(to: Jt808Frame, id: Id, body: Jt808SentBodies[Id]): void {
    this.#write(to, id, body);
  }

  #write<Id extends '0x8001' | '0x8100' | '0x8300'>(
    { version, phone, protocolVersion }: Jt808Frame,
    id: Id,
    body: Jt808SentBodies[Id],
  ): { readonly firstSerial: number; readonly frames: number } {
    const firstSerial = this.#serial;
    const envelope = { version, phone, serial: firstSerial };
    const given = protocolVersion === undefined ? envelope : { ...envelope, protocolVersion };
    const frames = encodeMessage(given, id, body);
    this.#serial = (firstSerial + frames.length) % 65_536;
    if (this.#closed === null) for (const frame of frames) this.#deps.wire.send(frame);
    return { firstSerial, frames: frames.length };
  }
}
