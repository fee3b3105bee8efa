import type { PlacedGlyph } from './faces.ts';

/** A picture in red, green and blue, paper white. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** Three bytes a dot, row by row. */
  readonly data: Uint8Array;
}

type Rgb = readonly [number, number, number];

export function newPicture(width: number, height: number): Picture {
  return { width, height, data: new Uint8Array(width * height * 3).fill(255) };
}

/** Lays a colour over a dot; `share` 0 leaves it, 1 covers it. */
function blend({ width, height, data }: Picture, x: number, y: number, share: number, rgb: Rgb) {
  if (x < 0 || y < 0 || x >= width || y >= height) return;
  const at = (y * width + x) * 3;
  for (let channel = 0; channel < 3; channel += 1) {
    const under = data[at + channel] ?? 255;
    data[at + channel] = Math.round(under + ((rgb[channel] ?? 0) - under) * Math.min(share, 1));
  }
}

/** Whole dots, edges included from the first to before the last. */
export function fillBox(
  picture: Picture,
  [left, top, right, bottom]: readonly [number, number, number, number],
  rgb: Rgb,
): void {
  for (let y = top; y < bottom; y += 1) {
    for (let x = left; x < right; x += 1) blend(picture, x, y, 1, rgb);
  }
}

interface Edge {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

/** Straight pieces a curve is drawn with. */
const curvePieces = 8;

function curvePoint(points: readonly number[], t: number): readonly [number, number] {
  let level = points;
  while (level.length > 2) {
    const next: number[] = [];
    for (let at = 0; at + 3 < level.length; at += 2) {
      next.push(
        (level[at] ?? 0) * (1 - t) + (level[at + 2] ?? 0) * t,
        (level[at + 1] ?? 0) * (1 - t) + (level[at + 3] ?? 0) * t,
      );
    }
    level = next;
  }
  return [level[0] ?? 0, level[1] ?? 0];
}

/** The outline of a glyph as edges in dots; `sizePx` dots an em, base line at `y`. */
function edgesOf({ commands, xEm, scale }: PlacedGlyph, x: number, y: number, sizePx: number) {
  const edges: Edge[] = [];
  let [startX, startY, atX, atY] = [0, 0, 0, 0];
  const toX = (unit: number) => x + (xEm + unit * scale) * sizePx;
  const toY = (unit: number) => y - unit * scale * sizePx;
  const line = (nextX: number, nextY: number) => {
    edges.push({ x0: toX(atX), y0: toY(atY), x1: toX(nextX), y1: toY(nextY) });
    [atX, atY] = [nextX, nextY];
  };
  for (const { command, args } of commands) {
    if (command === 'closePath') line(startX, startY);
    else if (command === 'moveTo') {
      [atX = 0, atY = 0] = args;
      [startX, startY] = [atX, atY];
    } else if (command === 'lineTo') line(args[0] ?? 0, args[1] ?? 0);
    else {
      const points = [atX, atY, ...args];
      for (let piece = 1; piece <= curvePieces; piece += 1) {
        line(...curvePoint(points, piece / curvePieces));
      }
    }
  }
  return edges;
}

/** Lines looked at in one row of dots. */
const linesPerDot = 4;

/** Adds what lies between two places of a line to the shares of its dots. */
function cover(shares: Float32Array, left: number, right: number): void {
  const [from, to] = [Math.max(left, 0), Math.min(right, shares.length)];
  for (let x = Math.floor(from); x < to; x += 1) {
    const share = Math.min(x + 1, to) - Math.max(x, from);
    shares[x] = (shares[x] ?? 0) + share / linesPerDot;
  }
}

/** Spans of a line that are inside by the nonzero rule. */
function coverLine(edges: readonly Edge[], y: number, shares: Float32Array): void {
  const crossings: { x: number; turn: number }[] = [];
  for (const { x0, y0, x1, y1 } of edges) {
    if (y < Math.min(y0, y1) || y >= Math.max(y0, y1)) continue;
    crossings.push({ x: x0 + ((y - y0) / (y1 - y0)) * (x1 - x0), turn: y1 > y0 ? 1 : -1 });
  }
  crossings.sort((a, b) => a.x - b.x);
  let winding = 0;
  for (const [index, { x, turn }] of crossings.entries()) {
    winding += turn;
    const next = crossings[index + 1];
    if (winding !== 0 && next !== undefined) cover(shares, x, next.x);
  }
}

/** Draws glyphs with smooth edges. */
export function fillGlyphs(
  picture: Picture,
  glyphs: readonly PlacedGlyph[],
  at: { readonly x: number; readonly y: number; readonly sizePx: number; readonly rgb: Rgb },
): void {
  const shares = new Float32Array(picture.width);
  for (const glyph of glyphs) {
    const edges = edgesOf(glyph, at.x, at.y, at.sizePx);
    if (edges.length === 0) continue;
    const ys = edges.map(({ y0 }) => y0);
    const last = Math.ceil(Math.max(...ys));
    for (let y = Math.floor(Math.min(...ys)); y < last; y += 1) {
      shares.fill(0);
      for (let line = 0; line < linesPerDot; line += 1) {
        coverLine(edges, y + (line + 0.5) / linesPerDot, shares);
      }
      for (const [x, share] of shares.entries()) {
        if (share > 0) blend(picture, x, y, share, at.rgb);
      }
    }
  }
}
