import type { ScreenProblem } from './errors.ts';
import { type Face, missingMark } from './fonts.ts';

/** Where a text has to go, and how far it may shrink to get there. */
export interface TextRoom {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly sizePx: number;
  /** Smallest size; in 1-bit never under 20 px. */
  readonly sizePxMin: number;
  readonly linesMax: number;
}

export interface FittedText {
  readonly lines: readonly string[];
  readonly sizePx: number;
  readonly problems: readonly ScreenProblem[];
}

/** Distance of two baselines, in em. */
export const lineHeightEm = 1.2;
const ellipsis = '…';
/** May not begin a line. */
const closing = new Set('，。、；：！？）》」』】·…,.;:!?)%');
const latin = /[A-Za-z0-9+\-./'@#&]/;

export function measurePx(face: Face, text: string, sizePx: number): number {
  let width = 0;
  for (const character of text) width += face.widthPx(character, sizePx);
  return width;
}

/** Pieces that stay together: Latin words and numbers, one CJK character with what closes it. */
export function breakPieces(text: string): string[] {
  const pieces: string[] = [];
  let previous = '';
  for (const character of text) {
    const joins =
      (latin.test(character) && latin.test(previous)) ||
      (previous !== '' && (closing.has(character) || character === ' '));
    if (joins) pieces.push((pieces.pop() ?? '') + character);
    else pieces.push(character);
    previous = character;
  }
  return pieces;
}

/** Breaks at given line feeds and wherever the width asks for it; a long piece is left long. */
export function wrapText(face: Face, text: string, sizePx: number, widthPx: number): string[] {
  return text.split('\n').flatMap((paragraph) => {
    const lines: string[] = [];
    let line = '';
    for (const piece of breakPieces(paragraph)) {
      const longer = line + piece;
      if (line !== '' && measurePx(face, longer.trimEnd(), sizePx) > widthPx) {
        lines.push(line.trimEnd());
        line = piece;
      } else line = longer;
    }
    return [...lines, line.trimEnd()];
  });
}

function fits(face: Face, lines: readonly string[], sizePx: number, room: TextRoom): boolean {
  const heightPx = (lines.length - 1) * lineHeightEm * sizePx + sizePx;
  return (
    lines.length <= room.linesMax &&
    heightPx <= room.heightPx &&
    lines.every((line) => measurePx(face, line, sizePx) <= room.widthPx)
  );
}

/** A last line shorter than this looks forgotten, in em. */
const lastLineEmMin = 3;

/** As many lines, but evenly long where the last one would hold a character or two. */
function balance(face: Face, text: string, fitted: readonly string[], sizePx: number): string[] {
  let balanced = [...fitted];
  if (measurePx(face, fitted.at(-1) ?? '', sizePx) >= lastLineEmMin * sizePx) return balanced;
  let widthPx = Math.max(...fitted.map((line) => measurePx(face, line, sizePx)));
  for (; widthPx > sizePx; widthPx -= sizePx / 4) {
    const lines = wrapText(face, text, sizePx, widthPx);
    const isWider = lines.some((line) => measurePx(face, line, sizePx) > widthPx);
    if (lines.length > fitted.length || isWider) break;
    balanced = lines;
  }
  return balanced;
}

/** Lines that fit at the smallest size, the last one ending in `…`, and what was cut off. */
function cutText(face: Face, text: string, room: TextRoom): { lines: string[]; cut: string } {
  const characters = [...text];
  for (let kept = characters.length - 1; kept > 0; kept -= 1) {
    const shorter = characters.slice(0, kept).join('').trimEnd() + ellipsis;
    const lines = wrapText(face, shorter, room.sizePxMin, room.widthPx);
    if (fits(face, lines, room.sizePxMin, room)) {
      return { lines, cut: characters.slice(kept).join('') };
    }
  }
  return { lines: [ellipsis], cut: text };
}

/** The text with 〓 for what the font lacks, and a problem naming it. */
function withMarks(face: Face, text: string): { text: string; problems: ScreenProblem[] } {
  const missing = [...text].filter((character) => character !== '\n' && !face.has(character));
  if (missing.length === 0) return { text, problems: [] };
  const marked = [...text].map((character) =>
    missing.includes(character) ? missingMark : character,
  );
  const detail = [...new Set(missing)].join('');
  return { text: marked.join(''), problems: [{ code: 'missing-glyph', text, detail }] };
}

/** Down to this share of its size a text shrinks rather than take a second line. */
const shrinkFirst = 0.88;

/** Sizes and numbers of lines in the order they are tried. */
function* attempts({ sizePx, sizePxMin, linesMax }: TextRoom): Generator<[number, number]> {
  const oneLineMin = Math.max(sizePxMin, Math.ceil(sizePx * shrinkFirst));
  for (let size = sizePx; size >= oneLineMin; size -= 1) yield [size, 1];
  for (let size = sizePx; size >= sizePxMin; size -= 1) yield [size, linesMax];
}

/**
 * The largest size, whole px, at which `text` fits its room: in one line if a little smaller will
 * do, then wrapped, then smaller; at the smallest size it is cut. Never overflows, never draws an
 * empty box.
 */
export function fitText(face: Face, text: string, room: TextRoom): FittedText {
  const { text: drawn, problems } = withMarks(face, text);
  for (const [sizePx, linesMax] of attempts(room)) {
    const lines = wrapText(face, drawn, sizePx, room.widthPx);
    if (!fits(face, lines, sizePx, { ...room, linesMax })) continue;
    return { lines: balance(face, drawn, lines, sizePx), sizePx, problems };
  }
  const { lines, cut } = cutText(face, drawn, room);
  const problem: ScreenProblem = { code: 'text-cut', text, detail: cut };
  return { lines, sizePx: room.sizePxMin, problems: [...problems, problem] };
}
