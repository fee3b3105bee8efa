import type { Bitmap } from '../../hardware/bitmap.ts';
import { drawBase } from './base.ts';
import { blit, copyOf } from './blit.ts';
import type { ScreenProblem } from './errors.ts';
import { factsOf } from './facts.ts';
import type { Fonts } from './fonts.ts';
import type { Layout, LiveItem } from './layout.ts';
import { type LiveValue, liveValueOf } from './live.ts';
import { type Paints, paintsOf } from './paints.ts';
import { drawQr, placeQr, type QrLevel, qrMatrix } from './qr.ts';
import { type Scene, type ScreenState, sceneOf } from './state.ts';
import { drawDigit, drawStrip, type Strip, type StripInput } from './strip.ts';
import { type Drawn, DrawnCache } from './strip-cache.ts';

/** Bases are few: one a configuration, one a notice. Strips hold the 256 words and the digits. */
const baseBytesMax = 16 * 1024 * 1024;
const stripBytesMax = 32 * 1024 * 1024;

/**
 * Draws frames: a cached base, the strips of the live values and the QR copied into it. What did
 * not change is never rasterised again. The same state gives the same bytes.
 */
export class FramePainter {
  readonly #layout: Layout;
  readonly #fonts: Fonts;
  readonly #level: QrLevel;
  readonly #bases = new DrawnCache<Drawn>(baseBytesMax);
  readonly #strips = new DrawnCache<Strip>(stripBytesMax);
  readonly #digits = new DrawnCache<Drawn>(stripBytesMax);

  constructor(layout: Layout, fonts: Fonts, level: QrLevel) {
    this.#layout = layout;
    this.#fonts = fonts;
    this.#level = level;
  }

  /** The frame of a state, and what is wrong with its texts. Throws `code-too-large`. */
  async paint(state: ScreenState): Promise<Drawn> {
    const scene = sceneOf(state);
    const role = state.content?.role ?? null;
    const paints = paintsOf(this.#layout.format, role);
    const base = await this.#base(scene, paints);
    const picture = copyOf(base.picture);
    this.#drawQr(picture, scene);
    const problems: ScreenProblem[] = [...base.problems];
    for (const item of this.#layout.live[scene.view]) {
      const value = liveValueOf(item.live, scene);
      if (value !== null) problems.push(...(await this.#place(picture, item, value, paints)));
    }
    return { picture, problems };
  }

  #drawQr(picture: Bitmap, { qr }: Scene): void {
    if (qr === null) return;
    const matrix = qrMatrix(qr, this.#level);
    const { box, quietModules } = this.#layout.qr;
    drawQr(picture, matrix, placeQr(matrix.modules, box, quietModules));
  }

  async #base(scene: Scene, paints: Paints): Promise<Drawn> {
    const facts = factsOf(scene);
    const key = JSON.stringify([scene.view, scene.notice, paints.role, facts]);
    const input = { layout: this.#layout, scene, facts, paints, fonts: this.#fonts };
    return await this.#bases.get(key, () => drawBase(input));
  }

  /** Copies a live value into the frame, digit by digit where it is a time. */
  async #place(
    picture: Bitmap,
    item: LiveItem,
    value: LiveValue,
    paints: Paints,
  ): Promise<Drawn['problems']> {
    const input: StripInput = { layout: this.#layout, paints, fonts: this.#fonts };
    const { x, y, width, height } = item.box;
    const look = [width, height, item.ground, item.look, paints.role];
    const clock = value.kind === 'run' ? value.clock : null;
    const key = JSON.stringify([look, { ...value, clock: clock !== null }]);
    const strip = await this.#strips.get(key, () => drawStrip(item, value, input));
    blit(picture, strip.picture, x, y);
    const place = strip.digits;
    if (place === null || clock === null) return strip.problems;
    let pen = x + place.x;
    for (const character of clock) {
      const digitKey = JSON.stringify([look, place, character]);
      const digit = await this.#digits.get(digitKey, () =>
        drawDigit(character, place, item, input),
      );
      blit(picture, digit.picture, pen, y);
      pen += digit.picture.width;
    }
    return strip.problems;
  }
}
