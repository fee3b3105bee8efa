import { promisify } from 'node:util';
import { deflateRaw, inflateRaw } from 'node:zlib';
import type { Bitmap } from '../../hardware/bitmap.ts';
import { lateToleranceS } from '../../protocols/scan-code/verdict.ts';
import { maskCode } from '../screen/mask.ts';
import type { MintedCode } from './minter.ts';

/** Frames kept in memory; the oldest goes. */
export const framesMax = 8;

/** The gateway allows for a clock this far off, ms. Scan code, "Verdicts". */
const offsetMsMax = 120_000;
/** After a code's end it may still be taken for this long, ms. */
export const closesAfterMs = lateToleranceS * 1000 + offsetMsMax;

const pack = promisify(deflateRaw);
const unpack = promisify(inflateRaw);

interface KeptFrame {
  readonly issuedAt: number;
  /** Nobody can redeem its code any more from here on, Unix ms. */
  readonly closedAtMs: number;
  readonly mode: string;
  readonly picture: Omit<Bitmap, 'data'>;
  readonly packed: Uint8Array;
}

export interface FrameLine {
  readonly issuedAt: number;
  readonly mode: string;
  readonly isMasked: boolean;
}

/** The last frames that stood on the glass, for a technician's eyes. */
export class FrameMemory {
  #frames: readonly KeptFrame[] = [];
  #tail: Promise<void> = Promise.resolve();

  keep(code: MintedCode, { data, ...picture }: Bitmap, mode: string): void {
    const { issuedAt, validUntilMs } = code;
    const closedAtMs = validUntilMs + closesAfterMs;
    // The display may draw into the same bytes again.
    const copy = new Uint8Array(data);
    this.#tail = this.#tail.then(async () => {
      const packed = await pack(copy, { level: 1 });
      const frame = { issuedAt, closedAtMs, mode, picture, packed };
      this.#frames = [frame, ...this.#frames].slice(0, framesMax);
    });
  }

  /** Newest first. */
  lines(nowMs: number | null): readonly FrameLine[] {
    return this.#frames.map(({ issuedAt, mode, closedAtMs }) => ({
      issuedAt,
      mode,
      isMasked: nowMs === null || nowMs <= closedAtMs,
    }));
  }

  /** The picture, its code masked until its window has closed; null: it is not kept. */
  async picture(issuedAt: number, nowMs: number | null): Promise<Bitmap | null> {
    await this.#tail;
    const frame = this.#frames.find((one) => one.issuedAt === issuedAt);
    if (frame === undefined) return null;
    const whole = { ...frame.picture, data: await unpack(frame.packed) };
    return nowMs === null || nowMs <= frame.closedAtMs ? maskCode(whole) : whole;
  }
}
