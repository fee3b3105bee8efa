import sharp from 'sharp';
import { type Bitmap, strideBytesOf } from '../../hardware/bitmap.ts';

/** Grey under this is black in 1-bit; a little over the middle keeps thin strokes whole. */
const blackBelow = 144;

// Every piece is drawn once and kept by the painter: libvips has nothing to remember, and a unit
// has no core to spare.
sharp.cache(false);
sharp.concurrency(1);

/** The picture of an SVG that covers its whole ground. */
export async function rasterise(
  svg: string,
  format: Bitmap['format'],
  width: number,
  height: number,
): Promise<Bitmap> {
  const drawing = sharp(Buffer.from(svg)).removeAlpha();
  if (format === 'rgb24') {
    const data = await drawing.toColourspace('srgb').raw().toBuffer();
    return { format, width, height, strideBytes: strideBytesOf(format, width), data };
  }
  const grey = await drawing.toColourspace('b-w').raw().toBuffer();
  return monoOf(grey, width, height);
}

/** Packs one byte a pixel into one bit a pixel. */
export function monoOf(grey: Uint8Array, width: number, height: number): Bitmap {
  const strideBytes = strideBytesOf('mono1', width);
  const data = new Uint8Array(strideBytes * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      if ((grey[y * width + x] ?? 255) >= blackBelow) continue;
      const at = y * strideBytes + (x >> 3);
      data[at] = (data[at] ?? 0) | (0x80 >> (x & 7));
    }
  }
  return { format: 'mono1', width, height, strideBytes, data };
}
