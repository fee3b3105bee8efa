import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { prepareZXingModule, type ReaderOptions, readBarcodes } from 'zxing-wasm/reader';
import type { Bitmap } from '../../hardware/bitmap.ts';

/**
 * Reads what stands in a finished frame, with a decoder that knows nothing of how it was drawn.
 * Two symbols are looked for, so that a second one is noticed. Scan code, "Screen".
 */
const readerOptions: ReaderOptions = {
  formats: ['QRCode'],
  tryHarder: true,
  tryRotate: false,
  tryInvert: false,
  tryDownscale: false,
  maxNumberOfSymbols: 2,
};

/** Loads the decoder with its bytes from the package; it never fetches anything. */
export async function prepareSelfDecoder(): Promise<void> {
  const file = createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm');
  const bytes = await readFile(file);
  const wasmBinary = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  await prepareZXingModule({
    overrides: { wasmBinary: wasmBinary as ArrayBuffer },
    fireImmediately: true,
  });
}

/** The text of the one QR in the picture; null when there is none, or more than one. */
export async function decodeFrame(picture: Bitmap): Promise<string | null> {
  const found = await readBarcodes(greyImage(picture), readerOptions);
  const only = found[0];
  return found.length === 1 && only?.isValid === true ? only.text : null;
}

interface GreyImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray<ArrayBuffer>;
  readonly colorSpace: 'srgb';
}

/** The picture in grey, as the four equal-handed channels the decoder takes. */
function greyImage(picture: Bitmap): GreyImage {
  const { width, height } = picture;
  const pixels = new Uint32Array(width * height);
  if (picture.format === 'mono1') fillFromBits(pixels, picture);
  else fillFromColour(pixels, picture.data);
  return { width, height, data: new Uint8ClampedArray(pixels.buffer), colorSpace: 'srgb' };
}

const opaque = 0xff00_0000;
const white = 0xffff_ffff;

function fillFromBits(pixels: Uint32Array, { width, height, strideBytes, data }: Bitmap): void {
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const byte = data[y * strideBytes + (x >> 3)] ?? 0;
      pixels[y * width + x] = (byte << (x & 7)) & 0x80 ? opaque : white;
    }
  }
}

/** ITU-R BT.601 luma in whole numbers. */
function fillFromColour(pixels: Uint32Array, data: Uint8Array): void {
  for (let pixel = 0, at = 0; pixel < pixels.length; pixel += 1, at += 3) {
    const grey = (77 * (data[at] ?? 0) + 150 * (data[at + 1] ?? 0) + 29 * (data[at + 2] ?? 0)) >> 8;
    pixels[pixel] = opaque | (grey * 0x01_0101);
  }
}
