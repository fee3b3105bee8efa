import sharp from 'sharp';
import type { Random } from './random.ts';

/** A dark blue picture with a light one in its middle, base64 of its PNG. */
export async function logoOf(widthPx: number, heightPx: number): Promise<string> {
  const ground = { width: widthPx, height: heightPx, channels: 3, background: '#10306b' } as const;
  const [width, height] = [Math.round(widthPx / 2), Math.round(heightPx / 2)];
  const middle = { create: { width, height, channels: 3, background: '#ffffff' } } as const;
  const png = sharp({ create: ground }).composite([{ input: middle }]);
  return (await png.png().toBuffer()).toString('base64');
}

/** One whose every pixel is chance, so that nothing of it is packed. */
export async function noisyLogo(random: Random, side: number): Promise<string> {
  const pixels = Uint8Array.from({ length: side * side }, () => random.whole(0, 255));
  const raw = { width: side, height: side, channels: 1 } as const;
  const png = sharp(pixels, { raw }).toColourspace('b-w').png({ compressionLevel: 9 });
  return (await png.toBuffer()).toString('base64');
}
