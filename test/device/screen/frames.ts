import { createRequire } from 'node:module';
import type { QRCode } from 'jsqr';
import type { Bitmap } from '../../../hardware/bitmap.ts';

type Read = (
  rgba: Uint8ClampedArray,
  width: number,
  height: number,
  options: object,
) => QRCode | null;
const jsQr: Read = createRequire(import.meta.url)('jsqr');

/** True where the pixel is dark, for either format. */
export function isDark({ format, strideBytes, data }: Bitmap, x: number, y: number): boolean {
  if (format === 'mono1')
    return (((data[y * strideBytes + (x >> 3)] ?? 0) << (x & 7)) & 0x80) !== 0;
  const at = y * strideBytes + x * 3;
  return (data[at] ?? 0) + (data[at + 1] ?? 0) + (data[at + 2] ?? 0) < 384;
}

/** What jsqr, which shares nothing with the unit's own decoder, reads from a picture. */
export function readByJsqr(picture: Bitmap): QRCode | null {
  const { width, height, format, data } = picture;
  const rgba = new Uint8ClampedArray(width * height * 4).fill(255);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = (y * width + x) * 4;
      const from = (y * width + x) * 3;
      const colour = format === 'rgb24' ? data.subarray(from, from + 3) : null;
      const grey = isDark(picture, x, y) ? 0 : 255;
      rgba.set(colour ?? [grey, grey, grey], at);
    }
  }
  return jsQr(rgba, width, height, { inversionAttempts: 'dontInvert' });
}

/** A copy with the pixels of a rectangle set to white or black. */
export function withPatch(
  picture: Bitmap,
  at: { x: number; y: number; width: number; height: number },
  dark: (x: number, y: number) => boolean,
): Bitmap {
  const copy = { ...picture, data: Uint8Array.from(picture.data) };
  for (let y = at.y; y < at.y + at.height; y += 1) {
    for (let x = at.x; x < at.x + at.width; x += 1) setPixel(copy, x, y, dark(x, y));
  }
  return copy;
}

function setPixel({ format, strideBytes, data }: Bitmap, x: number, y: number, dark: boolean) {
  if (format === 'rgb24') {
    const from = y * strideBytes + x * 3;
    data.fill(dark ? 0 : 255, from, from + 3);
    return;
  }
  const byte = y * strideBytes + (x >> 3);
  const mask = 0x80 >> (x & 7);
  data[byte] = dark ? (data[byte] ?? 0) | mask : (data[byte] ?? 0) & ~mask;
}
