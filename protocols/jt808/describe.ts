import { isMessageId, readBody } from './bodies.ts';
import { hexText } from './fields.ts';
import type { FrameError, Jt808Frame } from './frame.ts';
import { decodeFrame } from './frame.ts';
import type { Jt808Refusal } from './framing.ts';

/** What `jt808 decode` prints of a frame: the frame, its body as hex, and read when it can be. */
export interface FrameDescription extends Omit<Jt808Frame, 'body'> {
  readonly bodyHex: string;
  /** Of whole, unencrypted messages of the subset that have a body. */
  readonly body?: unknown;
  readonly bodyError?: 'short';
}

/** Lines of hex that are no hex. */
export type LineError = FrameError | 'hex';

function describeBody(frame: Jt808Frame): Pick<FrameDescription, 'body' | 'bodyError'> {
  const { msgId, version, body: bytes } = frame;
  if (frame.subpackaged || frame.encryption !== 0 || !isMessageId(msgId)) return {};
  const body = readBody(msgId, bytes, version);
  if (body === null) return { bodyError: 'short' };
  return body === undefined ? {} : { body };
}

/**
 * One frame for people and tools. A damaged one is shown with checksumOk or lengthOk false, and
 * what could be read of it. Never throws.
 */
export function describeFrame(wire: Uint8Array): FrameDescription | Jt808Refusal<FrameError> {
  const frame = decodeFrame(wire);
  if ('error' in frame) return frame;
  const { body, lengthOk, ...header } = frame;
  return { ...header, bodyHex: hexText(body), lengthOk, ...describeBody(frame) };
}

/** A line of hex digits (either case, spaces around it ignored) for {@link describeFrame}. */
export function describeLine(line: string): FrameDescription | Jt808Refusal<LineError> {
  const hex = line.trim();
  if (hex.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(hex)) return { error: 'hex' };
  return describeFrame(Buffer.from(hex, 'hex'));
}

/** Whether a described frame may be acted on; an encrypted one is whole, only not readable. */
export function isWhole(description: FrameDescription | Jt808Refusal<LineError>): boolean {
  if ('error' in description) return false;
  return description.checksumOk && description.lengthOk && description.bodyError === undefined;
}
