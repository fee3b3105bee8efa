import { describe, expect, it } from 'vitest';
import type { Jt808Frame } from '../../../protocols/jt808/frame.ts';
import { decodeFrame, encodeFrames } from '../../../protocols/jt808/frame.ts';
import { Jt808Reassembler, reassemblyLimits } from '../../../protocols/jt808/reassembly.ts';
import { seededRandom } from './random.ts';
import { toHex } from './vectors.ts';

function partsOf(body: Uint8Array, msgId = '0x0704'): Jt808Frame[] {
  const envelope = { version: '2013', phone: '013800000001', serial: 10 } as const;
  return encodeFrames(msgId, envelope, body).map((wire) => {
    const frame = decodeFrame(wire);
    if ('error' in frame) throw new Error(frame.error);
    return frame;
  });
}

const body = Uint8Array.from({ length: 4000 }, (_, at) => at % 251);
const other = body.map((byte) => 255 - byte);

/** Bodies of whole messages, refusals as their word. */
function acceptAll(reassembler: Jt808Reassembler, frames: readonly Jt808Frame[]): string[] {
  return frames.flatMap((frame) => {
    const result = reassembler.accept(frame, 0);
    if (result === null) return [];
    return ['error' in result ? result.error : toHex(result.body)];
  });
}

describe('Jt808Reassembler', () => {
  it('gives a frame without subpackages as it is', () => {
    const [whole] = partsOf(body.subarray(0, 100));
    expect(whole && new Jt808Reassembler().accept(whole, 0)).toBe(whole);
  });

  it('joins parts in any order, with any serials and parts sent twice', () => {
    for (let seed = 1; seed <= 100; seed += 1) {
      const random = seededRandom(seed);
      const parts = partsOf(body).map((part) => ({ ...part, serial: random(65_536) }));
      const shuffled = [...parts, ...parts]
        .map((part) => ({ part, at: random(1000) }))
        .sort((a, b) => a.at - b.at)
        .map(({ part }) => part);
      const reassembler = new Jt808Reassembler();
      expect(acceptAll(reassembler, shuffled)[0], `seed ${seed}`).toBe(toHex(body));
    }
  });

  it('gives the message as a frame without subpackages and with the first serial', () => {
    const reassembler = new Jt808Reassembler();
    const whole = partsOf(body)
      .reverse()
      .map((part) => reassembler.accept(part, 0))
      .at(-1);
    expect(whole).toMatchObject({
      msgId: '0x0704',
      serial: 10,
      subpackaged: false,
      bodyLength: 4000,
      checksumOk: true,
      lengthOk: true,
    });
    expect(whole).not.toHaveProperty('packageTotal');
    expect(reassembler.pendingMessages).toBe(0);
  });

  it('never mixes two messages when a part of the first was lost', () => {
    const frames = [...partsOf(body).slice(0, 3), ...partsOf(other)];
    expect(acceptAll(new Jt808Reassembler(), frames)).toEqual([toHex(other)]);
  });

  it('keeps messages of different ids apart', () => {
    const [a, b] = [partsOf(body), partsOf(other, '0x0801')];
    const mixed = a.flatMap((part, at) => [part, b[at] ?? part]);
    expect(acceptAll(new Jt808Reassembler(), mixed)).toEqual([toHex(body), toHex(other)]);
  });

  it.each([
    [{ packageIndex: 0 }, 'package-index'],
    [{ packageIndex: 5 }, 'package-index'],
    [{ packageTotal: reassemblyLimits.partsMax + 1 }, 'too-many-parts'],
    [{ packageTotal: 0 }, 'package-index'],
  ])('refuses a part with %o as %s', (changed, error) => {
    const frames = partsOf(body).map((part) => ({ ...part, ...changed }));
    expect(acceptAll(new Jt808Reassembler(), frames.slice(0, 1))).toEqual([error]);
  });

  it('forgets a message whose parts stopped coming', () => {
    const reassembler = new Jt808Reassembler();
    const [first, ...rest] = partsOf(body);
    if (first === undefined) throw new Error('no parts');
    reassembler.accept(first, 0);
    const results = rest.map((part) => reassembler.accept(part, reassemblyLimits.heldMsMax + 1));
    expect(results).toEqual([null, null, null]);
  });

  it('holds a bounded number of messages, the youngest', () => {
    const reassembler = new Jt808Reassembler();
    for (let number = 0; number < 1000; number += 1) {
      const [part] = partsOf(body, `0x${(number + 1).toString(16).padStart(4, '0')}`);
      if (part !== undefined) reassembler.accept(part, number);
      expect(reassembler.pendingMessages).toBeLessThanOrEqual(reassemblyLimits.messagesMax);
    }
    const rest = partsOf(body, '0x03e8').slice(1);
    expect(acceptAll(reassembler, rest)).toEqual([toHex(body)]);
  });
});
