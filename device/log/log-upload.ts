import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { RecordValues } from '../../protocols/messages/records.ts';

export const logUploadLimits = {
  /** Of the log as text: the newest that fits. */
  textBytesMax: 256 * 1024,
  /** Of all chunks together, compressed. */
  bytesMax: 48 * 1024,
  /** Of one chunk: a batch with it stays under its limit. */
  chunkBytesMax: 4 * 1024,
} as const;

const compress = promisify(gzip);

async function fitting(lines: readonly string[]): Promise<{ packed: Buffer; lines: number }> {
  let from = 0;
  for (;;) {
    const packed = await compress(lines.slice(from).join('\n'));
    if (packed.length <= logUploadLimits.bytesMax) return { packed, lines: lines.length - from };
    from += Math.ceil((lines.length - from) / 2);
  }
}

/**
 * The newest lines of the log as records, gzip in pieces. They take the way of every record, so
 * that bad reception resumes and nothing but the unit's key is needed to send them.
 */
export async function logChunks(
  commandId: string,
  all: readonly string[],
): Promise<{ readonly chunks: RecordValues<'logChunk'>[]; readonly lines: number }> {
  const { packed, lines } = await fitting(all);
  const { chunkBytesMax } = logUploadLimits;
  const count = Math.ceil(packed.length / chunkBytesMax);
  const chunks = Array.from({ length: count }, (_, index) => ({
    commandId,
    index: index + 1,
    chunks: count,
    bytes: packed.subarray(index * chunkBytesMax, (index + 1) * chunkBytesMax),
  }));
  return { chunks, lines };
}
