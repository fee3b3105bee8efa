import { crc32, deflateSync } from 'node:zlib';
import type { Picture } from './raster.ts';

/** PNG, Portable Network Graphics (third edition), section 5.2. */
const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const colourDepthBits = 8;
/** Truecolour. Section 6.1. */
const colourType = 2;
const metresPerInch = 0.0254;

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'ascii'), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

/** A picture that says how large it is on paper. */
export function pngOf({ width, height, data }: Picture, dotsPerInch: number): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([colourDepthBits, colourType, 0, 0, 0], 8);
  const size = Buffer.alloc(9);
  const dotsPerMetre = Math.round(dotsPerInch / metresPerInch);
  size.writeUInt32BE(dotsPerMetre, 0);
  size.writeUInt32BE(dotsPerMetre, 4);
  size.set([1], 8);
  // Each row begins with its filter: none. Section 9.2.
  const rows = Buffer.alloc(height * (1 + width * 3));
  for (let row = 0; row < height; row += 1) {
    rows.set(data.subarray(row * width * 3, (row + 1) * width * 3), row * (1 + width * 3) + 1);
  }
  return Buffer.concat([
    signature,
    chunk('IHDR', head),
    chunk('pHYs', size),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}
