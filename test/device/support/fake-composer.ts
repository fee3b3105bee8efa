import { createHash } from 'node:crypto';
import type { Frame, ScreenComposer, ScreenState } from '../../../device/screen/screen.ts';
import { type Bitmap, blankBitmap } from '../../../hardware/bitmap.ts';

/** A composer whose frames are a hash of the state, and whose decoder can be made to fail. */
export class FakeComposer implements ScreenComposer {
  readonly layoutVersion = 7;
  readonly states: ScreenState[] = [];
  /** What the independent decoder reads of a frame; by default what it should. */
  decode: (text: string | null) => string | null = (text) => text;
  readonly #format: Bitmap['format'];
  readonly #width: number;
  readonly #height: number;

  constructor(format: Bitmap['format'], width: number, height: number) {
    this.#format = format;
    this.#width = width;
    this.#height = height;
  }

  async start(): Promise<void> {}

  async compose(state: ScreenState): Promise<Frame> {
    this.states.push(state);
    const digest = createHash('sha256').update(JSON.stringify(state)).digest();
    const picture = blankBitmap(this.#format, this.#width, this.#height);
    picture.data.set(digest);
    const text = state.code?.link ?? state.enrolment?.link ?? null;
    return {
      picture,
      frameHash: digest.subarray(0, 16),
      decodedText: this.decode(text),
      problems: [],
    };
  }

  last(): ScreenState {
    const state = this.states.at(-1);
    if (state === undefined) throw new Error('nothing was composed');
    return state;
  }
}
