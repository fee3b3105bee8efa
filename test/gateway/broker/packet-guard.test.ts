import { describe, expect, it } from 'vitest';
import { brokerLimits } from '../../../gateway/broker/limits.ts';
import { mqttText } from '../../../gateway/broker/mqtt-text.ts';
import { PacketGuard } from '../../../gateway/broker/packet-guard.ts';
import { PacketRate } from '../../../gateway/broker/packet-rate.ts';
import { SeededRandom } from '../seeded-random.ts';

const connect = Buffer.from('100d00044d5154540402000a000170', 'hex');
const ping = Buffer.from('c000', 'hex');

function publish(topic: string, payloadBytes: number): Buffer {
  const body = Buffer.concat([
    Buffer.from([0, topic.length]),
    Buffer.from(topic),
    Buffer.alloc(payloadBytes, 0x61),
  ]);
  const length: number[] = [];
  let rest = body.length;
  do {
    length.push(rest > 127 ? (rest % 128) | 0x80 : rest);
    rest = Math.floor(rest / 128);
  } while (rest > 0);
  return Buffer.concat([Buffer.from([0x30, ...length]), body]);
}

/** Everything that came through, and why it ended. */
function feed(chunks: readonly Buffer[]): { passed: Buffer; refused: string | null } {
  const guard = new PacketGuard();
  const passed: Buffer[] = [];
  for (const chunk of chunks) {
    const { pass, refused } = guard.push(chunk);
    if (refused !== null) return { passed: Buffer.concat(passed), refused: refused.reason };
    if (pass !== null) passed.push(pass);
  }
  return { passed: Buffer.concat(passed), refused: null };
}

function cut(bytes: Buffer, random: SeededRandom): Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const size = random.whole(1, 200);
    chunks.push(bytes.subarray(at, at + size));
    at += size;
  }
  return chunks;
}

describe('the packet guard', () => {
  it('lets legal packets through byte by byte, in any chunking', () => {
    const stream = Buffer.concat([connect, ping, publish('a/b', 5000), publish('x', 0), ping]);
    const seed = 20261123;
    const random = new SeededRandom(seed);
    for (let run = 0; run < 200; run += 1) {
      const { passed, refused } = feed(cut(stream, random));
      expect(refused, `seed ${seed}, run ${run}`).toBe(null);
      expect(passed.equals(stream), `seed ${seed}, run ${run}`).toBe(true);
    }
  });

  it('gives whole packets only', () => {
    const guard = new PacketGuard();
    expect(guard.push(connect.subarray(0, 9)).pass).toBe(null);
    expect(
      guard.push(Buffer.concat([connect.subarray(9), ping.subarray(0, 1)])).pass,
    ).toStrictEqual(connect);
    expect(guard.push(ping.subarray(1)).pass).toStrictEqual(ping);
  });

  it('refuses a packet over its limit by its head alone, before and after CONNECT', () => {
    const long = Buffer.from([0x10, 0x80 | (brokerLimits.connectPacketBytesMax % 128), 0x10]);
    expect(feed([long]).refused).toBe('packet size');
    const fits = publish('t', brokerLimits.packetBytesMax - 7);
    expect(feed([connect, fits]).refused).toBe(null);
    const over = publish('t', brokerLimits.packetBytesMax);
    expect(feed([connect, over.subarray(0, 4)]).refused).toBe('packet size');
  });

  it('refuses what only a server sends, what nobody sends, and packets out of order', () => {
    for (const first of [0x00, 0x20, 0x90, 0xb0, 0xd0, 0xf0]) {
      expect(feed([connect, Buffer.from([first, 0])]).refused).toBe('packet type');
    }
    expect(feed([ping]).refused).toBe('order of packets');
    expect(feed([connect, connect]).refused).toBe('order of packets');
  });

  it('stays closed once it has refused', () => {
    const guard = new PacketGuard();
    expect(guard.push(ping).refused?.reason).toBe('order of packets');
    expect(guard.push(connect)).toMatchObject({ pass: null, refused: { reason: 'closed' } });
  });

  it('never throws on 100,000 damaged streams, and lets nothing through but whole packets', () => {
    const seed = 7;
    const random = new SeededRandom(seed);
    const stream = Buffer.concat([connect, publish('a/b', 40), ping, publish('x', 3)]);
    for (let run = 0; run < 100_000; run += 1) {
      const damaged = Buffer.from(stream);
      for (let times = random.whole(1, 4); times > 0; times -= 1) {
        damaged[random.whole(0, damaged.length - 1)] = random.whole(0, 255);
      }
      const { passed } = feed(cut(damaged, random));
      expect(damaged.subarray(0, passed.length).equals(passed), `seed ${seed}, ${run}`).toBe(true);
    }
  });
});

describe('text of a packet', () => {
  it.each([
    ['plain', '6d717474', 'mqtt'],
    ['Chinese', Buffer.from('信路').toString('hex'), '信路'],
    ['beyond the basic plane', 'f09f9a9b', '🚛'],
    ['a byte order mark', 'efbbbf61', '\ufeffa'],
    ['nothing', '', ''],
  ])('takes %s', (_name, hex, text) => {
    expect(mqttText(Buffer.from(hex, 'hex'))).toBe(text);
  });

  it.each([
    ['U+0000', '610062'],
    ['U+001F', '1f'],
    ['U+007F', '7f'],
    ['U+009F', 'c29f'],
    ['U+FFFF', 'efbfbf'],
    ['U+FDD0', 'efb790'],
    ['U+1FFFE', 'f09fbfbe'],
    ['a surrogate', 'eda080'],
    ['an overlong form', 'c080'],
    ['a cut character', 'e4bf'],
  ])('refuses %s', (_name, hex) => {
    expect(mqttText(Buffer.from(hex, 'hex'))).toBe(null);
  });
});

describe('the rate of packets', () => {
  it('allows a burst, then the average, and fills again with time', () => {
    const rate = new PacketRate(0);
    expect(rate.take(brokerLimits.packetsBurstMax, 0)).toBe(true);
    expect(rate.take(1, 0)).toBe(false);
    expect(rate.take(brokerLimits.packetsPerSMax - 10, 1000)).toBe(true);
  });
});
