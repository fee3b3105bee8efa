import { describe, expect, it } from 'vitest';
import {
  checksumOf,
  frameBytesMax,
  unwrapFrame,
  wrapFrame,
} from '../../../protocols/jt808/framing.ts';
import { framing, fromHex, toHex } from './vectors.ts';

function unwrapped(hex: string): string | null {
  const content = unwrapFrame(fromHex(hex));
  return 'error' in content ? null : toHex(content);
}

describe('escaping', () => {
  it.each(framing.escape.filter(({ op }) => op === 'unescape'))('unescapes: $name', (each) => {
    expect(unwrapped(each.in)).toBe(each.out);
  });

  it.each(framing.escape.filter(({ op }) => op === 'escape'))('escapes: $name', (each) => {
    expect(toHex(wrapFrame(fromHex(each.in)))).toBe(each.out);
  });

  it('gives back every pair of bytes', () => {
    for (let pair = 0; pair < 65_536; pair += 1) {
      const content = Uint8Array.of(pair >> 8, pair & 255);
      expect(unwrapFrame(wrapFrame(content))).toEqual(content);
    }
  });

  it.each([
    ['', 'no-delimiters'],
    ['7e', 'no-delimiters'],
    ['7e00', 'no-delimiters'],
    ['007e', 'no-delimiters'],
    ['7e007d7e', 'escape'],
    ['7e7d037e', 'escape'],
    ['7e7e7e', 'escape'],
  ])('refuses %s as %s', (hex, error) => {
    expect(unwrapFrame(fromHex(hex))).toMatchObject({ error });
  });

  it('cannot make a frame longer than the longest', () => {
    expect(wrapFrame(new Uint8Array(21 + 1023 + 1).fill(0x7e))).toHaveLength(frameBytesMax);
  });
});

describe('checksum', () => {
  it('is the XOR of all bytes', () => {
    expect(checksumOf(fromHex('00020000123456789012' + '0001'))).toBe(0x89);
    expect(checksumOf(new Uint8Array())).toBe(0);
  });
});
