import { describe, expect, it } from 'vitest';
import { frameBytesMax, unwrapFrame } from '../../../protocols/jt808/framing.ts';
import { Jt808Splitter } from '../../../protocols/jt808/splitter.ts';
import { seededRandom } from './random.ts';
import { framing, fromHex, toHex, wholeCases } from './vectors.ts';

function split(...chunks: readonly Uint8Array[]): string[] {
  const splitter = new Jt808Splitter();
  return chunks.flatMap((chunk) => splitter.push(chunk)).map(toHex);
}

const [first = '', second = '', third = ''] = wholeCases.map(({ hex }) => hex.toLowerCase());

describe('recorded streams', () => {
  it.each(framing.stream)('$name', ({ bytes, frames, leftoverBytes }) => {
    const splitter = new Jt808Splitter();
    expect(splitter.push(fromHex(bytes)).map(toHex)).toEqual(frames);
    expect(splitter.pendingBytes).toBe(leftoverBytes);
  });

  it.each(framing.frameDecoder)('$name', (each) => {
    const [frame = new Uint8Array()] = new Jt808Splitter().push(fromHex(each.in));
    const content = unwrapFrame(frame);
    expect('error' in content ? content : `7e${toHex(content)}7e`).toBe(each.out);
  });
});

describe('a stream of every recorded frame', () => {
  const stream = Buffer.concat(wholeCases.map(({ hex }) => fromHex(hex)));
  const frames = wholeCases.map(({ hex }) => hex.toLowerCase());

  it('gives the same frames cut in two at every byte', () => {
    const whole = frames.join();
    for (let cut = 0; cut <= stream.length; cut += 1) {
      const found = split(stream.subarray(0, cut), stream.subarray(cut));
      expect(found.join() === whole, `cut at byte ${cut}`).toBe(true);
    }
  });

  it('gives the same frames byte by byte', () => {
    expect(split(...Array.from(stream, (byte) => Uint8Array.of(byte)))).toEqual(frames);
  });

  it('gives the same frames in random pieces', () => {
    for (let seed = 1; seed <= 200; seed += 1) {
      const random = seededRandom(seed);
      const chunks: Uint8Array[] = [];
      for (let at = 0; at < stream.length; ) {
        const end = at + random(400);
        chunks.push(stream.subarray(at, end));
        at = end;
      }
      expect(split(...chunks).join() === frames.join(), `seed ${seed}`).toBe(true);
    }
  });
});

describe('a damaged stream', () => {
  it('passes over garbage before the first delimiter', () => {
    const splitter = new Jt808Splitter();
    expect(splitter.push(fromHex(`0102037d${first}`)).map(toHex)).toEqual([first]);
    expect(splitter.skippedBytes).toBe(4);
  });

  it('takes one delimiter between two frames for both', () => {
    expect(split(fromHex(first + second.slice(2)))).toEqual([first, second]);
  });

  it('loses one frame when a delimiter is lost in front', () => {
    expect(split(fromHex(first.slice(2) + second + third))).toEqual([second, third]);
  });

  it('shows what stands between two frames and goes on', () => {
    expect(split(fromHex(`${first}aabb${second}`))).toEqual([first, '7eaabb7e', second]);
  });

  it('keeps a frame of the greatest length and passes over a longer one', () => {
    const longest = `7e${'aa'.repeat(frameBytesMax - 2)}7e`;
    const tooLong = `7e${'aa'.repeat(frameBytesMax - 1)}7e`;
    const splitter = new Jt808Splitter();
    const found = [longest, tooLong, first].flatMap((hex) => splitter.push(fromHex(hex)));
    expect(found.map(toHex)).toEqual([longest, first]);
    expect(splitter.skippedBytes).toBe(frameBytesMax);
  });

  it('holds no more than one frame of an endless one', () => {
    const splitter = new Jt808Splitter();
    splitter.push(Uint8Array.of(0x7e));
    for (let push = 0; push < 10_000; push += 1) {
      splitter.push(new Uint8Array(100));
      expect(splitter.pendingBytes).toBeLessThan(frameBytesMax);
    }
    expect(splitter.push(fromHex(first)).map(toHex)).toEqual([first]);
  });

  it('gives frames that later chunks do not change', () => {
    const splitter = new Jt808Splitter();
    const [frame = new Uint8Array()] = splitter.push(fromHex(first));
    splitter.push(fromHex(second));
    expect(toHex(frame)).toBe(first);
  });
});
