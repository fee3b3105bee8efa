import type { Bitmap } from '../../hardware/bitmap.ts';

/** A picture of its own with the same pixels. */
export function copyOf(picture: Bitmap): Bitmap {
  return { ...picture, data: new Uint8Array(picture.data) };
}

/**
 * Copies `strip` over `picture` with its top left corner at x, y. Both have one format and the
 * strip lies inside. In 1-bit, strips on a byte boundary are copied row by row, others bit by bit.
 */
export function blit(picture: Bitmap, strip: Bitmap, x: number, y: number): void {
  if (strip.format === 'mono1' && (x % 8 !== 0 || strip.width % 8 !== 0)) {
    blitBits(picture, strip, x, y);
    return;
  }
  const left = picture.format === 'mono1' ? x / 8 : x * 3;
  for (let row = 0; row < strip.height; row += 1) {
    const from = row * strip.strideBytes;
    const bytes = strip.data.subarray(from, from + strip.strideBytes);
    picture.data.set(bytes, (y + row) * picture.strideBytes + left);
  }
}

function blitBits(picture: Bitmap, strip: Bitmap, x: number, y: number): void {
  for (let row = 0; row < strip.height; row += 1) {
    for (let column = 0; column < strip.width; column += 1) {
      const source = strip.data[row * strip.strideBytes + (column >> 3)] ?? 0;
      const black = (source << (column & 7)) & 0x80;
      const at = (y + row) * picture.strideBytes + ((x + column) >> 3);
      const mask = 0x80 >> ((x + column) & 7);
      const bits = picture.data[at] ?? 0;
      picture.data[at] = black === 0 ? bits & ~mask : bits | mask;
    }
  }
}
