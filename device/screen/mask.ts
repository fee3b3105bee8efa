import type { Bitmap } from '../../hardware/bitmap.ts';
import type { Box } from './geometry.ts';
import { layouts } from './layouts/layouts.ts';

/** Edge of the fields that stand where the code stood, pixels. */
const fieldPx = 16;

function whole({ width, height }: Bitmap): Box {
  return { x: 0, y: 0, width, height };
}

/** Read aloud they prove presence, as the code itself does. */
const matchItems: ReadonlySet<string> = new Set(['firstWord', 'secondWord', 'shape']);

/** Where code and match of a picture may stand: the layout says, else they may be anywhere. */
function codeBoxes(picture: Bitmap): readonly Box[] {
  const { width, height, format } = picture;
  const layout = layouts.find(
    (one) => one.width === width && one.height === height && one.format === format,
  );
  if (layout === undefined) return [whole(picture)];
  const match = layout.live.unit.filter((item) => matchItems.has(item.live));
  return [layout.qr.box, ...match.map((item) => item.box)];
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

function cover(picture: Bitmap, { x: left, y: top, width, height }: Box): void {
  for (let y = top; y < top + height; y += 1) {
    for (let x = left; x < left + width; x += 1) {
      const isDark = (Math.floor(x / fieldPx) + Math.floor(y / fieldPx)) % 2 === 0;
      paint(picture, x, y, isDark);
    }
  }
}

/** The same picture with nothing of its code and match left: nobody redeems from a desk. */
export function maskCode(picture: Bitmap): Bitmap {
  const masked = { ...picture, data: new Uint8Array(picture.data) };
  for (const box of codeBoxes(picture)) cover(masked, box);
  return masked;
}
