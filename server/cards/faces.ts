import { createRequire } from 'node:module';
import PdfDocument from 'pdfkit';

/** One command of an outline, in font units with y upwards, as fontkit gives it. */
interface PathCommand {
  readonly command: 'moveTo' | 'lineTo' | 'quadraticCurveTo' | 'bezierCurveTo' | 'closePath';
  readonly args: readonly number[];
}
interface Glyph {
  readonly id: number;
  readonly advanceWidth: number;
  readonly path: { readonly commands: readonly PathCommand[] };
}
interface FontOutlines {
  readonly unitsPerEm: number;
  glyphsForString(text: string): readonly Glyph[];
}

/** Weights of Noto Sans SC on cards. */
export type Weight = 'medium' | 'bold';

const fontPackage = '@expo-google-fonts/noto-sans-sc';
const resolve = createRequire(import.meta.url).resolve;
export const faceFiles: Readonly<Record<Weight, string>> = {
  medium: resolve(`${fontPackage}/500Medium/NotoSansSC_500Medium.ttf`),
  bold: resolve(`${fontPackage}/700Bold/NotoSansSC_700Bold.ttf`),
};

/** Stands for a character the font does not have (geta mark, as printers use it). */
const missingMark = '〓';

/** A shape of one character in em, y downwards from the base line. */
export interface PlacedGlyph {
  readonly commands: readonly PathCommand[];
  readonly xEm: number;
  readonly scale: number;
}

/**
 * One weight, read once. pdfkit reads fonts with fontkit to put them into a document; the outlines
 * for pictures are taken from there, so that paper and picture have the same letters.
 */
export class Face {
  readonly #font: FontOutlines;

  constructor(weight: Weight) {
    const document = new PdfDocument({ autoFirstPage: false });
    document.font(faceFiles[weight]);
    this.#font = (document as unknown as { _font: { font: FontOutlines } })._font.font;
  }

  /** What can be drawn of a text: characters that the font lacks are replaced. */
  drawable(text: string): string {
    const marked = [...text].map((character) => {
      const isThere = this.#font.glyphsForString(character).every(({ id }) => id !== 0);
      return isThere ? character : missingMark;
    });
    return marked.join('');
  }

  /** Width of a text in em. Neither kerning nor ligatures are needed. */
  widthEm(text: string): number {
    const glyphs = this.#font.glyphsForString(text);
    return glyphs.reduce((sum, { advanceWidth }) => sum + advanceWidth, 0) / this.#font.unitsPerEm;
  }

  place(text: string): readonly PlacedGlyph[] {
    const scale = 1 / this.#font.unitsPerEm;
    let xEm = 0;
    return this.#font.glyphsForString(text).map(({ path, advanceWidth }) => {
      const placed = { commands: path.commands, xEm, scale };
      xEm += advanceWidth * scale;
      return placed;
    });
  }
}

/** Both weights; reading them takes a moment, so they are kept. */
export type Faces = Readonly<Record<Weight, Face>>;

let kept: Faces | null = null;

export function cardFaces(): Faces {
  kept ??= { medium: new Face('medium'), bold: new Face('bold') };
  return kept;
}
