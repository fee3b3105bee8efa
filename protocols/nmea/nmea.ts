export type { NmeaCounts, NmeaDecoderOptions, NmeaRefusal } from './decoder.ts';
export { NmeaDecoder } from './decoder.ts';
export type { EncodeFixOptions, FixSentence } from './encode-fix.ts';
export { encodeFix } from './encode-fix.ts';
export type { FixRefusal, GnssFix } from './fix.ts';
export { fixRefusals } from './fix.ts';
export { checksumOf, frameSentence, sentenceBytesMax } from './framing.ts';
export type { Decoded, Sentence, SentenceType, Talker, Values } from './sentences.ts';
export { decodeSentence, encodeSentence, talkers } from './sentences.ts';
