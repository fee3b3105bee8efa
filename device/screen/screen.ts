import type { Bitmap } from '../../hardware/bitmap.ts';
import { frameHash } from '../../hardware/open.ts';
import { ScreenError, type ScreenProblem } from './errors.ts';
import { loadFonts } from './fonts.ts';
import { layoutVersion } from './layout.ts';
import { layoutOf } from './layouts/layouts.ts';
import { FramePainter } from './painter.ts';
import type { QrLevel } from './qr.ts';
import { decodeFrame, prepareSelfDecoder } from './self-decoder.ts';
import type { ScreenState } from './state.ts';

/** The face of this folder: from everything a screen shows to the picture that shows it. */
export type { ScreenProblem } from './errors.ts';
export type { QrLevel } from './qr.ts';
export type {
  CodeOnScreen,
  EchoOnScreen,
  EnrolmentOnScreen,
  Notice,
  ScreenState,
} from './state.ts';

/** A finished picture. With a code, show it only when `decodedText` equals the link. */
export interface Frame {
  readonly picture: Bitmap;
  /** First 16 bytes of the SHA-256 the display reports for the same picture. */
  readonly frameHash: Uint8Array;
  /** What the independent decoder read from the picture; null: nothing, or more than one code. */
  readonly decodedText: string | null;
  /** Texts with a character the font lacks, or cut to fit: for the log and the health record. */
  readonly problems: readonly ScreenProblem[];
}

export interface ScreenComposer {
  readonly layoutVersion: number;
  /** Loads fonts and decoder, about 0.2 s. Throws ScreenError `unknown-panel`. */
  start(): Promise<void>;
  /** Throws ScreenError `not-started`, `code-too-large`. */
  compose(state: ScreenState): Promise<Frame>;
}

export interface ScreenOptions {
  readonly width: number;
  readonly height: number;
  readonly format: Bitmap['format'];
  /** Default M. */
  readonly qrLevel?: QrLevel;
}

const frameHashBytes = 16;

/** The composer for one panel. Same options and state, same bytes. */
export function createScreenComposer(options: ScreenOptions): ScreenComposer {
  let painter: FramePainter | null = null;
  return {
    layoutVersion,
    async start() {
      const layout = layoutOf(options);
      await prepareSelfDecoder();
      painter = new FramePainter(layout, await loadFonts(), options.qrLevel ?? 'M');
    },
    async compose(state) {
      if (painter === null) throw new ScreenError('not-started', 'call start() first');
      const { picture, problems } = await painter.paint(state);
      const decodedText = await decodeFrame(picture);
      const hash = Buffer.from(frameHash(picture), 'hex').subarray(0, frameHashBytes);
      return { picture, frameHash: hash, decodedText, problems };
    },
  };
}
