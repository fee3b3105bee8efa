import type { Jt808Frame } from './frame.ts';
import type { Jt808Refusal } from './framing.ts';

/** Bounds of what one connection can make us hold: at most 4 × 64 × 1,023 bytes. */
export const reassemblyLimits = {
  partsMax: 64,
  messagesMax: 4,
  /** From the last part that came. */
  heldMsMax: 60_000,
} as const;

export type ReassemblyError = 'package-index' | 'too-many-parts';

interface PartialMessage {
  readonly parts: Map<number, Jt808Frame>;
  readonly packageTotal: number;
  changedAtMs: number;
}

/**
 * Puts the subpackages of one connection together. Serial numbers of the parts need not be
 * consecutive, so parts belong together by terminal, message id and number of parts. A part that
 * came before with other bytes begins the message anew: of two mixed messages neither would be
 * true.
 */
export class Jt808Reassembler {
  /** Oldest change first. */
  readonly #partials = new Map<string, PartialMessage>();

  /**
   * Takes an undamaged frame. Gives the whole message as a frame with the first part's serial
   * (a frame without subpackages as it is), null while parts are missing, or why the part was
   * refused. `nowMs` is any steadily growing time.
   */
  accept(frame: Jt808Frame, nowMs: number): Jt808Frame | null | Jt808Refusal<ReassemblyError> {
    const { packageTotal, packageIndex } = frame;
    if (packageTotal === undefined || packageIndex === undefined) return frame;
    if (packageIndex < 1 || packageIndex > packageTotal) return { error: 'package-index' };
    if (packageTotal > reassemblyLimits.partsMax) return { error: 'too-many-parts' };
    this.#forgetOld(nowMs);
    const key = `${frame.phone} ${frame.msgId} ${packageTotal}`;
    const partial = this.#partialFor(key, frame, packageIndex, packageTotal);
    partial.parts.set(packageIndex, frame);
    partial.changedAtMs = nowMs;
    this.#partials.delete(key);
    if (partial.parts.size === packageTotal) return joined(partial);
    this.#partials.set(key, partial);
    this.#forgetBeyondLimit();
    return null;
  }

  /** Messages begun and not whole. */
  get pendingMessages(): number {
    return this.#partials.size;
  }

  #partialFor(key: string, frame: Jt808Frame, index: number, total: number): PartialMessage {
    const known = this.#partials.get(key);
    const before = known?.parts.get(index);
    const contradicts = before !== undefined && !sameBytes(before.body, frame.body);
    if (known !== undefined && !contradicts) return known;
    return { parts: new Map(), packageTotal: total, changedAtMs: 0 };
  }

  #forgetOld(nowMs: number): void {
    for (const [key, { changedAtMs }] of this.#partials) {
      if (nowMs - changedAtMs > reassemblyLimits.heldMsMax) this.#partials.delete(key);
    }
  }

  #forgetBeyondLimit(): void {
    for (const key of this.#partials.keys()) {
      if (this.#partials.size <= reassemblyLimits.messagesMax) return;
      this.#partials.delete(key);
    }
  }
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}

function joined({ parts }: PartialMessage): Jt808Frame | null {
  const inOrder = [...parts.values()].sort((a, b) => (a.packageIndex ?? 0) - (b.packageIndex ?? 0));
  const [first] = inOrder;
  if (first === undefined) return null;
  const { packageTotal: _total, packageIndex: _index, ...whole } = first;
  const body = Buffer.concat(inOrder.map((part) => part.body));
  return { ...whole, subpackaged: false, bodyLength: body.length, body };
}
