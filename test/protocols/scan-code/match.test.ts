import { expect, it } from 'vitest';
import { matchOf, matchShapes, matchText } from '../../../protocols/scan-code/match.ts';
import { matchWords } from '../../../protocols/scan-code/words.ts';

it('there are 256 different words of two Chinese characters, and eight different shapes', () => {
  expect(matchWords).toHaveLength(256);
  expect(new Set(matchWords).size).toBe(256);
  for (const word of matchWords) expect(word).toMatch(/^\p{Script=Han}{2}$/u);
  expect(new Set(matchShapes.map(({ code }) => code)).size).toBe(8);
  expect(new Set(matchShapes.map(({ zh }) => zh)).size).toBe(8);
});

it('another code or another key gives other words', () => {
  const code = Buffer.alloc(82, 1);
  const key = Buffer.alloc(32, 2);
  const match = matchOf(code, key);
  expect(matchOf(code, key)).toStrictEqual(match);
  expect(matchOf(Buffer.alloc(82, 3), key)).not.toStrictEqual(match);
  expect(matchOf(code, Buffer.alloc(32, 4))).not.toStrictEqual(match);
  expect(matchText(match)).toBe(
    `${matchWords[match[0]]} ${matchWords[match[1]]} ${matchShapes[match[2]]?.zh}`,
  );
});
