import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** Below this many bytes compressing gains nothing. */
const plainBytesMax = 512;

const compressors = {
  br: (text: string) =>
    promisify(brotliCompress)(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }),
  gzip: (text: string) => promisify(gzip)(text),
} as const;

type Encoding = keyof typeof compressors;

/** The better encoding the client names and does not refuse; null: as it is. */
export function encodingOf(header: string | undefined): Encoding | null {
  const accepted = (header ?? '')
    .split(',')
    .map((part) =>
      part
        .trim()
        .toLowerCase()
        .split(/\s*;\s*/),
    )
    .filter(([, quality]) => !/^q=0(\.0*)?$/.test(quality ?? ''))
    .map(([name]) => name);
  return (['br', 'gzip'] as const).find((name) => accepted.includes(name)) ?? null;
}

/** Hook of Fastify's `onSend`: pages and styles travel compressed. */
export async function compressText(
  request: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
): Promise<unknown> {
  const type = String(reply.getHeader('content-type') ?? '');
  if (typeof payload !== 'string' || !type.startsWith('text/')) return payload;
  reply.header('vary', 'Accept-Encoding, Accept-Language');
  const encoding = encodingOf(request.headers['accept-encoding']);
  if (encoding === null || Buffer.byteLength(payload) < plainBytesMax) return payload;
  reply.header('content-encoding', encoding).removeHeader('content-length');
  return compressors[encoding](payload);
}
