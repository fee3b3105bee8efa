import { decodeGbk, encodeGbk } from '../../protocols/jt808/gbk.ts';
import { textBytesMax, textFlags } from '../../protocols/jt808/jt808.ts';
import type { Store } from '../../protocols/store/store.ts';
import type { GatewayEnv } from '../environment.ts';
import { type Refusal, refusal } from '../http/refusal.ts';
import { systemTimers, type Timers } from '../link/timers.ts';
import { TerminalListener } from './listener.ts';
import { normalPhone, type Terminal } from './terminal.ts';
import { TerminalBook } from './terminal-book.ts';
import { TerminalPositions } from './terminal-positions.ts';

export interface TerminalsDeps {
  readonly store: Store;
  readonly env: GatewayEnv;
  readonly timers?: Timers;
}

export type TextResult = { readonly ok: true; readonly delivered: boolean } | Refusal;

/** JT/T 808 terminals beside our own units. wire.md, "JT/T 808 (existing terminals)". */
export class Terminals {
  readonly book: TerminalBook;
  readonly positions: TerminalPositions;
  readonly listener: TerminalListener;

  constructor({ store, env, timers = systemTimers }: TerminalsDeps) {
    this.book = new TerminalBook(store, env);
    this.positions = new TerminalPositions(store, env);
    this.listener = new TerminalListener({
      ...{ env, timers, book: this.book, positions: this.positions },
    });
  }

  async start(): Promise<void> {
    await this.book.start();
    await this.positions.start();
  }

  stop(): Promise<void> {
    return this.book.stop();
  }

  /** Terminals in force on a vehicle. */
  ofVehicle(vehicleId: string): readonly Terminal[] {
    return this.book.all().filter((one) => one.vehicleId === vehicleId && !one.revoked);
  }

  /** Shows and reads out a text; refused when it cannot be written or nobody is connected. */
  async text(phone: string, text: string): Promise<TextResult> {
    const bytes = encodeGbk(text);
    if (bytes.length === 0 || bytes.length > textBytesMax) {
      return refusal('bad-request', `a text has 1 to ${textBytesMax} bytes of GBK`);
    }
    if (decodeGbk(bytes) !== text) {
      return refusal('bad-request', 'the text has characters that terminals (GBK) do not know');
    }
    const terminal = this.book.inForce(normalPhone(phone));
    if (terminal === undefined) return refusal('not-found', 'no such terminal is in force');
    const session = this.listener.session(terminal.phone);
    if (session === undefined) return refusal('conflict', 'the terminal is not connected');
    const { showOnDisplay, readAloud } = textFlags;
    return { ok: true, delivered: await session.sendText(text, showOnDisplay | readAloud) };
  }
}
