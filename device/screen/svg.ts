import type { Face } from './fonts.ts';
import type { Box } from './geometry.ts';
import { type IconName, icons } from './icons.ts';
import { matchShapeDrawing } from './shapes.ts';
import { type FittedText, lineHeightEm, measurePx } from './text.ts';

/** Pieces of SVG in whole pixels. Nothing here depends on fonts of the machine. */

/** Middle of a CJK character above its baseline, in em. */
const middleEm = 0.38;

const digits = (value: number) => Number(value.toFixed(3));

export function svgDocument(width: number, height: number, body: string): string {
  const size = `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size}>${body}</svg>`;
}

export function fillSvg({ x, y, width, height }: Box, colour: string, radius = 0): string {
  const place = `x="${x}" y="${y}" width="${width}" height="${height}"`;
  return `<rect ${place} rx="${radius}" fill="${colour}"/>`;
}

/** One line from `x` at `baseline`, as outlines. */
export function lineSvg(
  face: Face,
  line: string,
  place: { readonly x: number; readonly baseline: number; readonly sizePx: number },
  colour: string,
): string {
  const scale = digits(place.sizePx / face.unitsPerEm);
  let pen = place.x;
  let body = '';
  for (const character of line) {
    const { path, shift } = face.drawing(character);
    const left = pen + (shift * place.sizePx) / face.unitsPerEm;
    const move = `translate(${digits(left)} ${place.baseline}) scale(${scale} ${-scale})`;
    if (path !== '') body += `<path transform="${move}" d="${path}"/>`;
    pen += face.widthPx(character, place.sizePx);
  }
  return `<g fill="${colour}">${body}</g>`;
}

/** Baseline of a single line in the middle of `box`. */
export function baselineOf({ y, height }: Box, sizePx: number): number {
  return Math.round(y + height / 2 + middleEm * sizePx);
}

/** Fitted lines in the middle of `box`'s height. */
export function textSvg(
  face: Face,
  { lines, sizePx }: FittedText,
  box: Box,
  look: { readonly align?: 'left' | 'center' | 'right' },
  colour: string,
): string {
  const pitch = lineHeightEm * sizePx;
  const first = baselineOf(box, sizePx) - ((lines.length - 1) * pitch) / 2;
  const share = { left: 0, center: 0.5, right: 1 }[look.align ?? 'left'];
  return lines
    .map((line, index) => {
      const x = Math.round(box.x + share * (box.width - measurePx(face, line, sizePx)));
      const place = { x, baseline: Math.round(first + index * pitch), sizePx };
      return lineSvg(face, line, place, colour);
    })
    .join('');
}

/** A drawing of `unit` × `unit`, as large as fits, in the middle of `box`. */
function scaledSvg(box: Box, unit: number, body: string): string {
  const side = Math.min(box.width, box.height);
  const x = box.x + (box.width - side) / 2;
  const y = box.y + (box.height - side) / 2;
  return `<g transform="translate(${x} ${y}) scale(${digits(side / unit)})">${body}</g>`;
}

export function iconSvg(name: IconName, box: Box, colour: string): string {
  return scaledSvg(box, 24, `<g color="${colour}">${icons[name]}</g>`);
}

/** The match shape of this index; `colour` null: the shape's own. */
export function shapeSvg(index: number, box: Box, colour: string | null): string {
  const drawing = matchShapeDrawing(index);
  return scaledSvg(box, 100, `<path d="${drawing.path}" fill="${colour ?? drawing.colour}"/>`);
}
