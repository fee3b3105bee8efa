import type { Bitmap } from '../../hardware/bitmap.ts';
import type { ScreenProblem } from './errors.ts';

/** A rasterised piece, and what had to be done to its text. */
export interface Drawn {
  readonly picture: Bitmap;
  readonly problems: readonly ScreenProblem[];
}

/** Pieces by key, the longest unused dropped first once they hold more than `bytesMax`. */
export class DrawnCache<Piece extends Drawn> {
  readonly #bytesMax: number;
  readonly #pieces = new Map<string, Piece>();
  #bytes = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** Bytes of all pieces held. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The piece of `key`, drawn by `draw` when it is not held. */
  async get(key: string, draw: () => Promise<Piece>): Promise<Piece> {
    const held = this.#pieces.get(key);
    if (held !== undefined) {
      this.#pieces.delete(key);
      this.#pieces.set(key, held);
      return held;
    }
    const piece = await draw();
    this.#keep(key, piece);
    return piece;
  }

  #keep(key: string, piece: Piece): void {
    const twin = this.#pieces.get(key);
    this.#bytes += piece.picture.data.length - (twin?.picture.data.length ?? 0);
    this.#pieces.set(key, piece);
    for (const [oldest, { picture }] of this.#pieces) {
      if (this.#bytes <= this.#bytesMax || oldest === key) break;
      this.#pieces.delete(oldest);
      this.#bytes -= picture.data.length;
    }
  }
}
