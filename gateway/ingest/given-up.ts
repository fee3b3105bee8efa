import type { UnitRecord } from '../../protocols/messages/records.ts';
import { decodeSeqRuns, type SeqRange } from '../../protocols/messages/seq-runs.ts';
import { jsonField, jsonFields } from '../../protocols/store/json-rows.ts';
import type { Writer } from '../../protocols/store/store.ts';
import type { Stretch } from './ingest-table.ts';

/**
 * Numbers that a `gap` says its unit has no more, ascending: they were written before it, and the
 * runs end where it says. None of a gap that names none, as units before `seqRuns` wrote them: of
 * theirs every second number is still on its way.
 */
export function givenUpBy(record: UnitRecord): readonly SeqRange[] {
  if (record.kind !== 'gap') return [];
  const { firstSeq, lastSeq, seqRuns } = record.values;
  if (firstSeq === null || lastSeq === null || seqRuns === null) return [];
  if (!Number.isSafeInteger(firstSeq) || firstSeq < 1 || lastSeq >= record.seq) return [];
  const ranges = decodeSeqRuns(firstSeq, seqRuns);
  return ranges !== null && ranges.at(-1)?.last === lastSeq ? ranges : [];
}

/** What is given up of the stretches: rows that touch them, ascending. */
export async function loadGivenUp(tx: Writer, stretches: readonly Stretch[]): Promise<Stretch[]> {
  return tx.all<Stretch>(
    `SELECT given.epoch_no AS epochNo, given.first_seq AS first, given.last_seq AS last
    FROM json_each(?) AS stretch JOIN given_up_range AS given
      ON given.epoch_no = ${jsonField('whole', 0, 'stretch')}
      AND given.first_seq <= ${jsonField('whole', 2, 'stretch')} + 1
      AND given.last_seq >= ${jsonField('whole', 1, 'stretch')} - 1
    ORDER BY given.epoch_no, given.first_seq`,
    [JSON.stringify(stretches.map(({ epochNo, first, last }) => [epochNo, first, last]))],
  );
}

const keyOf = ({ epochNo, first, last }: Stretch) => `${epochNo} ${first} ${last}`;

/** Puts what is given up now in the place of what was before. */
export async function saveGivenUp(
  tx: Writer,
  before: readonly Stretch[],
  after: readonly Stretch[],
  atMs: number,
): Promise<void> {
  const [was, is] = [new Set(before.map(keyOf)), new Set(after.map(keyOf))];
  const gone = before.filter((one) => !is.has(keyOf(one)));
  const fresh = after.filter((one) => !was.has(keyOf(one)));
  if (gone.length > 0) {
    await tx.run(
      `DELETE FROM given_up_range WHERE (epoch_no, first_seq) IN
        (SELECT ${jsonFields(['whole', 'whole'])} FROM json_each(?))`,
      [JSON.stringify(gone.map(({ epochNo, first }) => [epochNo, first]))],
    );
  }
  if (fresh.length === 0) return;
  await tx.run(
    `INSERT INTO given_up_range (epoch_no, first_seq, last_seq, noted_at_ms)
    SELECT ${jsonFields(['whole', 'whole', 'whole'])}, ?2 FROM json_each(?1) WHERE true`,
    [JSON.stringify(fresh.map(({ epochNo, first, last }) => [epochNo, first, last])), atMs],
  );
}
