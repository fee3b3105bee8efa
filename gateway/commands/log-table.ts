import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { recordTable } from '../../protocols/messages/record-table.ts';
import type { Reader } from '../../protocols/store/store.ts';

/** A unit packs a quarter of a megabyte; what unfolds to more than this is no log of ours. */
const textBytesMax = 1024 * 1024;
const chunksMax = 64;

interface Chunk {
  readonly commandId: string | null;
  readonly index: number | null;
  readonly chunks: number | null;
  readonly bytes: string | null;
}

/** A log that a command asked for: as far as its pieces have come. */
export type UploadedLog =
  | { readonly kind: 'whole'; readonly text: string }
  | { readonly kind: 'partly'; readonly arrived: number; readonly of: number }
  | { readonly kind: 'none' }
  | { readonly kind: 'damaged' };

const unpack = promisify(gunzip);

/** Put together from the unit's records, which are kept as long as `recordsKeptMs` says. */
export async function uploadedLog(
  store: Reader,
  serial: string,
  commandId: string,
): Promise<UploadedLog> {
  const rows = await store.all<{ body: string }>(
    `SELECT record.body AS body FROM epoch
    JOIN unit_record AS record
      ON record.epoch_no = epoch.epoch_no AND record.kind = ${recordTable.logChunk.code}
    WHERE epoch.serial = ?`,
    [serial],
  );
  const pieces = new Map<number, string>();
  let count = 0;
  for (const { body } of rows) {
    const chunk = JSON.parse(body) as Chunk;
    if (chunk.commandId !== commandId || chunk.index === null || chunk.bytes === null) continue;
    count = Math.min(chunk.chunks ?? 0, chunksMax);
    pieces.set(chunk.index, chunk.bytes);
  }
  if (count === 0) return { kind: 'none' };
  const inOrder = Array.from({ length: count }, (_, index) => pieces.get(index + 1));
  const missing = inOrder.filter((piece) => piece === undefined).length;
  if (missing > 0) return { kind: 'partly', arrived: count - missing, of: count };
  const packed = Buffer.concat(inOrder.map((piece) => Buffer.from(piece ?? '', 'base64url')));
  try {
    const text = await unpack(packed, { maxOutputLength: textBytesMax });
    return { kind: 'whole', text: text.toString('utf8') };
  } catch {
    return { kind: 'damaged' };
  }
}
