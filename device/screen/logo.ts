import sharp from 'sharp';
import { type Bitmap, strideBytesOf } from '../../hardware/bitmap.ts';
import { logoProblems, readLogo } from '../../protocols/picture/logo.ts';
import type { ScreenProblem } from './errors.ts';
import { type Box, box } from './geometry.ts';
import { monoOf } from './raster.ts';

/** A decoded logo on white, three bytes a pixel. */
export interface Logo {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly rgb: Uint8Array;
}

const white = 255;
const rgbaBytes = 4;

/** Where transparent, the white of its ground shows. */
function onWhite(rgba: Uint8Array): Uint8Array {
  const rgb = new Uint8Array((rgba.length / rgbaBytes) * 3);
  for (let pixel = 0; pixel * rgbaBytes < rgba.length; pixel += 1) {
    const alpha = rgba[pixel * rgbaBytes + 3] ?? white;
    for (let channel = 0; channel < 3; channel += 1) {
      const value = rgba[pixel * rgbaBytes + channel] ?? white;
      rgb[pixel * 3 + channel] = Math.round((value * alpha + white * (white - alpha)) / white);
    }
  }
  return rgb;
}

function problemOf(text: string, detail: string): ScreenProblem {
  return { code: 'bad-logo', text: `${text.slice(0, 16)}…`, detail };
}

/** Decodes a logo as the configuration has it; what is none is a problem, and the frame goes on. */
export async function decodeLogo(text: string): Promise<Logo | ScreenProblem> {
  const reading = readLogo(text);
  if (!reading.ok) return problemOf(text, logoProblems[reading.problem]);
  const { png, widthPx, heightPx } = reading;
  try {
    const decoding = sharp(png, { limitInputPixels: widthPx * heightPx, failOn: 'warning' });
    const rgba = await decoding.toColourspace('srgb').ensureAlpha().raw().toBuffer();
    return { widthPx, heightPx, rgb: onWhite(rgba) };
  } catch (error) {
    return problemOf(text, (error as Error).message);
  }
}

/** As large as fits, in the middle of `place`, in whole pixels. */
export function logoBox({ widthPx, heightPx }: Logo, place: Box): Box {
  const isWide = widthPx * place.height > heightPx * place.width;
  const width = isWide ? place.width : Math.round((place.height * widthPx) / heightPx);
  const height = isWide ? Math.round((place.width * heightPx) / widthPx) : place.height;
  const x = place.x + Math.floor((place.width - width) / 2);
  return box(x, place.y + Math.floor((place.height - height) / 2), width, Math.max(1, height));
}

/** Part of a target pixel that a source pixel fills, in steps of 1 / (from × to). */
interface Share {
  readonly at: number;
  readonly weight: number;
}

/** For each of `to` pixels, what it takes of `from` pixels. Whole numbers: the same everywhere. */
function sharesOf(from: number, to: number): readonly (readonly Share[])[] {
  return Array.from({ length: to }, (_, target) => {
    const [start, end] = [target * from, (target + 1) * from];
    const shares: Share[] = [];
    for (let at = Math.floor(start / to); at * to < end; at += 1) {
      shares.push({ at, weight: Math.min(end, (at + 1) * to) - Math.max(start, at * to) });
    }
    return shares;
  });
}

/** The mean of what each pixel covers: no library's rounding is in it, so bytes are the same. */
function scaled({ widthPx, heightPx, rgb }: Logo, width: number, height: number): Uint8Array {
  const columns = sharesOf(widthPx, width);
  const rows = sharesOf(heightPx, height);
  const scaledRgb = new Uint8Array(width * height * 3);
  let to = 0;
  for (const row of rows) {
    for (const column of columns) {
      for (let channel = 0; channel < 3; channel += 1) {
        let sum = 0;
        for (const { at: y, weight: high } of row) {
          for (const { at: x, weight: wide } of column) {
            sum += (rgb[(y * widthPx + x) * 3 + channel] ?? white) * high * wide;
          }
        }
        scaledRgb[to] = Math.round(sum / (widthPx * heightPx));
        to += 1;
      }
    }
  }
  return scaledRgb;
}

/** Luma of ITU-R BT.601 in whole numbers. */
function greyOf(rgb: Uint8Array): Uint8Array {
  const grey = new Uint8Array(rgb.length / 3);
  for (let pixel = 0; pixel < grey.length; pixel += 1) {
    const [red = 0, green = 0, blue = 0] = rgb.subarray(pixel * 3, pixel * 3 + 3);
    grey[pixel] = Math.round((299 * red + 587 * green + 114 * blue) / 1000);
  }
  return grey;
}

/** The logo in that many pixels; in 1-bit black where it is dark. */
export function logoPicture(
  logo: Logo,
  format: Bitmap['format'],
  width: number,
  height: number,
): Bitmap {
  const data = scaled(logo, width, height);
  if (format === 'mono1') return monoOf(greyOf(data), width, height);
  return { format, width, height, strideBytes: strideBytesOf(format, width), data };
}
