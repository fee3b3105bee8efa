import { type GeneralReply, generalResults } from '../../protocols/jt808/jt808.ts';
import { terminalLimits } from './limits.ts';

/** Texts to a terminal. */
export interface SentTexts {
  /**
   * Sends a text; `flag` as in `textFlags`. True when the terminal said that it has it, false when
   * it refused, did not answer in time or is gone.
   */
  sendText(text: string, flag: number): Promise<boolean>;
}

interface Expected {
  readonly serials: ReadonlySet<number>;
  readonly untilMonoMs: number;
  readonly done: (delivered: boolean) => void;
}

/** Texts on their way, until the terminal acknowledges them by serial. */
export class TextQueue {
  #expected: Expected[] = [];

  /** @param frames how many the text was sent in; a terminal may name any of them */
  expect(firstSerial: number, frames: number, nowMonoMs: number): Promise<boolean> {
    if (this.#expected.length >= terminalLimits.textsMax) return Promise.resolve(false);
    const serials = Array.from({ length: frames }, (_, index) => (firstSerial + index) % 65_536);
    const untilMonoMs = nowMonoMs + terminalLimits.answerMsMax;
    return new Promise((done) => {
      this.#expected.push({ serials: new Set(serials), untilMonoMs, done });
    });
  }

  acknowledge({ replyId, replySerial, result }: GeneralReply): void {
    if (replyId !== '0x8300') return;
    this.#settle(({ serials }) => serials.has(replySerial), result === generalResults.ok);
  }

  /** Called every few seconds: what waits for longer than it may is given up. */
  expire(nowMonoMs: number): void {
    this.#settle(({ untilMonoMs }) => untilMonoMs <= nowMonoMs, false);
  }

  clear(): void {
    this.#settle(() => true, false);
  }

  #settle(which: (expected: Expected) => boolean, delivered: boolean): void {
    const settled = this.#expected.filter(which);
    this.#expected = this.#expected.filter((expected) => !settled.includes(expected));
    for (const { done } of settled) done(delivered);
  }
}
