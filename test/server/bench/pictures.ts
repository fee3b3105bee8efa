import sharp from 'sharp';

/** An Exif segment with an orientation and a place that nobody should see. */
export function exifSegment(orientation: number, secret = 'SECRET-PLACE'): Buffer {
  const tiff = Buffer.alloc(8 + 2 + 12 + 4);
  tiff.write('II', 0, 'latin1');
  tiff.writeUInt16LE(42, 2);
  tiff.writeUInt32LE(8, 4);
  tiff.writeUInt16LE(1, 8);
  tiff.writeUInt16LE(0x01_12, 10);
  tiff.writeUInt16LE(3, 12);
  tiff.writeUInt32LE(1, 14);
  tiff.writeUInt16LE(orientation, 18);
  const body = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff, Buffer.from(secret)]);
  const head = Buffer.from([0xff, 0xe1, 0, 0]);
  head.writeUInt16BE(body.length + 2, 2);
  return Buffer.concat([head, body]);
}

function plain() {
  return sharp({ create: { width: 64, height: 48, channels: 3, background: '#789' } });
}

/** A JPEG as a phone makes it: Exif, a comment, and a film appended behind its end. */
export async function phoneJpeg(orientation = 6): Promise<Buffer> {
  const jpeg = await plain().jpeg().toBuffer();
  const comment = Buffer.from([0xff, 0xfe, 0, 14, ...Buffer.from('SECRET-PLACE')]);
  return Buffer.concat([
    jpeg.subarray(0, 2),
    exifSegment(orientation),
    comment,
    jpeg.subarray(2),
    Buffer.from('SECRET-PLACE'),
  ]);
}

function chunk(name: string, body: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  return Buffer.concat([length, Buffer.from(name, 'latin1'), body, Buffer.alloc(4)]);
}

/** A PNG with a text of its place; the sum of that chunk is not computed. */
export async function placedPng(): Promise<Buffer> {
  const png = await plain().png().toBuffer();
  const endOfHead = 8 + 25;
  return Buffer.concat([
    png.subarray(0, endOfHead),
    chunk('tEXt', Buffer.from('Place\0SECRET-PLACE')),
    png.subarray(endOfHead),
  ]);
}
