import { Encoder } from 'cbor-x';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BurnedCodeSet } from '../../../gateway/ingest/burned-codes.ts';
import { deadLettersMax, insertDeadLetters } from '../../../gateway/ingest/dead-letters.ts';
import type { UnitRecord } from '../../../protocols/messages/records.ts';
import { signCode } from '../../../protocols/scan-code/code.ts';
import { domainBytes, domains } from '../../../protocols/signed/domain.ts';
import { SeededRandom } from '../seeded-random.ts';
import { fix, hello } from '../test-unit.ts';
import { IngestWorld, type Unit } from './ingest-world.ts';

function turns(count = 20): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, count);
  });
}

/** One bit of the signature: setting the byte to a value would leave one signature in sixteen. */
function withLastBitTurned(bytes: Buffer): Buffer {
  const damaged = Buffer.from(bytes);
  damaged.writeUInt8(damaged.readUInt8(damaged.length - 1) ^ 1, damaged.length - 1);
  return damaged;
}

describe('ingest', () => {
  let world: IngestWorld;
  let unit: Unit;
  let t = 0;
  beforeEach(async () => {
    world = await IngestWorld.open();
    unit = await world.enrol('XL-IN-0001');
    t = world.env.ms;
  });
  afterEach(() => world.kept.remove());

  it('stores what a unit signed, tells it after COMMIT, and acknowledges', async () => {
    await world.send(unit, [hello(1, t), fix(2, t + 1), fix(3, t + 2)]);
    expect(await world.storedSeqs()).toStrictEqual([1, 2, 3]);
    expect(world.acks).toStrictEqual([
      {
        serial: unit.serial,
        ack: { type: 'ack', epoch: unit.epoch, upTo: 3, also: [], nack: [] },
      },
    ]);
    expect(world.committed.map(({ record }) => record.seq)).toStrictEqual([1, 2, 3]);
    expect(world.heard).toStrictEqual([unit.serial]);
  });

  it('acknowledges nothing before COMMIT', async () => {
    let open: () => void = () => undefined;
    world.store.gate = new Promise((resolve) => {
      open = resolve;
    });
    const taken = world.send(unit, [fix(1, t)]);
    await turns(150);
    expect(world.acks).toStrictEqual([]);
    expect(world.committed).toStrictEqual([]);
    open();
    await taken;
    expect(world.acks.length).toBe(1);
  });

  it('acknowledges nothing that was not committed, and takes it when it comes again', async () => {
    world.store.failures = 2;
    await world.send(unit, [fix(1, t)]);
    expect(world.acks).toStrictEqual([]);
    expect(await world.storedSeqs()).toStrictEqual([]);
    await world.send(unit, [fix(1, t)]);
    expect(await world.storedSeqs()).toStrictEqual([1]);
    expect(world.acks.map(({ ack }) => ack.upTo)).toStrictEqual([1]);
  });

  it('does not let one batch that cannot be committed take others with it', async () => {
    const other = await world.enrol('XL-IN-0002');
    world.store.refuse = async (tx) => {
      const bad = await tx.get("SELECT 1 FROM epoch WHERE serial = 'XL-IN-0002'");
      if (bad !== undefined) throw new Error('poison');
    };
    await Promise.all([world.send(unit, [fix(1, t)]), world.send(other, [fix(1, t)])]);
    expect(world.acks.map(({ serial }) => serial)).toStrictEqual([unit.serial]);
    expect(await world.storedSeqs()).toStrictEqual([1]);
  });

  it('stores a record once, however often it comes, and acknowledges it each time', async () => {
    await world.send(unit, [fix(1, t), fix(2, t)]);
    await world.send(unit, [fix(1, t), fix(2, t), fix(3, t)]);
    await Promise.all([world.send(unit, [fix(3, t)]), world.send(unit, [fix(3, t), fix(4, t)])]);
    expect(await world.storedSeqs()).toStrictEqual([1, 2, 3, 4]);
    expect(world.committed.map(({ record }) => record.seq)).toStrictEqual([1, 2, 3, 4]);
    expect(world.acks.map(({ ack }) => ack.upTo)).toStrictEqual([2, 3, 3, 4]);
  });

  it('names what is committed beyond a hole, and closes the hole when it is filled', async () => {
    await world.send(unit, [fix(1, t)]);
    await world.send(unit, [fix(3, t), fix(5, t)]);
    expect(world.acks.at(-1)?.ack).toMatchObject({ upTo: 1, also: [3, 5] });
    await world.send(unit, [fix(2, t)]);
    expect(world.acks.at(-1)?.ack).toMatchObject({ upTo: 3, also: [] });
    await world.send(unit, [fix(4, t)]);
    expect(world.acks.at(-1)?.ack).toMatchObject({ upTo: 5, also: [] });
    expect(
      await world.kept.store.all('SELECT first_seq, last_seq FROM received_range'),
    ).toStrictEqual([{ first_seq: 1, last_seq: 5 }]);
  });

  it('keeps exactly what was sent over 200 shuffled, doubled and refused batches', async () => {
    const seed = 4711;
    const random = new SeededRandom(seed);
    const sent = new Set<number>();
    for (let batch = 0; batch < 200; batch += 1) {
      const records = Array.from({ length: random.whole(1, 6) }, () => random.whole(1, 500));
      if (random.next() < 0.1) world.store.failures = 2;
      const acksBefore = world.acks.length;
      await world.send(
        unit,
        [...new Set(records)].map((seq) => fix(seq, t + seq)),
      );
      world.store.failures = 0;
      if (world.acks.length > acksBefore) for (const seq of records) sent.add(seq);
    }
    const expected = [...sent].sort((a, b) => a - b);
    expect(await world.storedSeqs(), `seed ${seed}`).toStrictEqual(expected);
    const told = world.committed.map(({ record }) => record.seq).sort((a, b) => a - b);
    expect(told, `seed ${seed}`).toStrictEqual(expected);
  }, 120_000);

  it('counts each epoch of a key by itself and notes the change', async () => {
    await world.send(unit, [fix(1, t)]);
    await world.send({ ...unit, epoch: '00ff00ff00ff00ff' }, [fix(1, t + 1)]);
    expect(world.acks.map(({ ack }) => [ack.epoch, ack.upTo])).toStrictEqual([
      [unit.epoch, 1],
      ['00ff00ff00ff00ff', 1],
    ]);
    expect(await world.storedSeqs()).toStrictEqual([1, 1]);
    const audits = await world.kept.store.all(
      "SELECT detail FROM audit_event WHERE event = 'epoch' ORDER BY id",
    );
    expect(audits.length).toBe(2);
  });

  it.each([
    ['bad-signature', withLastBitTurned],
    ['not-a-batch', (bytes: Buffer) => bytes.subarray(0, 40)],
    ['not-a-batch', () => Buffer.from('{"lat":38}')],
    ['too-large', () => Buffer.alloc(9000)],
  ])('buries a batch that is %s and says nothing to the unit', async (reason, damage) => {
    await world.ingest.take(unit.serial, damage(world.seal(unit, [fix(1, t)])));
    expect(await world.deadLetters()).toStrictEqual([{ serial: unit.serial, seq: null, reason }]);
    expect(world.acks).toStrictEqual([]);
    expect(await world.storedSeqs()).toStrictEqual([]);
    expect(world.heard).toStrictEqual([]);
  });

  it('buries a batch of another enrolment, of another unit, and of a revoked one', async () => {
    await world.ingest.take(unit.serial, world.seal(unit, [fix(1, t)], 2));
    const other = await world.enrol('XL-IN-0002');
    await world.ingest.take(other.serial, world.seal(unit, [fix(1, t)]));
    await world.registry.apply(unit.serial, 'revoke', 'test', 'stolen');
    await world.send(unit, [fix(1, t)]);
    expect((await world.deadLetters()).map(({ reason }) => reason)).toStrictEqual([
      'unknown-key',
      'bad-signature',
      'unknown-key',
    ]);
    expect(await world.storedSeqs()).toStrictEqual([]);
  });

  it('refuses one bad record, keeps the rest, and refuses it again when it comes again', async () => {
    const bad = fix(2, t, 91);
    const broken = { ...hello(3, t), values: { bootId: 7 } } as unknown as UnitRecord;
    for (let times = 0; times < 2; times += 1) {
      await world.send(unit, [fix(1, t), bad, broken, fix(4, t)]);
      expect(world.acks.at(-1)?.ack).toStrictEqual({
        type: 'ack',
        epoch: unit.epoch,
        upTo: 4,
        also: [],
        nack: [
          { seq: 2, reason: 'bad-value' },
          { seq: 3, reason: 'bad-field' },
        ],
      });
    }
    expect(await world.storedSeqs()).toStrictEqual([1, 4]);
    expect(await world.deadLetters()).toStrictEqual([
      { serial: unit.serial, seq: 2, reason: 'bad-value' },
      { serial: unit.serial, seq: 3, reason: 'bad-field' },
    ]);
  });

  it('buries a signed payload that is none', async () => {
    const encoder = new Encoder({ tagUint8Array: false, useRecords: false });
    const firstFour = Buffer.concat(
      [1, 1, Buffer.from(unit.epoch, 'hex'), encoder.encode('no payload')].map((value) =>
        encoder.encode(value),
      ),
    );
    const message = domainBytes(domains.batch, Buffer.from(`${unit.serial}\0`, 'ascii'), firstFour);
    const signature = unit.signer.sign(message);
    const bytes = [Buffer.from([0x85]), firstFour, Buffer.from([0x58, 64]), signature];
    await world.ingest.take(unit.serial, Buffer.concat(bytes));
    expect((await world.deadLetters()).map(({ reason }) => reason)).toStrictEqual(['bad-payload']);
  });

  it('keeps the newest dead letters only', async () => {
    const letter = { serial: 'X', epoch: null, seq: null, reason: 'r', body: Buffer.from('b') };
    await world.kept.store.write(async (tx) => {
      await tx.run(
        `INSERT INTO dead_letter (at_ms, serial, reason, body)
        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
        SELECT i, 'X', 'r', x'00' FROM n`,
        [deadLettersMax],
      );
      await insertDeadLetters(tx, [letter, letter], 1);
    });
    const row = await world.kept.store.get<{ n: number; oldest: number }>(
      'SELECT count(*) AS n, min(id) AS oldest FROM dead_letter',
    );
    expect(row).toStrictEqual({ n: deadLettersMax, oldest: 3 });
  });

  it('answers a question for time at once, without storing or acknowledging it', async () => {
    const nonce = Buffer.from('nonce');
    await world.send(unit, [
      { kind: 'timeRequest', seq: 0, happenedAtMs: t, clock: 'none', values: { nonce } },
    ]);
    expect(world.fleeting.map(({ record }) => record.kind)).toStrictEqual(['timeRequest']);
    expect(world.acks).toStrictEqual([]);
    expect(await world.storedSeqs()).toStrictEqual([]);
  });

  it('burns a code that was shown ahead of its time, for good', async () => {
    const nowS = Math.floor(t / 1000);
    const codeAt = (issuedAt: number) =>
      signCode(
        {
          ...{ kind: 0, unitId: 1, issuedAt, ttlS: 30, duty: 0, lat: null, lon: null },
          ...{ fixAgeS: null, incidentRef: 0 },
        },
        unit.signer,
      );
    const shown = (seq: number, issuedAt: number): UnitRecord => ({
      kind: 'shown',
      seq,
      happenedAtMs: t,
      clock: 'gnss',
      values: {
        code: codeAt(issuedAt),
        layoutVersion: 1,
        contentVersion: 1,
        frameHash: null,
        decodedOk: true,
        panelMode: null,
      },
    });
    await world.send(unit, [shown(1, nowS), shown(2, nowS + 10), shown(3, nowS + 3600)]);
    const [key] = world.registry.unitKeys(1);
    const isBurned = (set: typeof world.burned, at: number) => set.isBurned(key?.keyId ?? '', at);
    expect([nowS, nowS + 10, nowS + 3600].map((at) => isBurned(world.burned, at))).toStrictEqual([
      false,
      false,
      true,
    ]);
    world.offsetS = 60;
    await world.send(unit, [shown(4, nowS + 60)]);
    expect(isBurned(world.burned, nowS + 60)).toBe(false);
    const again = new BurnedCodeSet(world.kept.store, world.env);
    await again.start();
    expect(isBurned(again, nowS + 3600)).toBe(true);
    expect(isBurned(again, nowS)).toBe(false);
  });
});
