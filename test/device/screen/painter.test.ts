import { expect, it } from 'vitest';
import { blit } from '../../../device/screen/blit.ts';
import { DrawnCache } from '../../../device/screen/strip-cache.ts';
import { type Bitmap, blankBitmap } from '../../../hardware/bitmap.ts';
import { Random, seedOr } from '../../support/random.ts';
import { isDark } from './frames.ts';

function noise(random: Random, format: Bitmap['format'], width: number, height: number): Bitmap {
  const picture = blankBitmap(format, width, height);
  const values = format === 'mono1' ? [0, 1] : [0, 255];
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const value = random.pick(values);
      if (format === 'rgb24')
        picture.data.fill(value, y * width * 3 + x * 3, y * width * 3 + x * 3 + 3);
      else {
        const at = y * picture.strideBytes + (x >> 3);
        picture.data[at] = (picture.data[at] ?? 0) | (value << (7 - (x & 7)));
      }
    }
  }
  return picture;
}

it.each(['mono1', 'rgb24'] as const)(
  'a strip of %s lands on its pixels and no others',
  (format) => {
    const random = new Random(seedOr(7));
    for (let round = 0; round < 60; round += 1) {
      const picture = noise(random, format, 64, 20);
      const before = { ...picture, data: Uint8Array.from(picture.data) };
      const strip = noise(random, format, random.whole(1, 32), random.whole(1, 10));
      const x = random.whole(0, 32);
      const y = random.whole(0, 10);
      blit(picture, strip, x, y);
      const wrong: string[] = [];
      for (let py = 0; py < 20; py += 1) {
        for (let px = 0; px < 64; px += 1) {
          const inside = px >= x && px < x + strip.width && py >= y && py < y + strip.height;
          const expected = inside ? isDark(strip, px - x, py - y) : isDark(before, px, py);
          if (isDark(picture, px, py) !== expected) wrong.push(`${px},${py}`);
        }
      }
      expect(wrong, `seed ${random.seed}, round ${round}`).toEqual([]);
    }
  },
);

it('the cache draws once, keeps its bound and drops what was longest unused', async () => {
  const cache = new DrawnCache(250);
  const drawn: string[] = [];
  const get = (key: string) =>
    cache.get(key, () => {
      drawn.push(key);
      const data = new Uint8Array(100);
      const picture = { format: 'mono1', width: 8, height: 100, strideBytes: 1, data } as const;
      return Promise.resolve({ picture, problems: [] });
    });
  for (const key of ['a', 'b', 'a', 'c', 'a', 'b']) {
    await get(key);
    expect(cache.bytes).toBeLessThanOrEqual(250);
  }
  expect(drawn).toEqual(['a', 'b', 'c', 'b']);
});
