import type { UnitRecord } from '../../protocols/messages/records.ts';
import type { SeqRange } from '../../protocols/messages/seq-runs.ts';
import type { Writer } from '../../protocols/store/store.ts';
import { insertAudit } from '../registry/fleet-table.ts';
import { hasPosition, insertFixes } from '../tracks/fixes-table.ts';
import type { TrustedBatch } from './batch.ts';
import { type BurnedCode, burnedBy, insertBurned } from './burned-codes.ts';
import { type DeadLetter, insertDeadLetters } from './dead-letters.ts';
import { givenUpBy, loadGivenUp, saveGivenUp } from './given-up.ts';
import {
  type EpochRow,
  insertRecords,
  loadRanges,
  type Stretch,
  saveRanges,
  touchEpochs,
} from './ingest-table.ts';
import { covers, mergeRanges, receivedUpTo, withoutRanges } from './ranges.ts';
import { insertSignedBatches } from './signed-batches.ts';

/** What COMMIT made true of one batch. */
export interface CommittedBatch {
  readonly batch: TrustedBatch;
  /** Records that were not there before. */
  readonly fresh: readonly UnitRecord[];
  /** Everything of the epoch is received, or given up by its unit, up to here. */
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
  before: EpochState;
}

/** What is known of the numbers of an epoch: ranges in order, no two touching. */
interface EpochState {
  /** Nothing of these is waited for: received, or given up. */
  readonly settled: readonly SeqRange[];
  /** Of the settled: given up and not received. */
  readonly givenUp: readonly SeqRange[];
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
  const firsts = batches.flatMap(({ kept }) => kept.flatMap((one) => givenUpBy(one)[0] ?? []));
  const first = Math.min(...seqs, ...firsts.map((range) => range.first));
  return { epochNo, first, last: Math.max(...seqs) };
}

/** What is known after a batch. What is received is not given up, whichever is known first. */
function stateAfter({ settled, givenUp }: EpochState, batch: TrustedBatch): EpochState {
  const received = mergeRanges(seqsOf(batch).map((seq) => ({ first: seq, last: seq })));
  const named = mergeRanges(batch.kept.flatMap(givenUpBy));
  return {
    settled: mergeRanges([...settled, ...received, ...named]),
    givenUp: withoutRanges(mergeRanges([...givenUp, ...withoutRanges(named, settled)]), received),
  };
}

interface EpochTaken {
  readonly work: EpochWork;
  readonly batches: readonly FreshBatch[];
  readonly after: EpochState;
}

/** Sorts what is new from what came before, batch by batch in the order of arrival. */
function takeFresh(work: EpochWork): EpochTaken {
  const { epochNo } = work;
  let state = work.before;
  const batches = work.batches.map((batch) => {
    const known = withoutRanges(state.settled, state.givenUp);
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
    state = stateAfter(state, batch);
    return { batch, epochNo, fresh, freshRefused, upTo: receivedUpTo(state.settled) };
  });
  return { work, batches, after: state };
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
      before: { settled: [], givenUp: [] },
    }),
  );
  const stretches = works.map(stretchOf);
  const [settled, givenUp] = [await loadRanges(tx, stretches), await loadGivenUp(tx, stretches)];
  for (const work of works) {
    const isOfWork = ({ epochNo }: Stretch) => epochNo === work.epochNo;
    work.before = {
      settled: settled.filter(isOfWork),
      givenUp: givenUp.filter(isOfWork),
    };
  }
  return { works, newEpochs: rows.filter(({ isNew }) => isNew) };
}

async function saveProgress(tx: Writer, taken: readonly EpochTaken[], atMs: number): Promise<void> {
  const stretches = (of: (one: EpochTaken) => readonly SeqRange[]): Stretch[] =>
    taken.flatMap((one) =>
      of(one).map(({ first, last }) => ({ first, last, epochNo: one.work.epochNo })),
    );
  const after = stretches((one) => one.after.settled);
  const stays = new Set(after.map(({ epochNo, first }) => `${epochNo} ${first}`));
  const gone = stretches(({ work }) => work.before.settled).filter(
    ({ epochNo, first }) => !stays.has(`${epochNo} ${first}`),
  );
  await saveRanges(tx, gone, after);
  const before = stretches(({ work }) => work.before.givenUp);
  await saveGivenUp(
    tx,
    before,
    stretches((one) => one.after.givenUp),
    atMs,
  );
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
  const epochs = works.map(takeFresh);
  const taken = epochs.flatMap((one) => one.batches);
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
  await saveProgress(tx, epochs, atMs);
  return { batches: taken, burned, newEpochs };
}
