import { frameSentence } from '../../protocols/nmea/framing.ts';

/** The bytes of one sentence for the line: `$`, body, checksum, CR LF. */
export function framedSentence(body: string): Uint8Array {
  return new Uint8Array(Buffer.from(frameSentence(body), 'latin1'));
}
