import type { UnitRecord } from '../../protocols/messages/records.ts';
import type { Writer } from '../../protocols/store/store.ts';
import { insertAudit } from '../registry/fleet-table.ts';
import { hasPosition, insertFixes } from '../tracks/fixes-table.ts';
import type { TrustedBatch } from './batch.ts';
import { type BurnedCode, burnedBy, insertBurned } from './burned-codes.ts';
import { type DeadLetter, insertDeadLetters } from './dead-letters.ts';
import {
  type EpochRow,
  insertRecords,
  loadRanges,
  type Stretch,
  saveRanges,
  touchEpochs,
} from './ingest-table.ts';
import { covers, mergeRanges, receivedUpTo, type SeqRange } from './ranges.ts';
import { insertSignedBatches } from './signed-batches.ts';

/** What COMMIT made true of one batch. */
export interface CommittedBatch {
  readonly batch: TrustedBatch;
  /** Records that were not there before. */
  readonly fresh: readonly UnitRecord[];
  /** Everything of the epoch is received up to here. */
  readonly upTo: number;
}

export interface Committed {
  readonly batches: readonly CommittedBatch[];
  readonly burned: readonly BurnedCode[];
  readonly newEpochs: readonly EpochRow[];
}

/** Batches of one epoch, with what is known of it. */
interface EpochWork {
  readonly epochNo: number;
  readonly batches: readonly TrustedBatch[];
  before: readonly SeqRange[];
}

interface FreshBatch extends CommittedBatch {
  readonly epochNo: number;
  readonly freshRefused: readonly DeadLetter[];
}

function epochKey({ serial, epoch }: { serial: string; epoch: string }): string {
  return `${serial} ${epoch}`;
}

function byEpoch(batches: readonly TrustedBatch[]): Map<string, TrustedBatch[]> {
  const groups = new Map<string, TrustedBatch[]>();
  for (const batch of batches) {
    const key = epochKey({ serial: batch.unit.serial, epoch: batch.epoch });
    groups.set(key, [...(groups.get(key) ?? []), batch]);
  }
  return groups;
}

function seqsOf({ kept, refused }: TrustedBatch): number[] {
  return [...kept, ...refused].map(({ seq }) => seq);
}

function stretchOf({ epochNo, batches }: EpochWork): Stretch {
  const seqs = batches.flatMap(seqsOf);
  return { epochNo, first: Math.min(...seqs), last: Math.max(...seqs) };
}

/** Sorts what is new from what came before, batch by batch in the order of arrival. */
function takeFresh({ epochNo, batches, before }: EpochWork): FreshBatch[] {
  let ranges = before;
  return batches.map((batch) => {
    const known = ranges;
    const seen = new Set<number>();
    const isFresh = ({ seq }: { seq: number }) => {
      if (covers(known, seq) || seen.has(seq)) return false;
      seen.add(seq);
      return true;
    };
    const fresh = batch.kept.filter(isFresh);
    const freshRefused = batch.refused.filter(isFresh).map(({ seq, reason }) => ({
      serial: batch.unit.serial,
      epoch: batch.epoch,
      seq,
      reason,
      body: batch.payload,
    }));
    const added = seqsOf(batch).map((seq) => ({ first: seq, last: seq }));
    ranges = mergeRanges([...known, ...added]);
    return { batch, epochNo, fresh, freshRefused, upTo: receivedUpTo(ranges) };
  });
}

function rangesAfter({ epochNo, batches, before }: EpochWork): Stretch[] {
  const added = batches.flatMap(seqsOf).map((seq) => ({ first: seq, last: seq }));
  return mergeRanges([...before, ...added]).map((range) => ({ ...range, epochNo }));
}

async function openEpochs(tx: Writer, batches: readonly TrustedBatch[], atMs: number) {
  const groups = byEpoch(batches);
  const uses = [...groups.values()].flatMap((group) => {
    const last = group.at(-1);
    if (last === undefined) return [];
    return [{ serial: last.unit.serial, epoch: last.epoch, enrolment: last.enrolment }];
  });
  const rows = await touchEpochs(tx, uses, atMs);
  const works = rows.map(
    (row): EpochWork => ({
      epochNo: row.epochNo,
      batches: groups.get(epochKey(row)) ?? [],
      before: [],
    }),
  );
  for (const range of await loadRanges(tx, works.map(stretchOf))) {
    const work = works.find(({ epochNo }) => epochNo === range.epochNo);
    if (work !== undefined) work.before = [...work.before, range];
  }
  return { works, newEpochs: rows.filter(({ isNew }) => isNew) };
}

async function saveProgress(tx: Writer, works: readonly EpochWork[]): Promise<void> {
  const after = works.flatMap(rangesAfter);
  const stays = new Set(after.map(({ epochNo, first }) => `${epochNo} ${first}`));
  const gone = works.flatMap(({ epochNo, before }) =>
    before
      .filter(({ first }) => !stays.has(`${epochNo} ${first}`))
      .map((range) => ({ ...range, epochNo })),
  );
  await saveRanges(tx, gone, after);
}

/**
 * Writes batches in one transaction, a record once by (serial, epoch, seq) however often it comes.
 * Every batch has a kept or a refused record.
 * @param offsetS unit clock − gateway clock of a serial, in seconds
 */
export async function commitBatches(
  tx: Writer,
  batches: readonly TrustedBatch[],
  atMs: number,
  offsetS: (serial: string) => number,
): Promise<Committed> {
  const { works, newEpochs } = await openEpochs(tx, batches, atMs);
  const taken = works.flatMap(takeFresh);
  const rows = taken.flatMap(({ batch, epochNo, fresh }) =>
    fresh.map((record) => ({ batch, epochNo, record, receivedAtMs: batch.receivedAtMs })),
  );
  await insertFixes(
    tx,
    rows.flatMap(({ batch, epochNo, record }) =>
      hasPosition(record) ? [{ unitId: batch.unit.unitId, epochNo, record }] : [],
    ),
  );
  await insertRecords(
    tx,
    rows.filter(({ record }) => !hasPosition(record)),
  );
  const fresh = taken.filter((one) => one.fresh.length > 0);
  await insertSignedBatches(
    tx,
    fresh.map(({ batch }) => batch),
  );
  const burned = rows.flatMap(({ batch, record, receivedAtMs }) => {
    const code = burnedBy(record, batch.key.keyId, receivedAtMs, offsetS(batch.unit.serial));
    return code === null ? [] : [code];
  });
  await insertBurned(tx, burned);
  await insertDeadLetters(
    tx,
    taken.flatMap(({ freshRefused }) => freshRefused),
    atMs,
  );
  for (const { serial, epoch } of newEpochs)
    await insertAudit(tx, atMs, serial, 'epoch', { epoch });
  await saveProgress(tx, works);
  return { batches: taken, burned, newEpochs };
}
