/** Pictures as phones make them. */
export type MediaType = 'image/jpeg' | 'image/png';

export interface Picture {
  readonly mediaType: MediaType;
  /** Without what cameras write beside the picture. */
  readonly bytes: Buffer;
}

const jpegHead = Buffer.from([0xff, 0xd8, 0xff]);
const pngHead = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
/** JPEG markers: entropy-coded data begins behind SOS. ITU-T T.81, table B.1. */
const startOfScan = 0xda;
const comment = 0xfe;
const firstApplication = 0xe0;
const lastApplication = 0xef;
/** Colour profile (APP2) and Adobe's colour transform (APP14) change how the picture looks. */
const keptApplications = [0xe0, 0xe2, 0xee] as const;
/** PNG chunks that are the picture; every other one is left out. */
const keptChunks = [
  'IHDR',
  'PLTE',
  'tRNS',
  'gAMA',
  'cHRM',
  'sRGB',
  'iCCP',
  'IDAT',
  'IEND',
] as const;

/** Orientation, 1 to 8, of an Exif segment's body; null: it says none. Exif 2.3, 4.6.4. */
function orientationOf(body: Buffer): number | null {
  if (body.toString('latin1', 0, 6) !== 'Exif\0\0' || body.length < 14) return null;
  const tiff = body.subarray(6);
  const isLittle = tiff.toString('latin1', 0, 2) === 'II';
  const u16 = (at: number) => (isLittle ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at));
  const u32 = (at: number) => (isLittle ? tiff.readUInt32LE(at) : tiff.readUInt32BE(at));
  const start = u32(4);
  if (start + 2 > tiff.length) return null;
  for (let entry = 0; entry < u16(start); entry += 1) {
    const at = start + 2 + entry * 12;
    if (at + 12 > tiff.length) return null;
    if (u16(at) !== 0x01_12) continue;
    const value = u16(at + 8);
    return value >= 1 && value <= 8 ? value : null;
  }
  return null;
}

/** An Exif segment that says the orientation and nothing else. */
function orientationSegment(orientation: number): Buffer {
  const segment = Buffer.alloc(36);
  segment.writeUInt16BE(0xff_e1, 0);
  segment.writeUInt16BE(34, 2);
  segment.write('Exif\0\0MM', 4, 'latin1');
  segment.writeUInt16BE(42, 12);
  segment.writeUInt32BE(8, 14);
  segment.writeUInt16BE(1, 18);
  segment.writeUInt16BE(0x01_12, 20);
  segment.writeUInt16BE(3, 22);
  segment.writeUInt32BE(1, 24);
  segment.writeUInt16BE(orientation, 28);
  return segment;
}

function isKeptMarker(marker: number): boolean {
  if (marker === comment) return false;
  const isApplication = marker >= firstApplication && marker <= lastApplication;
  return !isApplication || (keptApplications as readonly number[]).includes(marker);
}

/** Markers that stand within entropy-coded data: a stuffed 0xFF, and restarts. T.81, F.1.2.3. */
function isWithinScan(marker: number): boolean {
  return marker === 0 || marker === 0xff || (marker >= 0xd0 && marker <= 0xd7);
}

/** Where the picture ends, from its first scan on; what phones append is no part of it. */
function endOfPicture(bytes: Buffer, scanAt: number): number | null {
  let at = scanAt + 2 + bytes.readUInt16BE(scanAt + 2);
  while (at + 2 <= bytes.length) {
    const marker = bytes[at + 1] ?? 0;
    if (bytes[at] !== 0xff || isWithinScan(marker)) at += 1;
    else if (marker === 0xd9) return at + 2;
    else if (at + 4 > bytes.length) return null;
    else at += 2 + bytes.readUInt16BE(at + 2);
  }
  return null;
}

/** The segments in front of the picture data, sorted out; null: not a whole JPEG. */
function cleanJpeg(bytes: Buffer): Buffer | null {
  const kept: Buffer[] = [bytes.subarray(0, 2)];
  let at = 2;
  while (at + 4 <= bytes.length) {
    if (bytes[at] !== 0xff) return null;
    const marker = bytes[at + 1] ?? 0;
    const length = bytes.readUInt16BE(at + 2);
    const end = at + 2 + length;
    if (length < 2 || end > bytes.length) return null;
    if (marker === startOfScan) {
      const last = endOfPicture(bytes, at);
      return last === null ? null : Buffer.concat([...kept, bytes.subarray(at, last)]);
    }
    const orientation = marker === 0xe1 ? orientationOf(bytes.subarray(at + 4, end)) : null;
    if (orientation !== null) kept.push(orientationSegment(orientation));
    else if (isKeptMarker(marker)) kept.push(bytes.subarray(at, end));
    at = end;
  }
  return null;
}

/** The chunks that are the picture; null: not a whole PNG. */
function cleanPng(bytes: Buffer): Buffer | null {
  const kept: Buffer[] = [pngHead];
  let at = pngHead.length;
  while (at + 12 <= bytes.length) {
    const end = at + 12 + bytes.readUInt32BE(at);
    if (end > bytes.length) return null;
    const name = bytes.toString('latin1', at + 4, at + 8);
    if ((keptChunks as readonly string[]).includes(name)) kept.push(bytes.subarray(at, end));
    if (name === 'IEND') return Buffer.concat(kept);
    at = end;
  }
  return null;
}

/**
 * A JPEG or PNG by its bytes, whatever it was called, without place, time and camera; the picture
 * itself, its colours and its orientation stay. Null: neither, or not whole. Never throws.
 */
export function readPicture(bytes: Buffer): Picture | null {
  const isJpeg = bytes.subarray(0, 3).equals(jpegHead);
  if (!isJpeg && !bytes.subarray(0, 8).equals(pngHead)) return null;
  const clean = isJpeg ? cleanJpeg(bytes) : cleanPng(bytes);
  return clean && { mediaType: isJpeg ? 'image/jpeg' : 'image/png', bytes: clean };
}
