import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { create, type Font, type Glyph } from 'fontkit';

/**
 * Outlines of Noto Sans SC. SVG `<text>` draws empty boxes where no CJK font is installed and says
 * nothing; outlines are the same everywhere, and a missing glyph has the id 0. Scan code, "Screen".
 */
export type Weight = 'medium' | 'bold';
export type Fonts = Readonly<Record<Weight, Face>>;

/** Stands for a character the font does not have (geta mark, as printers use it). */
export const missingMark = '〓';

const fontPackage = '@expo-google-fonts/noto-sans-sc';
const fontFiles = {
  medium: `${fontPackage}/500Medium/NotoSansSC_500Medium.ttf`,
  bold: `${fontPackage}/700Bold/NotoSansSC_700Bold.ttf`,
} as const;

/** Most characters of one face kept as outlines; about 1 KB each. */
const outlinesMax = 4096;

/** The font gives the dot of number plates a full square, between letters half of it is right. */
const halfWidth = new Set(['·']);

interface Outline {
  /** SVG path data in font units, y upwards. */
  readonly path: string;
  /** To move the path by, in font units. */
  readonly shift: number;
  /** In font units. */
  readonly advance: number;
}

/**
 * One weight of the font. Reads single characters: neither kerning nor ligatures are needed. Its
 * 10 MB are wanted for characters that have not been drawn yet, and a unit that stands still draws
 * none: the collector may take them, and they are read again, about 20 ms.
 */
export class Face {
  readonly unitsPerEm: number;
  readonly #path: string;
  #font: WeakRef<Font>;
  readonly #outlines = new Map<string, Outline | null>();

  /** @param path the file; throws when it is not one font */
  constructor(path: string) {
    const font = openFont(path);
    this.#path = path;
    this.#font = new WeakRef(font);
    this.unitsPerEm = font.unitsPerEm;
  }

  /** True when the font draws this character; false would be an empty box. */
  has(character: string): boolean {
    return this.#outlineOf(character) !== null;
  }

  /** Width of a character in px at `sizePx`. */
  widthPx(character: string, sizePx: number): number {
    return (this.#drawn(character).advance * sizePx) / this.unitsPerEm;
  }

  /** Path data of a character in font units, y upwards, '' for a space; and its shift in x. */
  drawing(character: string): { readonly path: string; readonly shift: number } {
    return this.#drawn(character);
  }

  #drawn(character: string): Outline {
    const outline = this.#outlineOf(character) ?? this.#outlineOf(missingMark);
    return outline ?? { path: '', shift: 0, advance: this.unitsPerEm };
  }

  #outlineOf(character: string): Outline | null {
    const known = this.#outlines.get(character);
    if (known !== undefined) return known;
    const glyph = this.#opened().glyphForCodePoint(character.codePointAt(0) ?? 0);
    const outline = glyph.id === 0 ? null : outlineOf(character, glyph);
    if (this.#outlines.size >= outlinesMax) this.#outlines.clear();
    this.#outlines.set(character, outline);
    return outline;
  }

  #opened(): Font {
    const font = this.#font.deref() ?? openFont(this.#path);
    this.#font = new WeakRef(font);
    return font;
  }
}

function openFont(path: string): Font {
  const font = create(readFileSync(path));
  if (!('glyphForCodePoint' in font)) throw new TypeError(`${path} holds more than one font`);
  return font;
}

function outlineOf(character: string, { path, advanceWidth }: Glyph): Outline {
  if (!halfWidth.has(character)) return { path: path.toSVG(), shift: 0, advance: advanceWidth };
  return { path: path.toSVG(), shift: -advanceWidth / 4, advance: advanceWidth / 2 };
}

function loadFace(file: string): Face {
  return new Face(createRequire(import.meta.url).resolve(file));
}

/** Both weights from the font package. */
export async function loadFonts(): Promise<Fonts> {
  return { medium: loadFace(fontFiles.medium), bold: loadFace(fontFiles.bold) };
}
