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

/** Bases are few, one a configuration and one a notice; strips are the 256 words and the rest. */
const baseBytesMax = 16 * 1024 * 1024;
const stripBytesMax = 32 * 1024 * 1024;
const digitBytesMax = 1024 * 1024;

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
  readonly #digits = new DrawnCache<Drawn>(digitBytesMax);
  readonly #lookKeys = new Map<LiveItem, string>();

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
    const { x, y } = item.box;
    const look = this.#lookKey(item, paints);
    const clock = value.kind === 'run' ? value.clock : null;
    const known = clock === null ? value : { ...value, clock: '' };
    const key = look + JSON.stringify(known);
    const strip = await this.#strips.get(key, () => drawStrip(item, value, input));
    blit(picture, strip.picture, x, y);
    const place = strip.digits;
    if (place === null || clock === null) return strip.problems;
    let pen = x + place.x;
    for (const character of clock) {
      const draw = () => drawDigit(character, place, item, input);
      const digit = await this.#digits.get(key + character, draw);
      blit(picture, digit.picture, pen, y);
      pen += digit.picture.width;
    }
    return strip.problems;
  }

  /** Strips of two items are the same where size, ground, look and role colour are. */
  #lookKey(item: LiveItem, paints: Paints): string {
    let key = this.#lookKeys.get(item);
    if (key === undefined) {
      key = JSON.stringify([item.box.width, item.box.height, item.ground, item.look]);
      this.#lookKeys.set(item, key);
    }
    return key + paints.role;
  }
}
