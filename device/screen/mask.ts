import type { Bitmap } from '../../hardware/bitmap.ts';
import type { Box } from './geometry.ts';
import { layouts } from './layouts/layouts.ts';

/** Edge of the fields that stand where the code stood, pixels. */
const fieldPx = 16;

function whole({ width, height }: Bitmap): Box {
  return { x: 0, y: 0, width, height };
}

/** Where the code of a picture may stand: the layout says, else it may be anywhere. */
function codeBox(picture: Bitmap): Box {
  const { width, height, format } = picture;
  const layout = layouts.find(
    (one) => one.width === width && one.height === height && one.format === format,
  );
  return layout?.qr.box ?? whole(picture);
}

function paint(picture: Bitmap, x: number, y: number, isDark: boolean): void {
  const { format, strideBytes, data } = picture;
  if (format === 'rgb24') {
    const at = y * strideBytes + x * 3;
    data.fill(isDark ? 0x9a : 0xe4, at, at + 3);
    return;
  }
  const at = y * strideBytes + (x >> 3);
  const bit = 0x80 >> (x & 7);
  const byte = data[at] ?? 0;
  data[at] = isDark ? byte | bit : byte & ~bit;
}

/** The same picture with nothing of its code left: nobody redeems from a desk. */
export function maskCode(picture: Bitmap): Bitmap {
  const masked = { ...picture, data: new Uint8Array(picture.data) };
  const { x: left, y: top, width, height } = codeBox(picture);
  for (let y = top; y < top + height; y += 1) {
    for (let x = left; x < left + width; x += 1) {
      const isDark = (Math.floor(x / fieldPx) + Math.floor(y / fieldPx)) % 2 === 0;
      paint(masked, x, y, isDark);
    }
  }
  return masked;
}
