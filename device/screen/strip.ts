import { roomOf } from './base.ts';
import type { Face, Fonts } from './fonts.ts';
import { type Box, box } from './geometry.ts';
import type { Layout, LiveItem, TextLook } from './layout.ts';
import type { LiveMatch, LiveRun, LiveValue, Tone } from './live.ts';
import type { Paint, Paints } from './paints.ts';
import { rasterise } from './raster.ts';
import type { Drawn } from './strip-cache.ts';
import { baselineOf, fillSvg, iconSvg, lineSvg, shapeSvg, svgDocument, textSvg } from './svg.ts';
import { type FittedText, fitText, measurePx } from './text.ts';

/** A live item as a picture of its box; a clock's digits are blitted into it afterwards. */
export interface Strip extends Drawn {
  /** Where the digits of the clock go, relative to the strip; null without a clock. */
  readonly digits: DigitPlace | null;
}

/** Digits stand on a fixed pitch, so that a second changes nothing but digits. */
export interface DigitPlace {
  readonly x: number;
  readonly sizePx: number;
  readonly pitchPx: number;
  readonly colonPx: number;
  readonly ink: Paint;
  readonly ground: Paint;
}

export interface StripInput {
  readonly layout: Layout;
  readonly paints: Paints;
  readonly fonts: Fonts;
}

const toneInk: Readonly<Record<Exclude<Tone, 'plain'>, Paint>> = {
  good: 'onGood',
  alert: 'onAlert',
};

/** The strip of `value` in the box and look of `item`, without the digits of a clock. */
export async function drawStrip(
  item: LiveItem,
  value: LiveValue,
  input: StripInput,
): Promise<Strip> {
  const { width, height } = item.box;
  const { svg, problems, digits } = valueSvg(item, value, input);
  const ground = fillSvg(box(0, 0, width, height), input.paints[item.ground]);
  const document = svgDocument(width, height, ground + svg);
  const picture = await rasterise(document, input.layout.format, width, height);
  return { picture, problems, digits };
}

/** One digit or colon on its ground, as wide as its pitch. */
export async function drawDigit(
  character: string,
  place: DigitPlace,
  item: LiveItem,
  { layout, paints, fonts }: StripInput,
): Promise<Drawn> {
  const face = fonts[item.look.weight];
  const width = character === ':' ? place.colonPx : place.pitchPx;
  const { height } = item.box;
  const x = Math.round((width - face.widthPx(character, place.sizePx)) / 2);
  const line = { x, baseline: baselineOf(box(0, 0, width, height), place.sizePx) };
  const body =
    fillSvg(box(0, 0, width, height), paints[place.ground]) +
    lineSvg(face, character, { ...line, sizePx: place.sizePx }, paints[place.ink]);
  const picture = await rasterise(svgDocument(width, height, body), layout.format, width, height);
  return { picture, problems: [] };
}

type Content = { readonly svg: string } & Pick<Strip, 'problems' | 'digits'>;

function valueSvg(item: LiveItem, value: LiveValue, input: StripInput): Content {
  const { paints, fonts, layout } = input;
  const inside = box(0, 0, item.box.width, item.box.height);
  if (value.kind === 'shape') {
    const colour = layout.format === 'mono1' ? paints[item.look.paint] : null;
    return { svg: shapeSvg(value.index, inside, colour), problems: [], digits: null };
  }
  if (value.kind === 'match') return matchSvg(item, value, input);
  if (value.icon === null && value.clock === null && value.tone === 'plain') {
    const face = fonts[item.look.weight];
    const fitted = fitText(face, value.text, roomOf(inside, item.look));
    const svg = textSvg(face, fitted, inside, item.look, paints[item.look.paint]);
    return { svg, problems: fitted.problems, digits: null };
  }
  return runSvg(item, value, input);
}

/**
 * Label at the look's smallest size, words at its largest, the shape beside them: one pill over
 * the whole box, so that nobody takes it for the match of the code now shown.
 */
function matchSvg({ box: place, look }: LiveItem, value: LiveMatch, input: StripInput): Content {
  const { paints, fonts } = input;
  const face = fonts[look.weight];
  const { width, height } = place;
  const inside = box(0, 0, width, height);
  const labelPx = look.sizePxMin ?? look.sizePx;
  const padPx = Math.round(labelPx * 0.3);
  const shapePx = Math.round(look.sizePx * 0.95);
  const labelRoom = { heightPx: height, sizePx: labelPx, sizePxMin: labelPx, linesMax: 1 };
  const wordsWidthPx = measurePx(face, value.words, look.sizePx);
  const widthPx = width - 3 * padPx - wordsWidthPx - shapePx;
  const label = fitText(fonts.medium, value.label, { ...labelRoom, widthPx });
  const shapeX = width - padPx - shapePx;
  const wordsX = Math.round(shapeX - padPx - wordsWidthPx);
  const labelAt = { x: padPx, baseline: baselineOf(inside, labelPx), sizePx: labelPx };
  const wordsAt = { x: wordsX, baseline: baselineOf(inside, look.sizePx), sizePx: look.sizePx };
  const svg =
    fillSvg(inside, paints.good, Math.round(labelPx * 0.25)) +
    lineSvg(fonts.medium, label.lines.join(''), labelAt, paints.onGood) +
    lineSvg(face, value.words, wordsAt, paints.onGood) +
    shapeSvg(value.shape, box(shapeX, 0, shapePx, height), paints.onGood);
  return { svg, problems: label.problems, digits: null };
}

/** Widths of the parts of a run at one size, in px. */
interface RunSizes {
  readonly padPx: number;
  readonly iconPx: number;
  readonly iconGapPx: number;
  readonly clockGapPx: number;
  readonly clockPx: number;
  readonly pitchPx: number;
  readonly colonPx: number;
}

function runSizes(face: Face, value: LiveRun, sizePx: number): RunSizes {
  const pitchPx = Math.ceil(face.widthPx('0', sizePx));
  const colonPx = Math.ceil(face.widthPx(':', sizePx));
  const hasIcon = value.icon !== null;
  const hasClock = value.clock !== null;
  return {
    padPx: value.tone === 'plain' ? 0 : Math.round(sizePx * 0.3),
    iconPx: hasIcon ? Math.round(sizePx * 1.2) : 0,
    iconGapPx: hasIcon ? Math.round(sizePx * 0.2) : 0,
    clockGapPx: hasClock ? Math.round(sizePx * 0.35) : 0,
    clockPx: hasClock ? 6 * pitchPx + 2 * colonPx : 0,
    pitchPx,
    colonPx,
  };
}

function besideTextPx(sizes: RunSizes): number {
  return 2 * sizes.padPx + sizes.iconPx + sizes.iconGapPx + sizes.clockGapPx + sizes.clockPx;
}

/** The text of a run at the largest size at which everything beside it fits as well. */
function fitRun(face: Face, value: LiveRun, look: TextLook, inside: Box): FittedText {
  for (let sizePx = look.sizePx; ; sizePx -= 1) {
    const widthPx = inside.width - besideTextPx(runSizes(face, value, sizePx));
    const room = { ...roomOf(inside, look), sizePx, sizePxMin: sizePx, widthPx, linesMax: 1 };
    const fitted = fitText(face, value.text, room);
    const isCut = fitted.problems.some(({ code }) => code === 'text-cut');
    if (!isCut || sizePx <= (look.sizePxMin ?? look.sizePx)) return fitted;
  }
}

/** Icon, text and the place of the digits in one row, on a pill unless the tone is plain. */
function runSvg(item: LiveItem, value: LiveRun, { paints, fonts }: StripInput): Content {
  const { look } = item;
  const face = fonts[look.weight];
  const inside = box(0, 0, item.box.width, item.box.height);
  const { lines, sizePx, problems } = fitRun(face, value, look, inside);
  const sizes = runSizes(face, value, sizePx);
  const text = lines.join('');
  const textPx = Math.ceil(measurePx(face, text, sizePx));
  const widthPx = besideTextPx(sizes) + textPx;
  const share = { left: 0, center: 0.5, right: 1 }[look.align ?? 'left'];
  const left = Math.round(share * (inside.width - widthPx));
  const ink = value.tone === 'plain' ? look.paint : toneInk[value.tone];
  const ground = value.tone === 'plain' ? item.ground : value.tone;

  const iconX = left + sizes.padPx;
  const textX = iconX + sizes.iconPx + sizes.iconGapPx;
  const pill = box(left, 0, widthPx, inside.height);
  const iconBox = box(iconX, 0, sizes.iconPx, inside.height);
  const line = { x: textX, baseline: baselineOf(inside, sizePx), sizePx };
  const svg =
    (value.tone === 'plain' ? '' : fillSvg(pill, paints[ground], Math.round(sizePx * 0.25))) +
    (value.icon === null ? '' : iconSvg(value.icon, iconBox, paints[ink])) +
    lineSvg(face, text, line, paints[ink]);
  if (value.clock === null) return { svg, problems, digits: null };
  const x = textX + textPx + sizes.clockGapPx;
  const { pitchPx, colonPx } = sizes;
  return { svg, problems, digits: { x, sizePx, pitchPx, colonPx, ink, ground } };
}
