/** Starts and ends every frame (JT/T 808, 4.4.2). */
export const delimiter = 0x7e;
const escapeByte = 0x7d;

/** Longest body a header can announce: 10 bits. */
export const bodyBytesMax = 1023;
const headerBytesMax = 21;
/** Longest frame on the wire: header, body and checksum with every byte escaped, two delimiters. */
export const frameBytesMax = 2 * (headerBytesMax + bodyBytesMax + 1) + 2;

/** Why bytes are not a frame. `detail` is for people. */
export interface Jt808Refusal<Code extends string> {
  readonly error: Code;
  readonly detail?: string;
}

export type FramingError = 'no-delimiters' | 'escape';

/** XOR of all bytes, 0 to 255. */
export function checksumOf(bytes: Uint8Array): number {
  return bytes.reduce((sum, byte) => sum ^ byte, 0);
}

/** Header, body and checksum → the frame as it goes on the wire. */
export function wrapFrame(content: Uint8Array): Uint8Array {
  const wire: number[] = [delimiter];
  for (const byte of content) {
    if (byte === delimiter) wire.push(escapeByte, 0x02);
    else if (byte === escapeByte) wire.push(escapeByte, 0x01);
    else wire.push(byte);
  }
  wire.push(delimiter);
  return Uint8Array.from(wire);
}

function hexByte(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}

/**
 * The frame as it came, both delimiters included → header, body and checksum.
 * An escape byte that escapes nothing is damage, also right before the closing delimiter, where
 * some terminals leave a checksum of 7d unescaped.
 */
export function unwrapFrame(wire: Uint8Array): Uint8Array | Jt808Refusal<FramingError> {
  const last = wire.length - 1;
  if (last < 1 || wire[0] !== delimiter || wire[last] !== delimiter) {
    return { error: 'no-delimiters' };
  }
  const content = new Uint8Array(last - 1);
  let length = 0;
  for (let at = 1; at < last; at += 1) {
    let byte = wire[at] ?? 0;
    if (byte === delimiter) return { error: 'escape', detail: 'bare 7e' };
    if (byte === escapeByte) {
      at += 1;
      const escaped = wire[at] ?? 0;
      if (at === last) return { error: 'escape', detail: 'dangling 7d' };
      if (escaped !== 0x01 && escaped !== 0x02) {
        return { error: 'escape', detail: `7d before ${hexByte(escaped)}` };
      }
      byte = escaped === 0x01 ? escapeByte : delimiter;
    }
    content[length] = byte;
    length += 1;
  }
  return content.subarray(0, length);
}
