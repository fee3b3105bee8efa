/**
 * Sentence framing of NMEA 0183: `$` body `*` two hex digits. The checksum is the XOR of the
 * body's bytes. It is optional in the standard and required here: without it a cut or disturbed
 * line cannot be told from a good one.
 */

/** Longest body kept. The standard allows 79, receivers in the field write over 200 (PMTKCHN). */
export const sentenceBytesMax = 256;

/** Why bytes after a `$` did not become a sentence. */
export type FramingDamage =
  | 'checksum-missing'
  | 'checksum-wrong'
  | 'sentence-cut'
  | 'sentence-too-long'
  | 'byte-not-printable';

/** What the splitter tells: the body between `$` and `*`, or what was wrong with it. */
export type Framed = { readonly body: string } | { readonly damage: FramingDamage };

/** XOR of the character codes of a body, the text between `$` and `*`. */
export function checksumOf(body: string): number {
  let sum = 0;
  for (let i = 0; i < body.length; i++) sum ^= body.charCodeAt(i);
  return sum & 0xff;
}

/**
 * Puts `$`, checksum and CR LF around a body: `frameSentence('PCAS06,0')` is
 * `'$PCAS06,0*1B\r\n'`. Throws RangeError for a body no reader could take back.
 */
export function frameSentence(body: string): string {
  if (!/^[ -#%-)+-~]+$/.test(body) || body.length > sentenceBytesMax) {
    throw new RangeError(`not an NMEA sentence body: ${JSON.stringify(body)}`);
  }
  const sum = checksumOf(body).toString(16).toUpperCase().padStart(2, '0');
  return `$${body}*${sum}\r\n`;
}

const dollar = 0x24;
const hash = 0x23;
const star = 0x2a;
const lineEnds = [0x0d, 0x0a];

function hexDigit(byte: number): number | null {
  const value = Number.parseInt(String.fromCharCode(byte), 16);
  return Number.isNaN(value) ? null : value;
}

/**
 * Cuts a byte stream into sentences, in any chunking, in bounded memory. Every `$` starts anew,
 * so `$$` and a sentence cut by the next one cost nothing behind them. Bytes between sentences
 * are passed over, as are lines that begin with `#`: recorded logs carry their notes there.
 */
export class SentenceSplitter {
  #place: 'line-start' | 'between' | 'comment' | 'body' | 'high-digit' | 'low-digit' = 'line-start';
  #body = '';
  #claimed = 0;

  /** The sentences and damage that these bytes complete, in order. Never throws. */
  push(chunk: Uint8Array): Framed[] {
    const found: Framed[] = [];
    for (const byte of chunk) {
      const framed = this.#take(byte);
      if (framed !== null) found.push(framed);
    }
    return found;
  }

  /** End of the stream: a sentence that is still open was cut. */
  end(): Framed[] {
    const cut = this.#isInside() && this.#body !== '';
    this.#leave('line-start');
    return cut ? [{ damage: 'sentence-cut' }] : [];
  }

  #isInside(): boolean {
    return this.#place === 'body' || this.#place === 'high-digit' || this.#place === 'low-digit';
  }

  #take(byte: number): Framed | null {
    if (this.#place === 'comment') {
      if (lineEnds.includes(byte)) this.#leave('line-start');
      return null;
    }
    if (byte === dollar) {
      const cut = this.#isInside() && this.#body !== '';
      this.#leave('body');
      return cut ? { damage: 'sentence-cut' } : null;
    }
    if (this.#place === 'body') return this.#takeBody(byte);
    if (this.#isInside()) return this.#takeDigit(byte);
    if (byte === hash && this.#place === 'line-start') this.#leave('comment');
    else this.#leave(lineEnds.includes(byte) ? 'line-start' : 'between');
    return null;
  }

  #takeBody(byte: number): Framed | null {
    if (byte === star) {
      this.#place = 'high-digit';
      return null;
    }
    if (lineEnds.includes(byte)) return this.#fail('checksum-missing', byte);
    if (byte < 0x20 || byte > 0x7e) return this.#fail('byte-not-printable', byte);
    if (this.#body.length === sentenceBytesMax) return this.#fail('sentence-too-long', byte);
    this.#body += String.fromCharCode(byte);
    return null;
  }

  #takeDigit(byte: number): Framed | null {
    const digit = hexDigit(byte);
    if (digit === null) return this.#fail('checksum-missing', byte);
    if (this.#place === 'high-digit') {
      this.#claimed = digit * 16;
      this.#place = 'low-digit';
      return null;
    }
    const body = this.#body;
    const intact = checksumOf(body) === this.#claimed + digit;
    this.#leave('between');
    return intact ? { body } : { damage: 'checksum-wrong' };
  }

  #fail(damage: FramingDamage, byte: number): Framed {
    this.#leave(lineEnds.includes(byte) ? 'line-start' : 'between');
    return { damage };
  }

  #leave(place: 'line-start' | 'between' | 'comment' | 'body'): void {
    this.#place = place;
    this.#body = '';
  }
}
