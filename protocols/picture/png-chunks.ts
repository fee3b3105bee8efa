/** One chunk of a PNG file, its data uncompressed as it stands in the file. */
export interface PngChunk {
  readonly type: string;
  readonly data: Buffer;
}

/** ISO/IEC 15948, 5.2. */
const signature = Buffer.from('89504e470d0a1a0a', 'hex');
/** Length and type before the data, CRC behind it. */
const headBytes = 8;
const tailBytes = 4;

/** Reflected polynomial of ISO/IEC 15948, 5.5. */
const polynomial = 0xed_b8_83_20;

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit += 1) rest = (rest >>> 1) ^ (rest & 1 ? polynomial : 0);
  return rest;
});

function crc32(bytes: Uint8Array): number {
  let crc = 0xff_ff_ff_ff;
  for (const byte of bytes) crc = (crc >>> 8) ^ (crcTable[(crc ^ byte) & 0xff] ?? 0);
  return (crc ^ 0xff_ff_ff_ff) >>> 0;
}

function chunkAt(bytes: Buffer, at: number): PngChunk | null {
  if (at + headBytes + tailBytes > bytes.length) return null;
  const endAt = at + headBytes + bytes.readUInt32BE(at);
  if (endAt + tailBytes > bytes.length) return null;
  const typed = bytes.subarray(at + 4, endAt);
  if (crc32(typed) !== bytes.readUInt32BE(endAt)) return null;
  return { type: typed.toString('latin1', 0, 4), data: typed.subarray(4) };
}

/**
 * The chunks of a PNG file from IHDR to IEND, each with its CRC right; null: it is none, or one
 * with something behind its end. Nothing is decompressed. ISO/IEC 15948, 5.3.
 */
export function pngChunks(file: Uint8Array): readonly PngChunk[] | null {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  if (!bytes.subarray(0, signature.length).equals(signature)) return null;
  const chunks: PngChunk[] = [];
  let at = signature.length;
  while (at < bytes.length) {
    const chunk = chunkAt(bytes, at);
    if (chunk === null) return null;
    chunks.push(chunk);
    at += headBytes + chunk.data.length + tailBytes;
    if (chunk.type === 'IEND') break;
  }
  const isWhole = chunks[0]?.type === 'IHDR' && chunks.at(-1)?.type === 'IEND';
  return isWhole && at === bytes.length ? chunks : null;
}
