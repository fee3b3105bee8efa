import { describe, expect, it } from 'vitest';
import type { Jt808Frame } from '../../../protocols/jt808/frame.ts';
import { decodeFrame, encodeFrames, frameFault } from '../../../protocols/jt808/frame.ts';
import {
  bodyBytesMax,
  checksumOf,
  unwrapFrame,
  wrapFrame,
} from '../../../protocols/jt808/framing.ts';
import { framing, fromHex, toHex, wholeCases } from './vectors.ts';

function frameOf(wire: Uint8Array): Jt808Frame {
  const frame = decodeFrame(wire);
  if ('error' in frame) throw new Error(`refused: ${frame.error}`);
  return frame;
}

/** The frame with other property bits, its checksum made to fit. */
function withProps(hex: string, change: (props: number) => number): Uint8Array {
  const content = unwrapFrame(fromHex(hex));
  if ('error' in content) throw new Error('not a frame');
  const bytes = Buffer.from(content.subarray(0, -1));
  bytes.writeUInt16BE(change(bytes.readUInt16BE(2)), 2);
  return wrapFrame(Buffer.concat([bytes, Uint8Array.of(checksumOf(bytes))]));
}

describe('headers', () => {
  const of2013 = wholeCases.filter(({ expected }) => expected.version === '2013');

  it('of 2013 are known by their length when a terminal sets the 2019 bit', () => {
    for (const { hex, name } of of2013) {
      const { body, ...header } = frameOf(fromHex(hex));
      const { body: bodySet, ...headerSet } = frameOf(withProps(hex, (props) => props | 0x4000));
      expect(headerSet, name).toEqual({ ...header, checksum: headerSet.checksum });
      expect(toHex(bodySet), name).toBe(toHex(body));
    }
  });

  it('of 2019 stay of 2019 when the length fits neither', () => {
    const { hex } = wholeCases.find(({ expected }) => expected.version === '2019') ?? { hex: '' };
    const frame = frameOf(withProps(hex, (props) => props + 1));
    expect(frame).toMatchObject({ version: '2019', lengthOk: false, checksumOk: true });
  });

  it('are never read out of too few bytes', () => {
    const { hex } = wholeCases.find(({ expected }) => expected.version === '2019') ?? { hex: '' };
    const content = unwrapFrame(fromHex(hex));
    if ('error' in content) throw new Error('not a frame');
    for (let length = 0; length < 13; length += 1) {
      expect(decodeFrame(wrapFrame(content.subarray(0, length)))).toEqual({ error: 'short' });
    }
  });
});

describe('frameFault', () => {
  const faultOf = (hex: string) => frameFault(frameOf(fromHex(hex)));

  it('passes every whole frame', () => {
    for (const { hex, name } of wholeCases) expect(faultOf(hex), name).toBeNull();
  });

  it('agrees with the peer on which damaged frames to refuse', () => {
    const named = framing.decodeErrors.filter(({ ref }) => !('error' in ref));
    expect(named.map(({ hex, peerError }) => [faultOf(hex), peerError])).toEqual([
      [null, null],
      [null, null],
      [null, null],
      // The peer hands an encrypted body on; we have no key to read it with.
      ['encrypted', null],
      ['checksum', 'ErrCheckCode'],
      ['length', 'ErrBodyLengthInconsistency'],
    ]);
  });
});

describe('encodeFrames', () => {
  it('writes every recorded frame byte for byte from its fields', () => {
    for (const { hex, name } of wholeCases) {
      const { msgId, body, ...envelope } = frameOf(fromHex(hex));
      expect(encodeFrames(msgId, envelope, body).map(toHex), name).toEqual([hex.toLowerCase()]);
    }
  });

  it('cuts a longer body into subpackages with serials that wrap round', () => {
    const body = Uint8Array.from({ length: 2 * bodyBytesMax + 1 }, (_, at) => at % 256);
    const envelope = { version: '2019', phone: '13800000001', serial: 65_535 } as const;
    const parts = encodeFrames('0x0704', envelope, body).map(frameOf);
    expect(parts.map(({ serial }) => serial)).toEqual([65_535, 0, 1]);
    expect(parts.map(({ packageIndex }) => packageIndex)).toEqual([1, 2, 3]);
    expect(parts.every(({ packageTotal }) => packageTotal === 3)).toBe(true);
    expect(parts.map(frameFault)).toEqual([null, null, null]);
    expect(parts.map(({ phone }) => phone)[0]).toBe('00000000013800000001');
    expect(Buffer.concat(parts.map((part) => part.body)).equals(body)).toBe(true);
  });

  it('throws on values of ours that do not fit', () => {
    const envelope = { version: '2013', phone: '1', serial: 0 } as const;
    const write = (changed: object) => () =>
      encodeFrames('0x8001', { ...envelope, ...changed }, new Uint8Array());
    expect(write({ serial: 65_536 })).toThrow(RangeError);
    expect(write({ serial: -1 })).toThrow(RangeError);
    expect(write({ phone: '1234567890123' })).toThrow(RangeError);
    expect(write({ phone: '12-4' })).toThrow(RangeError);
    expect(write({})).not.toThrow();
  });
});
