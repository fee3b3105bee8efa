import type { Jt808Bodies, Jt808Edition, Jt808MessageId, Jt808SentBodies } from './bodies.ts';
import { isMessageId, readBody, writeBody } from './bodies.ts';
import type { FrameFault, Jt808Envelope, Jt808Frame } from './frame.ts';
import { encodeFrames, frameFault } from './frame.ts';
import type { Jt808Refusal } from './framing.ts';

/** A message of the subset: `switch (message.id)` knows its body. */
export type Jt808Message = {
  readonly [Id in Jt808MessageId]: { readonly id: Id; readonly body: Jt808Bodies[Id] };
}[Jt808MessageId];

/** `subpackaged`: give the frame to Jt808Reassembler first. `unsupported`: not of the subset. */
export type MessageError = FrameFault | 'subpackaged' | 'unsupported' | 'body-short';

/** The message in a whole, undamaged frame, or why there is none. Never throws. */
export function readMessage(frame: Jt808Frame): Jt808Message | Jt808Refusal<MessageError> {
  const fault = frameFault(frame);
  if (fault !== null) return { error: fault };
  if (frame.subpackaged) return { error: 'subpackaged' };
  if (!isMessageId(frame.msgId)) return { error: 'unsupported' };
  const body = readBody(frame.msgId, frame.body, frame.version);
  if (body === null) return { error: 'body-short' };
  return { id: frame.msgId, body } as Jt808Message;
}

/**
 * Frames of one message, ready for the wire; more than one when the body is longer than a frame
 * carries. `edition` is that of the body, by default as the header's; '2011' differs from '2013'
 * in 0x0100 only. Throws RangeError when a value does not fit its field.
 */
export function encodeMessage<Id extends Jt808MessageId>(
  envelope: Jt808Envelope,
  msgId: Id,
  body: Jt808SentBodies[Id],
  edition: Jt808Edition = envelope.version,
): Uint8Array[] {
  return encodeFrames(msgId, envelope, writeBody(msgId, body, edition));
}
