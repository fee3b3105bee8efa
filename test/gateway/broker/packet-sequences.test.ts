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

/** How a sequence ended: `closed` or `open`, or the bytes that came instead of those asked for. */
async function play(port: number, one: Case): Promise<string> {
  const line = new Line(port);
  try {
    if (one.connectFirst) {
      line.socket.write(connectPacket(one.name, 4));
      if (!(await line.expect('20020000'))) return 'no CONNACK';
    }
    for (const { type, payload } of one.msgs) {
      const hex = payload.replaceAll(' ', '').toLowerCase();
      if (type === 'send') line.socket.write(Buffer.from(hex, 'hex'));
      else if (!(await line.expect(hex))) return `not ${hex}`;
    }
    if (one.expectDisconnect) return (await line.isClosed()) ? 'closed' : 'open';
    return (await line.answersPing()) ? 'open' : 'closed';
  } finally {
    line.socket.destroy();
  }
}

interface Outcome {
  readonly one: Case;
  readonly expected: 'closed' | 'open';
  readonly got: string;
  /** Why it is meant to differ from what the suite says; undefined: it is not. */
  readonly meant: string | undefined;
}

/** One line a sequence: which, what the suite expects, what came, and why that is right. */
function tableOf(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map(({ one, expected, got, meant }) => {
    const verdict = meant ?? (got === expected ? 'as expected' : 'WRONG');
    return `  ${one.file.padEnd(10)} ${one.name.trim().padEnd(66)} ${expected.padEnd(7)} ${got.padEnd(14)} ${verdict}`;
  });
  const agreed = outcomes.filter(({ expected, got }) => got === expected).length;
  const head = `  ${'packets'.padEnd(10)} ${'sequence'.padEnd(66)} ${'expected'.padEnd(7)} got`;
  const foot = `  ${outcomes.length} sequences, ${agreed} as the suite expects`;
  return ['', head, ...rows, foot, ''].join('\n');
}

/** What must be refused whoever asks: name of the kind, and how the suite calls its sequences. */
const refusals = [
  { kind: 'control characters', count: 16, pattern: /^v3.*(U\+|0x)(0001|001F|007F|009F)$/ },
  { kind: 'code points no text has', count: 8, pattern: /^v3.*(U\+|0x)(D800|FFFF)$/ },
  { kind: 'U+0000', count: 4, pattern: /^v3.*(topic|ID|Username) with 0x0000$/ },
  {
    kind: 'flags that do not fit the packet',
    count: 22,
    pattern:
      /CONNECT 1[1248]$|DISCONNECT E[1248]|PINGREQ C[1248]|PUBREL 6[346A]|SUBSCRIBE 8[0346A]|MQTT-3.1.2-3\]/,
  },
  { kind: 'message id 0', count: 2, pattern: /mid 0$/ },
] as const;

describe('packet sequences of the mosquitto suite', () => {
  const lines: LogLine[] = [];
  const listener = new TestListener(realEnv(lines));
  let port = 0;
  const outcomes: Outcome[] = [];
  let witness: Line;
  beforeAll(async () => {
    port = await listener.start({ host: '127.0.0.1', port: 0, setting: 'testListener' });
    witness = new Line(port);
    witness.socket.write(connectPacket('witness', 4));
    expect(await witness.expect('20020000')).toBe(true);
    for (const one of cases) {
      const expected = one.expectDisconnect ? 'closed' : 'open';
      const meant = differences.find(({ match }) => match(one))?.reason;
      outcomes.push({ one, expected, got: await play(port, one), meant });
    }
    process.stdout.write(tableOf(outcomes));
  });
  afterAll(() => listener.stop());

  it('ends as the suite says, but for what is meant otherwise', () => {
    const wrong = outcomes.filter(
      ({ expected, got, meant }) => (got === expected) === (meant !== undefined),
    );
    expect(wrong.map(({ one, got }) => `${one.file} | ${one.name}: ${got}`)).toStrictEqual([]);
  });

  it.each(refusals)('refuses $kind', ({ count, pattern }) => {
    const found = outcomes.filter(({ one }) => pattern.test(one.name.trim()));
    expect(found.map(({ one }) => one.name)).toHaveLength(count);
    expect(found.filter(({ got }) => got !== 'closed')).toStrictEqual([]);
  });

  it('keeps a session that stood before the first of them to the end', async () => {
    expect(await witness.answersPing()).toBe(true);
    witness.socket.destroy();
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
