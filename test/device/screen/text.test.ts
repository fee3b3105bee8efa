import { beforeAll, describe, expect, it } from 'vitest';
import { type Face, type Fonts, loadFonts } from '../../../device/screen/fonts.ts';
import { layouts } from '../../../device/screen/layouts/layouts.ts';
import * as messages from '../../../device/screen/messages.ts';
import { breakPieces, fitText, measurePx, wrapText } from '../../../device/screen/text.ts';
import { matchWords } from '../../../protocols/scan-code/words.ts';
import { Random, seedOr } from '../../support/random.ts';
import { contents } from './states.ts';

let fonts: Fonts;
let face: Face;

beforeAll(async () => {
  fonts = await loadFonts();
  face = fonts.bold;
});

function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : [];
}

describe('glyphs', () => {
  it('there is an outline for all 256 words, in both weights', () => {
    expect(matchWords).toHaveLength(256);
    for (const one of [fonts.medium, fonts.bold]) {
      expect([...matchWords.join('')].filter((character) => !one.has(character))).toEqual([]);
    }
  });

  it('every word fits its place at full size in every layout', () => {
    for (const layout of layouts) {
      const item = layout.live.unit.find(({ live }) => live === 'firstWord');
      if (item === undefined) throw new Error('no place for the first word');
      const { width, height } = item.box;
      expect(item.look.sizePx).toBeLessThanOrEqual(height);
      for (const word of matchWords) {
        expect(measurePx(face, word, item.look.sizePx)).toBeLessThanOrEqual(width);
      }
    }
  });

  it('there is an outline for every text of the screen itself and of the samples', () => {
    const texts = [...stringsIn(messages), ...stringsIn(contents), '0123456789:〓…'];
    expect(texts.length).toBeGreaterThan(60);
    for (const one of [fonts.medium, fonts.bold]) {
      expect([...texts.join('')].filter((character) => !one.has(character))).toEqual([]);
    }
  });

  it('a character without a glyph is 〓 and never an empty box', () => {
    expect(face.has('\u{1F69A}')).toBe(false);
    expect(face.drawing('\u{1F69A}')).toEqual(face.drawing('〓'));
    expect(face.drawing('〓').path).not.toBe('');
  });
});

describe('tofu', () => {
  it('no two characters of the screen have one drawing, and none that of a missing one', () => {
    const texts = [...matchWords, ...stringsIn(messages), ...stringsIn(contents)].join('');
    const characters = new Set([...texts].filter((character) => character.trim() !== ''));
    expect([...characters].filter((character) => character > '\u3000').length).toBeGreaterThan(250);
    for (const one of [fonts.medium, fonts.bold]) {
      const missing = one.drawing('\u{1F69A}').path;
      const byPath = new Map<string, string>();
      for (const character of characters) {
        const { path } = one.drawing(character);
        expect(path, character).not.toBe('');
        expect(path, character).not.toBe(missing);
        expect(byPath.get(path) ?? character, `${character} and another`).toBe(character);
        byPath.set(path, character);
      }
    }
  });
});

describe('layout of text', () => {
  const room = { widthPx: 200, heightPx: 60, sizePx: 30, sizePxMin: 20, linesMax: 2 };

  it('short text keeps its size, longer text shrinks a little, wraps, shrinks, is cut', () => {
    expect(fitText(face, '示例', room)).toEqual({ lines: ['示例'], sizePx: 30, problems: [] });
    const little = fitText(face, '示例清障救援公', room);
    expect(little).toEqual({ lines: ['示例清障救援公'], sizePx: 28, problems: [] });
    const wrapped = fitText(face, '示例清障救援有限公司', { ...room, heightPx: 70 });
    expect(wrapped).toMatchObject({ sizePx: 30, problems: [] });
    expect(wrapped.lines).toHaveLength(2);
    const shrunk = fitText(face, '示例清障救援有限公司示例分公司', room);
    expect(shrunk.sizePx).toBeLessThan(30);
    expect(shrunk.lines.join('')).toBe('示例清障救援有限公司示例分公司');
    const cut = fitText(face, '示例'.repeat(20), room);
    expect(cut.sizePx).toBe(20);
    expect(cut.lines.join('').endsWith('…')).toBe(true);
    expect(cut.problems).toMatchObject([{ code: 'text-cut' }]);
  });

  it('closing marks do not begin a line and words are not torn', () => {
    expect(breakPieces('时间，暂 K234+567')).toEqual(['时', '间，', '暂 ', 'K234+567']);
    expect(wrapText(face, '甲乙，丙', 30, 65)).toEqual(['甲', '乙，', '丙']);
  });

  it('no last line holds a single character when there is another way', () => {
    const { lines } = fitText(face, '示例清障救援有限公', { ...room, widthPx: 216, heightPx: 70 });
    expect(lines.map((line) => line.length)).toEqual([5, 4]);
  });

  it('whatever is said, it stays in its room', () => {
    const random = new Random(seedOr(41));
    const alphabet = [...'示例清障救援 ABCabc012，。（）·\n\u{1F69A}'];
    for (let round = 0; round < 500; round += 1) {
      const length = random.whole(0, 60);
      const text = Array.from({ length }, () => random.pick(alphabet)).join('');
      const { lines, sizePx } = fitText(face, text, room);
      const widest = Math.max(...lines.map((line) => measurePx(face, line, sizePx)));
      expect(widest, `seed ${random.seed}, round ${round}`).toBeLessThanOrEqual(room.widthPx);
      expect(lines.length).toBeLessThanOrEqual(room.linesMax);
    }
  });
});
