import { describe, expect, it } from 'vitest';
import { describeFrame } from '../../../protocols/jt808/describe.ts';
import { decodeFrame, frameFault } from '../../../protocols/jt808/frame.ts';
import { checksumOf, unwrapFrame, wrapFrame } from '../../../protocols/jt808/framing.ts';
import { readMessage } from '../../../protocols/jt808/messages.ts';
import { positionOf } from '../../../protocols/jt808/position.ts';
import { Jt808Reassembler } from '../../../protocols/jt808/reassembly.ts';
import { Jt808Splitter } from '../../../protocols/jt808/splitter.ts';
import { seededRandom } from './random.ts';
import { framingCases, fromHex, wholeCases } from './vectors.ts';

const mutationsCount = 100_000;
const seed = 20_240_601;

type Random = (bound: number) => number;

/** One to four bytes flipped, set, taken out, put in or cut off. */
function mutate(frame: Uint8Array, random: Random): Uint8Array {
  const bytes = [...frame];
  for (let change = 0; change <= random(4); change += 1) {
    const at = random(bytes.length + 1);
    const kinds = [
      () => bytes.splice(at, 1, (bytes[at] ?? 0) ^ (1 << random(8))),
      () => bytes.splice(at, 1, [0x7e, 0x7d, 0x00, 0xff][random(4)] ?? 0),
      () => bytes.splice(at, 1),
      () => bytes.splice(at, 0, random(256)),
      () => bytes.splice(at, random(20)),
    ];
    kinds[random(kinds.length)]?.();
  }
  return Uint8Array.from(bytes);
}

/** Changes what is inside and makes the checksum fit, so that bodies are damaged as well. */
function mutateInside(frame: Uint8Array, random: Random): Uint8Array {
  const content = unwrapFrame(frame);
  if ('error' in content) return mutate(frame, random);
  const changed = mutate(content.subarray(0, -1), random);
  return wrapFrame(Uint8Array.of(...changed, checksumOf(changed)));
}

describe('100,000 mutated frames', () => {
  const frames = [...wholeCases, ...framingCases].map(({ hex }) => fromHex(hex));
  const splitter = new Jt808Splitter();
  const reassembler = new Jt808Reassembler();
  const counts = { refused: 0, faulty: 0, messages: 0, places: 0 };

  function read(wire: Uint8Array, nowMs: number): void {
    JSON.stringify(describeFrame(wire));
    const frame = decodeFrame(wire);
    if ('error' in frame) {
      counts.refused += 1;
      return;
    }
    const fault = frameFault(frame);
    if (fault !== null) counts.faulty += 1;
    const whole = reassembler.accept(frame, nowMs);
    if (whole === null || 'error' in whole) return;
    const message = readMessage(whole);
    if ('error' in message) return;
    expect(fault).toBeNull();
    counts.messages += 1;
    if (message.id !== '0x0200') return;
    positionOf(message.body);
    counts.places += 1;
  }

  it('give no exception, alone or in a stream, and no message when damage shows', () => {
    const random = seededRandom(seed);
    for (let count = 0; count < mutationsCount; count += 1) {
      const frame = frames[random(frames.length)] ?? new Uint8Array();
      const mutated = random(2) === 0 ? mutate(frame, random) : mutateInside(frame, random);
      try {
        read(mutated, count);
        for (const wire of splitter.push(mutated)) read(wire, count);
      } catch (error) {
        const hex = Buffer.from(mutated).toString('hex');
        throw new Error(`seed ${seed}, mutation ${count}, frame ${hex}`, { cause: error });
      }
    }
    // All ways were gone often enough to mean something.
    for (const [way, count] of Object.entries(counts)) expect(count, way).toBeGreaterThan(1000);
  });
});
