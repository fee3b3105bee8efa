import { describe, expect, it } from 'vitest';
import { decodeGbk, encodeGbk } from '../../../protocols/jt808/gbk.ts';

describe('GBK', () => {
  it('writes what terminals write', () => {
    expect(encodeGbk('测A1')).toEqual(Uint8Array.of(0xb2, 0xe2, 0x41, 0x31));
    expect(encodeGbk('粤')).toEqual(Uint8Array.of(0xd4, 0xc1));
  });

  it('reads back every Chinese character of the basic block that it can write', () => {
    let written = 0;
    for (let code = 0x4e00; code <= 0x9fa5; code += 1) {
      const character = String.fromCodePoint(code);
      const bytes = encodeGbk(character);
      if (bytes.length === 1) continue;
      written += 1;
      expect(decodeGbk(bytes)).toBe(character);
    }
    // GBK has all 20,902 of them.
    expect(written).toBe(20_902);
  });

  it('writes a question mark for what it does not have', () => {
    expect(decodeGbk(encodeGbk('路🚗障'))).toBe('路?障');
  });

  it('reads bytes that are no GBK without throwing', () => {
    expect(decodeGbk(Uint8Array.of(0xff, 0x41))).toContain('\ufffd');
  });
});
