/**
 * JT/T 808: what vehicle terminals of the Chinese market speak over TCP. A connection is read as
 *
 *     bytes ─ Jt808Splitter ─ decodeFrame ─ frameFault? ─ Jt808Reassembler ─ readMessage ─ switch
 *
 * and answered with encodeMessage. Positions from it are unsigned (wire.md, JT/T 808).
 */
export type {
  Authentication,
  GeneralReply,
  Jt808Bodies,
  Jt808Edition,
  Jt808MessageId,
  Jt808SentBodies,
  Registration,
  RegistrationReply,
  TextDown,
} from './bodies.ts';
export { generalResults, registrationResults, textBytesMax, textFlags } from './bodies.ts';
export type { FrameDescription } from './describe.ts';
export { describeFrame, describeLine } from './describe.ts';
export type { FrameError, FrameFault, HeaderVersion, Jt808Envelope, Jt808Frame } from './frame.ts';
export { decodeFrame, encodeFrames, frameFault } from './frame.ts';
export type { Jt808Refusal } from './framing.ts';
export { bodyBytesMax, frameBytesMax, unwrapFrame, wrapFrame } from './framing.ts';
export type {
  LocationBatch,
  LocationItem,
  LocationReport,
  SentLocationBatch,
  SentLocationReport,
} from './location.ts';
export type { Jt808Message, MessageError } from './messages.ts';
export { encodeMessage, readMessage } from './messages.ts';
export type { Jt808Alarm, Jt808Position, PositionReason } from './position.ts';
export { alarmsOf, bcdOfTime, positionOf, timeOfBcd } from './position.ts';
export type { ReassemblyError } from './reassembly.ts';
export { Jt808Reassembler, reassemblyLimits } from './reassembly.ts';
export { Jt808Splitter } from './splitter.ts';
