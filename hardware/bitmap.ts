/**
 * A picture for a panel. `mono1`: one bit a pixel, most significant bit first, 1 = black, rows
 * padded to whole bytes. `rgb24`: three bytes a pixel, no padding.
 */
export interface Bitmap {
  readonly format: 'mono1' | 'rgb24';
  readonly width: number;
  readonly height: number;
  readonly strideBytes: number;
  readonly data: Uint8Array;
}

/** Bytes of one row of `format` at `width` pixels. */
export function strideBytesOf(format: Bitmap['format'], width: number): number {
  return format === 'mono1' ? Math.ceil(width / 8) : width * 3;
}

/** An all-white picture. */
export function blankBitmap(format: Bitmap['format'], width: number, height: number): Bitmap {
  const strideBytes = strideBytesOf(format, width);
  const data = new Uint8Array(strideBytes * height).fill(format === 'mono1' ? 0 : 255);
  return { format, width, height, strideBytes, data };
}
