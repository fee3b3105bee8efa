/**
 * JT/T 808 STRING values are GBK. Read as GB 18030, which contains GBK and, unlike the platform's
 * GBK, marks every wrong byte. The platform has no encoder, so the encoder is the decoder's table
 * of two-byte characters turned round.
 */

const decoder = new TextDecoder('gb18030');
const unknownCharacter = 0x3f;
const replacement = '\ufffd';

/** Text of GBK bytes; bytes that are no GBK become U+FFFD. Never throws. */
export function decodeGbk(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

let pairsByCharacter: ReadonlyMap<string, readonly [number, number]> | undefined;

function buildPairs(): ReadonlyMap<string, readonly [number, number]> {
  const pairs = new Map<string, readonly [number, number]>();
  for (let lead = 0x81; lead <= 0xfe; lead += 1) {
    for (let trail = 0x40; trail <= 0xfe; trail += 1) {
      if (trail === 0x7f) continue;
      const text = decoder.decode(Uint8Array.of(lead, trail));
      if ([...text].length !== 1 || text === replacement || pairs.has(text)) continue;
      pairs.set(text, [lead, trail]);
    }
  }
  return pairs;
}

/** GBK bytes of a text; a character GBK does not have becomes `?`. */
export function encodeGbk(text: string): Uint8Array {
  pairsByCharacter ??= buildPairs();
  const bytes: number[] = [];
  for (const character of text) {
    const code = character.codePointAt(0) ?? unknownCharacter;
    if (code < 0x80) bytes.push(code);
    else bytes.push(...(pairsByCharacter.get(character) ?? [unknownCharacter]));
  }
  return Uint8Array.from(bytes);
}
