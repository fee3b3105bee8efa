import { type PngChunk, pngChunks } from './png-chunks.ts';

/** A firm's logo for the screens of its units: small enough for a message to a unit. */
export const logoLimits = {
  bytesMax: 6 * 1024,
  widthPxMax: 256,
  heightPxMax: 128,
  /** Less is no picture. */
  heightPxMin: 8,
} as const;

/** Characters of the largest logo in base64. */
export const logoCharsMax = 4 * Math.ceil(logoLimits.bytesMax / 3);

/** What is wrong with a logo, and what its maker has to do about it. */
export const logoProblems = {
  'not-base64': 'give the PNG file in base64',
  'too-many-bytes': `save it with at most ${logoLimits.bytesMax} bytes: fewer colours or pixels`,
  'not-png': 'save it as a PNG file again: signature, order or a checksum is wrong',
  'bad-header': 'save it with at most 8 bits a channel and without interlacing',
  'extra-chunks': 'save it without colour profile, comments and animation',
  'bad-size': `square or wide, ${logoLimits.heightPxMin} px high or more, at most ${logoLimits.widthPxMax} × ${logoLimits.heightPxMax} px`,
} as const;
export type LogoProblem = keyof typeof logoProblems;

export type LogoReading =
  | {
      readonly ok: true;
      readonly png: Buffer;
      readonly widthPx: number;
      readonly heightPx: number;
    }
  | { readonly ok: false; readonly problem: LogoProblem };

/** What a picture needs and what says how it is meant; nothing that could unfold to much. */
const knownChunks: ReadonlySet<string> = new Set([
  ...['IHDR', 'PLTE', 'IDAT', 'IEND'],
  ...['tRNS', 'gAMA', 'cHRM', 'sRGB', 'sBIT', 'bKGD', 'pHYs', 'tIME'],
]);

/** Colour type → depths it may have, here up to 8 bits. ISO/IEC 15948, 11.2.2. */
const depthsOf: Readonly<Record<number, readonly number[]>> = {
  0: [1, 2, 4, 8],
  2: [8],
  3: [1, 2, 4, 8],
  4: [8],
  6: [8],
};
const headerBytes = 13;
const indexed = 3;

function headerProblem(header: Buffer, chunks: readonly PngChunk[]): LogoProblem | null {
  if (header.length !== headerBytes) return 'bad-header';
  const [depth = 0, colourType = 0, compression, filter, interlace] = header.subarray(8);
  const isPlain = compression === 0 && filter === 0 && interlace === 0;
  if (!isPlain || !depthsOf[colourType]?.includes(depth)) return 'bad-header';
  const has = (type: string) => chunks.some((chunk) => chunk.type === type);
  return has('IDAT') && (colourType !== indexed || has('PLTE')) ? null : 'bad-header';
}

function hasRightSize(widthPx: number, heightPx: number): boolean {
  const { widthPxMax, heightPxMax, heightPxMin } = logoLimits;
  const isWithin = widthPx <= widthPxMax && heightPx <= heightPxMax && heightPx >= heightPxMin;
  return isWithin && widthPx >= heightPx;
}

/**
 * Reads a logo as it is set and sent: base64 of a PNG, its frame looked at and nothing decoded.
 * One value has one text. Never throws.
 */
export function readLogo(text: string): LogoReading {
  if (text.length > logoCharsMax) return { ok: false, problem: 'too-many-bytes' };
  const png = Buffer.from(text, 'base64');
  if (text === '' || png.toString('base64') !== text) return { ok: false, problem: 'not-base64' };
  if (png.length > logoLimits.bytesMax) return { ok: false, problem: 'too-many-bytes' };
  const chunks = pngChunks(png);
  const [first] = chunks ?? [];
  if (chunks === null || first === undefined) return { ok: false, problem: 'not-png' };
  const problem = headerProblem(first.data, chunks);
  if (problem !== null) return { ok: false, problem };
  if (!chunks.every(({ type }) => knownChunks.has(type))) {
    return { ok: false, problem: 'extra-chunks' };
  }
  const [widthPx, heightPx] = [first.data.readUInt32BE(0), first.data.readUInt32BE(4)];
  if (!hasRightSize(widthPx, heightPx)) return { ok: false, problem: 'bad-size' };
  return { ok: true, png, widthPx, heightPx };
}
