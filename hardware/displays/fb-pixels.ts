import type { Bitmap } from '../bitmap.ts';

export interface FramebufferLayout {
  readonly width: number;
  readonly height: number;
  readonly bitsPerPixel: 16 | 24 | 32;
  /** Bytes from one line to the next; often more than the pixels need. */
  readonly strideBytes: number;
}

type PutPixel = (into: Uint8Array, at: number, r: number, g: number, b: number) => void;

/** Little-endian RGB565, BGR and BGRX, as every common framebuffer has them. */
const PUT_PIXEL: Readonly<Record<FramebufferLayout['bitsPerPixel'], PutPixel>> = {
  16: (into, at, r, g, b) => {
    const value = ((r >> 3) << 11) | ((g >> 2) << 5) | (b >> 3);
    into[at] = value & 0xff;
    into[at + 1] = value >> 8;
  },
  24: (into, at, r, g, b) => {
    into[at] = b;
    into[at + 1] = g;
    into[at + 2] = r;
  },
  32: (into, at, r, g, b) => {
    into[at] = b;
    into[at + 1] = g;
    into[at + 2] = r;
    into[at + 3] = 0xff;
  },
};

/** An `rgb24` picture in the top left corner of the screen, black around it; null: too large. */
export function framebufferBytes(picture: Bitmap, layout: FramebufferLayout): Uint8Array | null {
  const { width, height, strideBytes, data } = picture;
  if (width > layout.width || height > layout.height) return null;
  const bytes = new Uint8Array(layout.strideBytes * layout.height);
  const pixelBytes = layout.bitsPerPixel / 8;
  const put = PUT_PIXEL[layout.bitsPerPixel];
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const from = y * strideBytes + x * 3;
      const at = y * layout.strideBytes + x * pixelBytes;
      put(bytes, at, data[from] ?? 0, data[from + 1] ?? 0, data[from + 2] ?? 0);
    }
  }
  return bytes;
}
