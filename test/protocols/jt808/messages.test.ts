import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type {
  Jt808Edition,
  Jt808MessageId,
  Jt808SentBodies,
} from '../../../protocols/jt808/bodies.ts';
import { isMessageId, readBody, writeBody } from '../../../protocols/jt808/bodies.ts';
import type { Jt808Frame } from '../../../protocols/jt808/frame.ts';
import { decodeFrame } from '../../../protocols/jt808/frame.ts';
import { encodeMessage, readMessage } from '../../../protocols/jt808/messages.ts';
import { Jt808Reassembler } from '../../../protocols/jt808/reassembly.ts';
import { Jt808Splitter } from '../../../protocols/jt808/splitter.ts';
import { fromHex, toHex, wholeCases } from './vectors.ts';

const seed = 808;

function frameOf(hex: string): Jt808Frame {
  const frame = decodeFrame(fromHex(hex));
  if ('error' in frame) throw new Error(`refused: ${frame.error}`);
  return frame;
}

describe('recorded bodies', () => {
  // One real device ends its 0x0200 with bytes that are no items: they cannot be written again.
  const rewritable = wholeCases.filter(
    ({ expected }) => !JSON.stringify(expected).includes('"itemsMalformed":true'),
  );

  it('are written byte for byte as they were read', () => {
    let count = 0;
    for (const { hex, name } of rewritable) {
      const { msgId, body: bytes, version } = frameOf(hex);
      if (!isMessageId(msgId)) continue;
      const body = readBody(msgId, bytes, version);
      if (body === null) continue;
      // 2011 registrations, told by their length, cannot hold a model of more than 8 bytes.
      const is2011 = msgId === '0x0100' && bytes.length < 37;
      expect(toHex(writeBody(msgId, body, is2011 ? '2011' : version)), name).toBe(toHex(bytes));
      count += 1;
    }
    // 125 recorded; 18 not of the subset, 6 too short, 1 with malformed items.
    expect(count).toBe(100);
  });
});

type Values<Id extends Jt808MessageId> = fc.Arbitrary<Jt808SentBodies[Id]>;

const u8 = fc.integer({ min: 0, max: 0xff });
const u16 = fc.integer({ min: 0, max: 0xffff });
const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const gbkCharacters = '0123456789ABCXYZabc-_/测试信路冀晋京津护栏外再看手机请勿停车';
const word = (charactersMax: number) =>
  fc.string({ unit: fc.constantFrom(...gbkCharacters), maxLength: charactersMax });
const digits = (count: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: count, maxLength: count });
const messageId = u16.map((value) => `0x${value.toString(16).padStart(4, '0')}`);
const item = fc.record({
  id: u8,
  hex: fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString('hex')),
});
const location: Values<'0x0200'> = fc.record({
  alarm: u32,
  status: u32,
  latitudeE6: u32,
  longitudeE6: u32,
  altitudeM: u16,
  speedDkmh: u16,
  direction: u16,
  timeBcd: digits(12),
  items: fc.array(item, { maxLength: 6 }),
});
const generalReply = fc.record({ replySerial: u16, replyId: messageId, result: u8 });
const registration = fc.record({
  province: u16,
  city: u16,
  maker: word(2),
  model: word(4),
  terminalId: word(3),
  plateColor: u8,
  plate: word(5),
});
const token = word(60);

const bodies: { readonly [Id in Jt808MessageId]: Values<Id> } = {
  '0x0001': generalReply,
  '0x0002': fc.constant(undefined),
  '0x0003': fc.constant(undefined),
  '0x0100': registration,
  '0x0102': fc.record({ token, imei: digits(15), software: word(10) }),
  '0x0200': location,
  '0x0704': fc.record({ type: u8, items: fc.array(location, { maxLength: 40 }) }),
  '0x8001': generalReply,
  '0x8100': fc.record({ replySerial: u16, result: u8, token }),
  '0x8300': fc.record({ flag: u8, type: u8, text: word(512) }),
};

/** Fields an older edition does not carry, and so loses. */
function carried(id: Jt808MessageId, body: unknown, edition: Jt808Edition): unknown {
  if (edition === '2019' || typeof body !== 'object' || body === null) return body;
  const lost = { '0x0102': ['imei', 'software'], '0x8300': ['type'] } as Record<string, string[]>;
  return Object.fromEntries(
    Object.entries(body).filter(([name]) => !(lost[id] ?? []).includes(name)),
  );
}

/** Through encoder, stream, splitter, decoder and reassembly. */
function roundTrip(id: Jt808MessageId, body: never, edition: Jt808Edition, serial: number) {
  const version = edition === '2019' ? '2019' : '2013';
  const stream = Buffer.concat(encodeMessage({ version, phone: '7', serial }, id, body, edition));
  const reassembler = new Jt808Reassembler();
  const results: object[] = [];
  for (const wire of new Jt808Splitter().push(stream)) {
    const frame = decodeFrame(wire);
    const whole = 'error' in frame ? frame : reassembler.accept(frame, 0);
    if (whole !== null) results.push('error' in whole ? whole : readMessage(whole));
  }
  return results;
}

describe('every message', () => {
  const cases = (['2011', '2013', '2019'] as const).flatMap((edition) =>
    (Object.keys(bodies) as Jt808MessageId[]).map((id) => ({ id, edition })),
  );

  it.each(cases)('$id of $edition is read as it was written', ({ id, edition }) => {
    fc.assert(
      fc.property(bodies[id] as fc.Arbitrary<unknown>, u16, (body, serial) => {
        const [message, ...more] = roundTrip(id, body as never, edition, serial);
        expect(more).toEqual([]);
        const expected = carried(id, body, edition);
        expect(message).toMatchObject(
          expected === undefined ? { id, body: undefined } : { id, body: expected },
        );
      }),
      { seed, numRuns: 100 },
    );
  });
});

describe('bodies decided by length', () => {
  const registrationBody = {
    province: 13,
    city: 100,
    maker: 'XINLU',
    model: 'X1',
    terminalId: '1234567',
    plateColor: 2,
    plate: '冀A12345',
  };
  const envelope = { version: '2019', phone: '7', serial: 1 } as const;

  it.each(['2011', '2013'] as const)(
    'a registration of %s behind a 2019 header is read',
    (each) => {
      const [wire = new Uint8Array()] = encodeMessage(envelope, '0x0100', registrationBody, each);
      const frame = decodeFrame(wire);
      expect('error' in frame ? frame : readMessage(frame)).toEqual({
        id: '0x0100',
        body: registrationBody,
      });
    },
  );

  it('trims the spaces with which 2011 fills the terminal model', () => {
    const body = writeBody('0x0100', { ...registrationBody, model: 'X1      ' }, '2011');
    expect(readBody('0x0100', body, '2013')).toEqual(registrationBody);
  });

  it('ends a string at its zero byte, and skips zero bytes in front', () => {
    const padded = { ...registrationBody, model: '\0\0X1\0old' };
    expect(readBody('0x0100', writeBody('0x0100', padded, '2013'), '2013')).toEqual(
      registrationBody,
    );
  });

  it('a plain code behind a 2019 header is read as the code', () => {
    const [wire = new Uint8Array()] = encodeMessage(envelope, '0x0102', { token: 'abc' }, '2013');
    const frame = decodeFrame(wire);
    expect('error' in frame ? frame : readMessage(frame)).toEqual({
      id: '0x0102',
      body: { token: 'abc' },
    });
  });
});

describe('readMessage', () => {
  const reply = frameOf('7e800100051234567890120001007b01c803be7e');

  it.each([
    [{ checksumOk: false }, 'checksum'],
    [{ lengthOk: false }, 'length'],
    [{ encryption: 1 }, 'encrypted'],
    [{ subpackaged: true }, 'subpackaged'],
    [{ msgId: '0x0900' }, 'unsupported'],
    [{ msgId: 'toString' }, 'unsupported'],
    [{ body: new Uint8Array(4) }, 'body-short'],
  ])('refuses a frame with %o as %s', (changed, error) => {
    expect(readMessage({ ...reply, ...changed })).toEqual({ error });
  });
});

describe('0x0704', () => {
  const report = { ...emptyReport(), items: [] };
  const batch = writeBody('0x0704', { type: 1, items: [report, report] }, '2013');

  it('tells when fewer reports came than announced, and keeps those', () => {
    const cut = readBody('0x0704', batch.subarray(0, -1), '2013');
    expect(cut).toMatchObject({ count: 2, type: 1, countMatches: false });
    expect(cut?.items).toHaveLength(1);
  });

  it('tells when an additional item runs over the end of its report', () => {
    const body = writeBody('0x0200', { ...report, items: [{ id: 1, hex: '00000001' }] }, '2013');
    expect(readBody('0x0200', body.subarray(0, -1), '2013')).toMatchObject({
      items: [],
      itemsMalformed: true,
    });
  });
});

function emptyReport() {
  return {
    alarm: 0,
    status: 0,
    latitudeE6: 0,
    longitudeE6: 0,
    altitudeM: 0,
    speedDkmh: 0,
    direction: 0,
    timeBcd: '240101000000',
  };
}

describe('values of ours that do not fit', () => {
  it.each([
    [{ latitudeE6: -1 }],
    [{ altitudeM: 65_536 }],
    [{ speedDkmh: 1.5 }],
    [{ timeBcd: '2024-01-01' }],
    [{ items: [{ id: 1, hex: '00'.repeat(256) }] }],
  ])('throw: %o', (changed) => {
    const report = { ...emptyReport(), items: [], ...changed };
    expect(() => writeBody('0x0200', report, '2013')).toThrow(RangeError);
  });

  it('throw: a text longer than the standard allows, counted in GBK bytes', () => {
    const write = (text: string) => () => writeBody('0x8300', { flag: 4, text }, '2013');
    expect(write('路'.repeat(512))).not.toThrow();
    expect(write('路'.repeat(513))).toThrow(RangeError);
  });

  it('throw: a 2019 authentication without its IMEI', () => {
    expect(() => writeBody('0x0102', { token: 'abc' }, '2019')).toThrow(RangeError);
  });
});
