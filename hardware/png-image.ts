import type { Bitmap } from './bitmap.ts';

/** PNG bytes of `picture`: a palette of one bit a pixel for `mono1`, 24 bit colour for `rgb24`. */
export async function encodePng(picture: Bitmap): Promise<Uint8Array> {
  const { default: sharp } = await import('sharp');
  const { width, height } = picture;
  if (picture.format === 'rgb24') {
    const raw = { width, height, channels: 3 as const };
    return await sharp(picture.data, { raw }).png({ compressionLevel: 6 }).toBuffer();
  }
  const raw = { width, height, channels: 1 as const };
  return await sharp(greyOf(picture), { raw })
    .png({ palette: true, colours: 2, dither: 0, effort: 1, compressionLevel: 6 })
    .toBuffer();
}

/** One byte a pixel, 0 black and 255 white, of a `mono1` picture. */
export function greyOf(picture: Bitmap): Uint8Array {
  const { width, height, strideBytes, data } = picture;
  const grey = new Uint8Array(width * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const byte = data[y * strideBytes + (x >> 3)] ?? 0;
      grey[y * width + x] = (byte >> (7 - (x & 7))) & 1 ? 0 : 255;
    }
  }
  return grey;
}
