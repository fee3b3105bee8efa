import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type NewRecord, Outbox } from '../../../device/outbox/outbox.ts';
import { covers, mergeRanges } from '../../../gateway/ingest/ranges.ts';
import { plainSteps } from '../../../gateway/retention/steps.ts';
import { UnitTracks } from '../../../gateway/tracks/tracks.ts';
import type { UnitRecord } from '../../../protocols/messages/records.ts';
import {
  encodeSeqRuns,
  rangesOfSeqs,
  type SeqRange,
} from '../../../protocols/messages/seq-runs.ts';
import { makeStore, seededBytes, temporaryFolder } from '../../device/support/world.ts';
import { SeededRandom } from '../seeded-random.ts';
import { fix } from '../test-unit.ts';
import { IngestWorld, type Unit } from './ingest-world.ts';

type GapValues = Extract<UnitRecord, { kind: 'gap' }>['values'];

/** A gap over numbers, ascending. */
function gap(seq: number, atMs: number, seqs: readonly number[], other: Partial<GapValues> = {}) {
  const values = {
    firstSeq: seqs[0] ?? null,
    lastSeq: seqs.at(-1) ?? null,
    records: seqs.length,
    reason: 'thinned-fix',
    seqRuns: encodeSeqRuns(rangesOfSeqs(seqs)),
    ...other,
  };
  return { kind: 'gap', seq, happenedAtMs: atMs, clock: 'gnss', values } as UnitRecord;
}

function shuffled<Item>(items: readonly Item[], random: SeededRandom): Item[] {
  const all = [...items];
  for (let at = all.length - 1; at > 0; at -= 1) {
    const other = random.whole(0, at);
    [all[at], all[other]] = [all[other] as Item, all[at] as Item];
  }
  return all;
}

describe('what a unit gave up', () => {
  let world: IngestWorld;
  let unit: Unit;
  let t = 0;
  beforeEach(async () => {
    world = await IngestWorld.open();
    unit = await world.enrol('XL-GU-0001');
    t = world.env.ms;
  });
  afterEach(() => world.kept.remove());

  const upTo = () => world.acks.at(-1)?.ack.upTo;
  const givenUp = () =>
    world.kept.store.all<SeqRange>(
      'SELECT first_seq AS first, last_seq AS last FROM given_up_range ORDER BY first_seq',
    );
  const told = () => world.committed.map(({ record }) => record.seq).sort((a, b) => a - b);

  it('is waited for no more: the acknowledgement goes on, and no hole is left in a track', async () => {
    const tracks = new UnitTracks(world.kept.store, world.ingest, world.env);
    await world.send(unit, [fix(1, t), fix(3, t + 2), fix(5, t + 4), fix(6, t + 5)]);
    expect(upTo()).toBe(1);
    expect(await tracks.hasGap(1, t, t + 5)).toBe(true);
    await world.send(unit, [gap(8, t + 9, [2, 4])]);
    expect(upTo()).toBe(6);
    expect(await tracks.hasGap(1, t, t + 5)).toBe(false);
    await world.send(unit, [fix(7, t + 6)]);
    expect(upTo()).toBe(8);
    expect(await world.storedSeqs()).toStrictEqual([1, 3, 5, 6, 7, 8]);
    expect(told()).toStrictEqual([1, 3, 5, 6, 7, 8]);
    expect(await givenUp()).toStrictEqual([
      { first: 2, last: 2 },
      { first: 4, last: 4 },
    ]);
  });

  it('is taken once when it comes after all, and is then no gap any more', async () => {
    await world.send(unit, [fix(1, t), gap(6, t + 9, [2, 3, 4, 5])]);
    expect(upTo()).toBe(6);
    await world.send(unit, [fix(3, t + 2)]);
    await world.send(unit, [fix(3, t + 2), gap(6, t + 9, [2, 3, 4, 5])]);
    expect(await world.storedSeqs()).toStrictEqual([1, 3, 6]);
    expect(told()).toStrictEqual([1, 3, 6]);
    expect(upTo()).toBe(6);
    expect(await givenUp()).toStrictEqual([
      { first: 2, last: 2 },
      { first: 4, last: 5 },
    ]);
  });

  it('is not what had come before, nor what comes beside it', async () => {
    await world.send(unit, [fix(1, t), fix(2, t + 1)]);
    await world.send(unit, [gap(5, t + 9, [2, 3, 4]), fix(4, t + 3)]);
    expect(await givenUp()).toStrictEqual([{ first: 3, last: 3 }]);
    expect(told()).toStrictEqual([1, 2, 4, 5]);
  });

  it('is nothing by a gap that names none, ends elsewhere, or speaks of what comes after it', async () => {
    await world.send(unit, [
      fix(1, t),
      gap(10, t, [2, 4], { seqRuns: null }),
      gap(11, t, [2, 4], { lastSeq: 5 }),
      gap(12, t, [2, 12]),
      gap(13, t, [2, 14]),
      gap(14, t, [2, 4], { seqRuns: Uint8Array.of(0x81) }),
      gap(15, t, [0, 4]),
    ]);
    expect(upTo()).toBe(1);
    expect(await givenUp()).toStrictEqual([]);
    expect(await world.storedSeqs()).toStrictEqual([1, 10, 11, 12, 13, 14, 15]);
  });

  it('is forgotten with the gaps that say so, and waited for no more even then', async () => {
    await world.send(unit, [fix(1, t), gap(3, t, [2])]);
    const sweepAt = async (ms: number) => {
      const step = plainSteps(ms).find(({ name }) => name === 'given up');
      return world.kept.store.write(async (tx) => step?.take(tx, 10));
    };
    const dayMs = 86_400_000;
    expect(await sweepAt(t + 90 * dayMs)).toBe(0);
    expect(await sweepAt(t + 90 * dayMs + 1)).toBe(1);
    expect(await givenUp()).toStrictEqual([]);
    await world.send(unit, [fix(4, t)]);
    expect(upTo()).toBe(4);
  });

  it('adds up in whatever order, however often, and in whatever commits it is told', async () => {
    const seed = 4_715;
    const random = new SeededRandom(seed);
    for (let run = 0; run < 12; run += 1) {
      const one = await world.enrol(`XL-GU-1${run}`);
      const last = 60;
      const gaps = new Map(
        [20, 40, 50, 60].map((seq) => {
          const named = Array.from({ length: seq - 1 }, (_, index) => index + 1);
          return [seq, named.filter(() => random.whole(1, 4) === 1)] as const;
        }),
      );
      for (const seqs of gaps.values()) if (seqs.length === 0) seqs.push(1);
      const all = Array.from({ length: last }, (_, index) => {
        const seqs = gaps.get(index + 1);
        return seqs === undefined ? fix(index + 1, t + index) : gap(index + 1, t + index, seqs);
      });
      const named = new Set([...gaps.values()].flat());
      const isSent = ({ seq }: UnitRecord) => !named.has(seq) || random.whole(1, 5) === 1;
      const sent = all.filter((record) => isSent(record) || gaps.has(record.seq));
      const line = shuffled([...sent, ...sent.filter(() => random.whole(1, 3) === 1)], random);
      world.committed.length = 0;
      while (line.length > 0) {
        const batches = Array.from({ length: random.whole(1, 4) }, () =>
          line.splice(0, random.whole(1, 6)),
        ).filter(({ length }) => length > 0);
        await Promise.all(batches.map((batch) => world.send(one, batch)));
      }
      const what = `seed ${seed}, run ${run}`;
      const seqs = sent.map(({ seq }) => seq);
      expect(told(), what).toStrictEqual(seqs);
      expect(upTo(), what).toBe(last);
      const rows = await world.kept.store.all<SeqRange>(
        `SELECT first_seq AS first, last_seq AS last FROM given_up_range
        WHERE epoch_no = (SELECT max(epoch_no) FROM epoch) ORDER BY first_seq`,
      );
      expect(rows, what).toStrictEqual(mergeRanges(rows));
      for (let seq = 1; seq <= last; seq += 1) {
        expect(covers(rows, seq), `${what}, ${seq}`).toBe(named.has(seq) && !seqs.includes(seq));
      }
    }
  });

  it('is told by the outbox that gave it up: in the end nothing waits on either side', async () => {
    const folder = temporaryFolder();
    const store = await makeStore(folder.path);
    try {
      const outbox = await Outbox.open(store, {
        randomBytes: seededBytes('given up'),
        stamp: () => ({ happenedAtMs: t, clock: 'gnss' }),
        caps: { rowsMax: 60, bytesMax: 1e9, stepRows: 10 },
      });
      const sender = { ...unit, epoch: outbox.epoch };
      for (let index = 0; index < 200; index += 1) {
        const { seq: _seq, ...record } = fix(1, t + index);
        await outbox.append(record as NewRecord);
      }
      const records = await outbox.waiting(0, 1_000);
      const highest = records.at(-1)?.seq ?? 0;
      expect(records.length).toBeLessThan(100);
      for (let at = 0; at < records.length; at += 20) {
        await world.send(sender, records.slice(at, at + 20));
      }
      expect(upTo()).toBe(highest);
      const ranges = await givenUp();
      const missing = ranges.reduce((sum, { first, last }) => sum + last - first + 1, 0);
      expect(missing + records.length).toBe(highest);
      const last = world.acks.at(-1)?.ack;
      if (last !== undefined) await outbox.settle(last, 1, highest);
      expect(await outbox.waiting(0, 10)).toStrictEqual([]);
    } finally {
      await store.close();
      folder.remove();
    }
  });
});
