import { createPublicKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  batchBytesMax,
  batchRecordsMax,
  openBatch,
  readPayload,
  sealBatch,
} from '../../../protocols/messages/batch.ts';
import type { UnitRecord } from '../../../protocols/messages/records.ts';
import { privateKeyFromSeed, verifyEd25519 } from '../../../protocols/signed/ed25519.ts';
import { signerFromSeed } from '../../support/keys.ts';
import { Random, seedOr } from '../../support/random.ts';

const seed = seedOr(42);
const signer = signerFromSeed(Buffer.alloc(32, 9));
const publicKey = createPublicKey(privateKeyFromSeed(Buffer.alloc(32, 9)));
const head = { enrolment: 3, epoch: '00112233445566ff' };

function fix(seq: number, random = new Random(seq)): UnitRecord {
  return {
    kind: 'fix',
    seq,
    happenedAtMs: 1_790_000_000_000 + seq * 5_000,
    clock: 'gnss',
    values: {
      lat: Math.round((36 + random.next()) * 1e7) / 1e7,
      lon: Math.round((114 + random.next()) * 1e7) / 1e7,
      altM: random.whole(0, 900),
      speedMps: random.whole(0, 3_300) / 100,
      courseDeg: random.whole(0, 3_599) / 10,
      satsUsed: random.whole(4, 20),
      hdop: random.whole(5, 40) / 10,
      quality: 3,
    },
  };
}

const shown: UnitRecord = {
  kind: 'shown',
  seq: 51,
  happenedAtMs: 1_790_000_123_456,
  clock: 'gateway',
  values: {
    code: Buffer.alloc(82, 5),
    layoutVersion: 1,
    contentVersion: null,
    frameHash: Buffer.alloc(16, 6),
    decodedOk: true,
    panelMode: 'partial',
  },
};

function opened(bytes: Uint8Array) {
  const batch = openBatch('XL-0001', bytes);
  if (typeof batch === 'string') throw new Error(batch);
  return batch;
}

describe('a batch of records', () => {
  it('comes back with every value, null staying null, under a signature that holds', () => {
    const records = [fix(1), fix(2), shown];
    const batch = opened(sealBatch('XL-0001', head, records, signer));
    expect(batch).toMatchObject(head);
    expect(verifyEd25519(publicKey, batch.message, batch.signature)).toBe(true);
    const entries = readPayload(batch.payload);
    expect(entries?.every(({ ok }) => ok)).toBe(true);
    const back = entries?.map((entry) => (entry.ok ? entry.record : null));
    expect(back).toHaveLength(3);
    expect(back?.[0]).toStrictEqual(records[0]);
    expect(back?.[2]?.values).toMatchObject({ contentVersion: null, decodedOk: true });
  });

  it('carries a fix in at most 40 bytes and 50 of them in at most 8 KB', () => {
    const fixes = Array.from({ length: batchRecordsMax }, (_, index) => fix(100_000 + index));
    const one = sealBatch('XL-0001', head, fixes.slice(0, 1), signer).length;
    const all = sealBatch('XL-0001', head, fixes, signer).length;
    expect((all - one) / (batchRecordsMax - 1)).toBeLessThanOrEqual(40);
    expect(all).toBeLessThanOrEqual(batchBytesMax);
  });

  it('is worth nothing under another serial, enrolment or epoch', () => {
    const bytes = sealBatch('XL-0001', head, [fix(1)], signer);
    const other = openBatch('XL-0002', bytes);
    if (typeof other === 'string') throw new Error(other);
    expect(verifyEd25519(publicKey, other.message, other.signature)).toBe(false);
    for (const changes of [{ enrolment: 4 }, { epoch: 'ffffffffffffffff' }]) {
      const foreign = opened(sealBatch('XL-0001', { ...head, ...changes }, [fix(1)], signer));
      const genuine = opened(bytes);
      expect(verifyEd25519(publicKey, foreign.message, genuine.signature)).toBe(false);
    }
  });

  it(`never throws and never verifies after 100,000 random damages (seed ${seed})`, () => {
    const random = new Random(seed);
    const genuine = sealBatch('XL-0001', head, [fix(1), shown], signer);
    for (let run = 0; run < 100_000; run += 1) {
      const damaged = Buffer.from(genuine);
      const at = random.whole(0, damaged.length - 1);
      damaged[at] = (damaged[at] ?? 0) ^ random.whole(1, 255);
      const cut = damaged.subarray(0, random.next() < 0.3 ? random.whole(0, at) : undefined);
      const batch = openBatch('XL-0001', cut);
      if (typeof batch === 'string') continue;
      expect(verifyEd25519(publicKey, batch.message, batch.signature), `byte ${at}`).toBe(false);
      readPayload(batch.payload);
    }
  });

  it('names the records it cannot read and keeps the others', () => {
    const record = fix(7);
    const bad = { ...fix(8), values: { ...record.values, lat: 'north' } } as unknown as UnitRecord;
    const { payload } = opened(sealBatch('XL-0001', head, [record, fix(9)], signer));
    expect(readPayload(payload)?.map(({ ok }) => ok)).toStrictEqual([true, true]);
    const mixed = opened(sealBatch('XL-0001', head, [record, bad], signer));
    const entries = readPayload(mixed.payload);
    expect(entries?.[0]?.ok).toBe(true);
    expect(entries?.[1]).toMatchObject({ ok: false, seq: 8, problem: 'bad-field' });
  });
});
