import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestListener } from '../../../gateway/broker/test-listener.ts';
import { type LogLine, realEnv, until } from '../world.ts';

/** Sequences of eclipse/mosquitto's own test suite; see test/vectors/SOURCES.md. */
interface Case {
  readonly file: string;
  readonly name: string;
  readonly ver: number;
  readonly connectFirst: boolean;
  readonly expectDisconnect: boolean;
  readonly msgs: readonly { readonly type: 'send' | 'recv'; readonly payload: string }[];
}

const { cases } = JSON.parse(
  readFileSync(new URL('../../vectors/mqtt/packet-sequences.json', import.meta.url), 'utf8'),
) as { cases: readonly Case[] };

/** Where this broker answers otherwise, and why that is meant. */
const differences: readonly { readonly match: (one: Case) => boolean; readonly reason: string }[] =
  [
    {
      match: ({ name, msgs }) =>
        name.startsWith('v5.0') && msgs.some(({ type }) => type === 'recv'),
      reason: 'MQTT 5 is refused with "unacceptable protocol version": units speak 3.1.1',
    },
    {
      match: ({ name }) => name === 'v3.1   CONNECT 10 ok ' || name === 'v3.1   CONNECT 14 ok ',
      reason: 'reserved bits of an MQTT 3.1 CONNECT must be zero here as they must in 3.1.1',
    },
  ];

const pingRequest = Buffer.from('c000', 'hex');
const pingResponse = 'd000';
const patienceMs = 1000;

/** A CONNECT as the suite sends it first: clean session, the client id is the case's name. */
function connectPacket(name: string, level: number): Buffer {
  const protocol = level === 3 ? 'MQIsdp' : 'MQTT';
  const id = Buffer.from(name.slice(0, 20));
  const head = Buffer.concat([
    Buffer.from([0, protocol.length]),
    Buffer.from(protocol),
    Buffer.from([level, 0x02, 0, 10, 0, id.length]),
    id,
  ]);
  return Buffer.concat([Buffer.from([0x10, head.length]), head]);
}

class Line {
  readonly socket: Socket;
  received = '';
  closed = false;

  constructor(port: number) {
    this.socket = connect(port, '127.0.0.1');
    this.socket.on('data', (chunk) => {
      this.received += chunk.toString('hex');
    });
    this.socket.on('error', () => undefined);
    this.socket.on('close', () => {
      this.closed = true;
    });
  }

  /** True when exactly these bytes came next; message ids of the broker's own are its choice. */
  async expect(hex: string): Promise<boolean> {
    const came = () => this.received.length >= hex.length || this.closed;
    await until('bytes', came, patienceMs).catch(() => undefined);
    const next = this.received.slice(0, hex.length);
    this.received = this.received.slice(hex.length);
    return next === hex;
  }

  async isClosed(): Promise<boolean> {
    await until('the end', () => this.closed, patienceMs).catch(() => undefined);
    return this.closed;
  }

  async answersPing(): Promise<boolean> {
    this.socket.write(pingRequest);
    const answered = () => this.received.includes(pingResponse) || this.closed;
    await until('the answer to a ping', answered, patienceMs).catch(() => undefined);
    return this.received.includes(pingResponse);
  }
}

/** What came out: the bytes asked for, and whether the connection ended as it should. */
async function play(port: number, one: Case): Promise<'pass' | string> {
  const line = new Line(port);
  try {
    if (one.connectFirst) {
      line.socket.write(connectPacket(one.name, 4));
      if (!(await line.expect('20020000'))) return 'no CONNACK';
    }
    for (const { type, payload } of one.msgs) {
      const hex = payload.replaceAll(' ', '').toLowerCase();
      if (type === 'send') line.socket.write(Buffer.from(hex, 'hex'));
      else if (!(await line.expect(hex))) return `expected ${hex}`;
    }
    if (one.expectDisconnect) return (await line.isClosed()) ? 'pass' : 'still open';
    return (await line.answersPing()) ? 'pass' : 'no answer to a ping';
  } finally {
    line.socket.destroy();
  }
}

describe('packet sequences of the mosquitto suite', () => {
  const lines: LogLine[] = [];
  const listener = new TestListener(realEnv(lines));
  let port = 0;
  beforeAll(async () => {
    port = await listener.start({ host: '127.0.0.1', port: 0, setting: 'testListener' });
  });
  afterAll(() => listener.stop());

  it('ends as the suite says, but for what is meant otherwise', async () => {
    const failed: string[] = [];
    for (const one of cases) {
      const outcome = await play(port, one);
      const meant = differences.some(({ match }) => match(one));
      if ((outcome === 'pass') === meant) failed.push(`${one.file} | ${one.name}: ${outcome}`);
    }
    expect(failed).toStrictEqual([]);
  });

  it('still serves others after all of them', async () => {
    const line = new Line(port);
    line.socket.write(connectPacket('after', 4));
    expect(await line.expect('20020000')).toBe(true);
    expect(await line.answersPing()).toBe(true);
    line.socket.destroy();
    expect(lines.filter(({ level }) => level === 'error')).toStrictEqual([]);
  });
});
