import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { readPicture } from '../../../server/bench/picture.ts';
import { SeededRandom } from '../../gateway/seeded-random.ts';
import { phoneJpeg, placedPng } from './pictures.ts';

const secret = 'SECRET-PLACE';

describe('a photograph of a mount', () => {
  it('loses place, comment and what is appended, and keeps the picture and how to turn it', async () => {
    for (let orientation = 1; orientation <= 8; orientation += 1) {
      const taken = await phoneJpeg(orientation);
      expect(taken.includes(secret)).toBe(true);
      const read = readPicture(taken);
      expect(read?.mediaType).toBe('image/jpeg');
      expect(read?.bytes.includes(secret)).toBe(false);
      const found = await sharp(read?.bytes).metadata();
      expect(found).toMatchObject({ width: 64, height: 48, orientation });
      const [before, after] = await Promise.all(
        [taken, read?.bytes].map((bytes) => sharp(bytes).raw().toBuffer()),
      );
      expect(after?.equals(before as Buffer)).toBe(true);
    }
  });

  it('of PNG keeps the picture alone', async () => {
    const read = readPicture(await placedPng());
    expect(read?.mediaType).toBe('image/png');
    expect(read?.bytes.includes(secret)).toBe(false);
    expect(await sharp(read?.bytes).metadata()).toMatchObject({ width: 64, height: 48 });
  });

  it('of every scan of a progressive JPEG keeps all', async () => {
    const picture = sharp({ create: { width: 80, height: 80, channels: 3, background: '#a31' } });
    const taken = await picture.jpeg({ progressive: true }).toBuffer();
    expect(readPicture(taken)?.bytes.length).toBe(taken.length);
  });

  it('is none by its name alone: scripts, other pictures and halves are refused', async () => {
    const jpeg = await phoneJpeg();
    const webp = await sharp(jpeg).webp().toBuffer();
    const half = jpeg.subarray(0, jpeg.length / 2);
    for (const bytes of [Buffer.alloc(0), Buffer.from('<svg onload=alert(1)>'), webp, half]) {
      expect(readPicture(bytes)).toBeNull();
    }
  });

  it('never throws, whatever was turned or cut', async () => {
    const seed = 11;
    const random = new SeededRandom(seed);
    const pictures = [await phoneJpeg(), await placedPng()];
    for (let run = 0; run < 4000; run += 1) {
      const bytes = Buffer.from(pictures[run % 2] as Buffer);
      for (let turn = 0; turn < 4; turn += 1) {
        bytes[random.whole(0, bytes.length - 1)] = random.whole(0, 255);
      }
      const cut = bytes.subarray(0, random.whole(0, bytes.length));
      expect(() => readPicture(cut), `seed ${seed} run ${run}`).not.toThrow();
    }
  });
});
