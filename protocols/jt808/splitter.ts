import { delimiter, frameBytesMax } from './framing.ts';

/**
 * Cuts a TCP byte stream into frames, in whatever pieces it comes.
 *
 *     garbage 7e aaaa 7e 7e bbbb 7e cccc 7e dd…
 *             [frame   ][frame   ]
 *                                [frame  ] one delimiter may end a frame and start the next
 *
 * What stands before the first delimiter is passed over. What is longer than a frame can be is
 * passed over up to the next delimiter. So one lost or added byte costs one frame.
 */
export class Jt808Splitter {
  readonly #pending = new Uint8Array(frameBytesMax);
  /** Bytes in #pending, from an opening delimiter on; 0 while waiting for one. */
  #length = 0;
  #skippedBytes = 0;

  /** Complete frames, both delimiters included, in their order on the wire. */
  push(chunk: Uint8Array): Uint8Array[] {
    const frames: Uint8Array[] = [];
    let at = 0;
    while (at < chunk.length) {
      const found = chunk.indexOf(delimiter, at);
      const end = found === -1 ? chunk.length : found;
      this.#keep(chunk.subarray(at, end));
      if (found === -1) break;
      if (this.#length > 1) frames.push(this.#close());
      this.#pending[0] = delimiter;
      this.#length = 1;
      at = end + 1;
    }
    return frames;
  }

  /** Bytes of a frame that has begun and not ended. */
  get pendingBytes(): number {
    return this.#length > 1 ? this.#length : 0;
  }

  /** Bytes passed over since the start because they were part of no frame. */
  get skippedBytes(): number {
    return this.#skippedBytes;
  }

  #keep(bytes: Uint8Array): void {
    const started = this.#length > 0;
    if (started && this.#length + bytes.length < frameBytesMax) {
      this.#pending.set(bytes, this.#length);
      this.#length += bytes.length;
      return;
    }
    this.#skippedBytes += this.#length + bytes.length;
    this.#length = 0;
  }

  #close(): Uint8Array {
    this.#pending[this.#length] = delimiter;
    return this.#pending.slice(0, this.#length + 1);
  }
}
