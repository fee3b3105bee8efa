import { readFileSync } from 'node:fs';
import { connect as connectTcp } from 'node:net';
import { connectAsync } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestListener } from '../../../gateway/broker/test-listener.ts';
import { SeededRandom } from '../seeded-random.ts';
import { type LogLine, realEnv, until } from '../world.ts';

const { cases } = JSON.parse(
  readFileSync(new URL('../../vectors/mqtt/packet-sequences.json', import.meta.url), 'utf8'),
) as { cases: { msgs: { type: string; payload: string }[] }[] };

/** Every packet a client sends in the suite, legal or not. */
const packets = cases
  .flatMap(({ msgs }) => msgs.filter(({ type }) => type === 'send'))
  .map(({ payload }) => Buffer.from(payload.replaceAll(' ', ''), 'hex'));
const connectPacket = Buffer.from('100d00044d5154540402000a000170', 'hex');

const connections = 1000;
const messagesPerConnection = 20;
const lineMsMax = 2000;

function damaged(random: SeededRandom): Buffer {
  const packet = Buffer.from(packets[random.whole(0, packets.length - 1)] as Buffer);
  const kind = random.next();
  if (kind < 0.5) packet[random.whole(0, packet.length - 1)] = random.whole(0, 255);
  if (kind < 0.1) return packet.subarray(0, random.whole(1, packet.length));
  if (kind > 0.9) return Buffer.concat([packet, Buffer.alloc(random.whole(1, 300), 0x41)]);
  return packet;
}

/** One connection that says hello and then nonsense. Resolves when it is over. */
function rave(port: number, random: SeededRandom): Promise<void> {
  return new Promise((resolve) => {
    const socket = connectTcp(port, '127.0.0.1');
    const patience = setTimeout(() => socket.destroy(), lineMsMax);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(patience);
      resolve();
    });
    socket.resume();
    if (random.next() < 0.9) socket.write(connectPacket);
    for (let sent = 0; sent < messagesPerConnection; sent += 1) socket.write(damaged(random));
    socket.end();
  });
}

describe('the broker under damaged packets', () => {
  const lines: LogLine[] = [];
  const listener = new TestListener(realEnv(lines));
  let port = 0;
  beforeAll(async () => {
    port = await listener.start({ host: '127.0.0.1', port: 0, setting: 'testListener' });
  });
  afterAll(() => listener.stop());

  it(`outlives ${connections * messagesPerConnection} of them and still serves`, async () => {
    const seed = 20261123;
    const random = new SeededRandom(seed);
    for (let made = 0; made < connections; made += 20) {
      await Promise.all(Array.from({ length: 20 }, () => rave(port, random)));
    }
    const errors = lines.filter(({ level }) => level === 'error');
    expect(errors, `seed ${seed}`).toStrictEqual([]);
    const client = await connectAsync(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 0 });
    const heard: string[] = [];
    client.on('message', (topic) => heard.push(topic));
    await client.subscribeAsync('still/here');
    await client.publishAsync('still/here', 'x', { qos: 1 });
    await until('the message', () => heard.length === 1);
    await client.endAsync();
  });
});
