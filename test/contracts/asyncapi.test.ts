import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asyncApi } from '../../protocols/contracts/asyncapi.ts';
import { sealBatch } from '../../protocols/messages/batch.ts';
import {
  type FieldRow,
  type RecordKind,
  recordTable,
} from '../../protocols/messages/record-table.ts';
import type { UnitRecord } from '../../protocols/messages/records.ts';
import { parseTopic, topicOf } from '../../protocols/messages/topics.ts';
import { fix, hello, newSigner, TestUnit } from '../gateway/test-unit.ts';
import { startWorld, until, type World } from '../gateway/world.ts';
import { asyncApiCheck, messageCheck } from './ajv.ts';
import { cborView } from './cbor-view.ts';

const document = asyncApi();
const checks = {
  batch: messageCheck(document, 'batch'),
  batchPayload: messageCheck(document, 'batchPayload'),
  downEnvelope: messageCheck(document, 'downEnvelope'),
  ackMessage: messageCheck(document, 'ackMessage'),
  downMessage: messageCheck(document, 'downMessage'),
};
const kinds = Object.keys(recordTable) as RecordKind[];
const samples: Readonly<Record<FieldRow['type'], unknown>> = {
  number: 12.5,
  text: '示例',
  bytes: Buffer.from('00ff80', 'hex'),
  bool: true,
};

function recordOf(kind: RecordKind, sampleOf: (row: FieldRow) => unknown): UnitRecord {
  const { kept, fields }: { kept: boolean; fields: readonly FieldRow[] } = recordTable[kind];
  const values = Object.fromEntries(fields.map((row) => [row.name, sampleOf(row)]));
  return { kind, seq: kept ? 7 : 0, happenedAtMs: 1e12, clock: 'gnss', values } as never;
}

/** A batch as it travels, and its payload, both as the contract shows them. */
function views(records: readonly UnitRecord[]): { batch: unknown[]; payload: unknown[] } {
  const head = { enrolment: 3, epoch: '0123456789abcdef' };
  const batch = cborView(sealBatch('XL-1', head, records, newSigner())) as unknown[];
  return { batch, payload: cborView(Buffer.from(String(batch[3]), 'base64url')) as unknown[] };
}

describe('the AsyncAPI document', () => {
  it('is one by the schema of AsyncAPI 3.0.0; another would not be', () => {
    const check = asyncApiCheck();
    expect(check(document)).toEqual([]);
    expect(check({ ...document, channels: { up: { address: 5 } } })).not.toEqual([]);
  });

  it('has the four topics of a unit, and who sends on them', () => {
    const { channels, operations } = document as {
      channels: Record<string, { address: string }>;
      operations: Record<string, { action: string }>;
    };
    const found = Object.entries(channels).map(([name, { address }]) => {
      const topic = parseTopic(address.replace('{serial}', 'XL-1234'));
      return [name, topic?.channel, operations[name]?.action];
    });
    expect(found).toEqual([
      ['up', 'up', 'receive'],
      ['ack', 'ack', 'send'],
      ['down', 'down', 'send'],
      ['will', 'will', 'receive'],
    ]);
  });

  it.each(kinds)('describes the record %s as it is encoded, with values and without', (kind) => {
    for (const sampleOf of [(row: FieldRow) => samples[row.type], () => null]) {
      const { batch, payload } = views([recordOf(kind, sampleOf)]);
      expect(checks.batch(batch)).toEqual([]);
      expect(checks.batchPayload(payload)).toEqual([]);
    }
  });

  it.each([
    ['a kind that is none', (record: unknown[]) => record.splice(0, 1, 99)],
    ['a clock source that is none', (record: unknown[]) => record.splice(3, 1, 9)],
    ['a text for a number', (record: unknown[]) => record.splice(4, 1, 'north')],
    ['a record without its head', (record: unknown[]) => record.splice(2)],
  ])('is not fitted by %s', (_name, spoil) => {
    const { payload } = views([fix(1, 1e12)]);
    const [record] = payload[2] as unknown[][];
    spoil(record ?? []);
    expect(checks.batchPayload(payload)).not.toEqual([]);
  });
});

describe('what runs over MQTT', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world.stop());

  it('is what the document says, both ways, for a unit from its first connection on', async () => {
    const unit = new TestUnit(world, 'XL-CONTRACT-1');
    await unit.enrol();
    await unit.connect();
    const heard: { channel: string; text: string }[] = [];
    unit.session?.on('message', (topic, payload) => {
      heard.push({ channel: parseTopic(topic)?.channel ?? topic, text: payload.toString('utf8') });
    });
    const now = Date.now();
    const nonce = Buffer.alloc(16, 1);
    const asksTime = { ...recordOf('timeRequest', () => nonce), happenedAtMs: now };
    const statusOf = ({ type }: FieldRow) => (type === 'bool' ? true : null);
    const sent = [
      [hello(1, now)],
      [fix(2, now), { ...recordOf('status', statusOf), seq: 3, happenedAtMs: now }],
      [asksTime],
      // Seen before: acknowledged again.
      [fix(2, now)],
    ];
    for (const records of sent) {
      const bytes = unit.seal(records);
      const batch = cborView(bytes) as unknown[];
      expect(checks.batch(batch)).toEqual([]);
      const payload = cborView(Buffer.from(String(batch[3]), 'base64url'));
      expect(checks.batchPayload(payload)).toEqual([]);
      unit.publish(bytes, topicOf(unit.serial, 'up'));
    }
    await world.admin('POST', `/units/${unit.serial}/commands`, { name: 'self-test' });
    const types = () => new Set([...unit.acks, ...unit.downs].map(({ type }) => type));
    const wanted = ['ack', 'time', 'config', 'command'] as const;
    await until('every kind of message', () => wanted.every((type) => types().has(type)), 10_000);
    expect(heard.length).toBeGreaterThanOrEqual(wanted.length);
    for (const { channel, text } of heard) {
      const envelope = JSON.parse(text) as { payload: string };
      expect(checks.downEnvelope(envelope)).toEqual([]);
      const message: unknown = JSON.parse(
        Buffer.from(envelope.payload, 'base64url').toString('utf8'),
      );
      const check = channel === 'ack' ? checks.ackMessage : checks.downMessage;
      expect(check(message), `${channel}: ${JSON.stringify(message)}`).toEqual([]);
    }
    await unit.end();
  });
});
