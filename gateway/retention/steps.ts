import {
  type ClockSource,
  clockSources,
  type RecordKind,
  recordTable,
} from '../../protocols/messages/record-table.ts';
import type { Reader, Writer } from '../../protocols/store/store.ts';
import { gapsBetween, type Stretch } from './excerpts.ts';
import { excerptMarginMs, keptMs, recordsKeptMs, retentionLimits } from './periods.ts';

/** Takes away at most `rowsMax` rows and says how many; fewer: there are no more just now. */
export interface Step {
  readonly name: string;
  readonly take: (tx: Writer, rowsMax: number) => Promise<number>;
}

function deleting(name: string, sql: string, params: readonly number[]): Step {
  return {
    name,
    take: async (tx, rowsMax) => (await tx.run(sql, [...params, rowsMax])).changes,
  };
}

function recordSteps(nowMs: number): Step[] {
  return Object.entries(recordsKeptMs).map(([kind, ms]) =>
    deleting(
      kind,
      `DELETE FROM unit_record WHERE (epoch_no, seq) IN (SELECT epoch_no, seq FROM unit_record
        WHERE kind = ? AND received_at_ms < ? ORDER BY received_at_ms LIMIT ?)`,
      [recordTable[kind as RecordKind].code, nowMs - ms],
    ),
  );
}

/** What the server was not there for is laid aside with a reason, never lost without a word. */
function outboxStep(name: string, code: string, where: string, params: readonly number[]): Step {
  return {
    name,
    take: async (tx, rowsMax) => {
      const chosen = `SELECT seq FROM link_outbox WHERE ${where} ORDER BY seq LIMIT ?`;
      await tx.run(
        `INSERT INTO link_refused (id, message, code, refused_at_ms)
        SELECT id, message, ?, created_at_ms FROM link_outbox WHERE seq IN (${chosen})
        ON CONFLICT DO NOTHING`,
        [code, ...params, rowsMax],
      );
      const { changes } = await tx.run(`DELETE FROM link_outbox WHERE seq IN (${chosen})`, [
        ...params,
        rowsMax,
      ]);
      return changes;
    },
  };
}

/** An opening goes with every version of what it was linked to. */
function openingStep(name: string, where: string, params: readonly number[]): Step {
  return {
    name,
    take: async (tx, rowsMax) => {
      const chosen = `SELECT scan_id FROM scan_opening WHERE ${where} LIMIT ?`;
      const all = [...params, rowsMax];
      await tx.run(`DELETE FROM scan_relink WHERE scan_id IN (${chosen})`, all);
      return (await tx.run(`DELETE FROM scan_opening WHERE scan_id IN (${chosen})`, all)).changes;
    },
  };
}

/** Everything that is not a track. */
export function plainSteps(nowMs: number): Step[] {
  const { outboxRowsMax, refusedRowsMax, openingsRowsMax } = retentionLimits;
  return [
    ...recordSteps(nowMs),
    deleting(
      'dead letters',
      `DELETE FROM dead_letter WHERE id IN
        (SELECT id FROM dead_letter WHERE at_ms < ? ORDER BY id LIMIT ?)`,
      [nowMs - keptMs.deadLetters],
    ),
    deleting(
      'given up',
      `DELETE FROM given_up_range WHERE (epoch_no, first_seq) IN
        (SELECT epoch_no, first_seq FROM given_up_range WHERE noted_at_ms < ? LIMIT ?)`,
      [nowMs - keptMs.givenUp],
    ),
    outboxStep('outbox by age', 'expired', 'created_at_ms < ?', [nowMs - keptMs.outbox]),
    outboxStep(
      'outbox by rows',
      'outbox-full',
      `seq <= (SELECT seq FROM link_outbox ORDER BY seq DESC LIMIT 1 OFFSET ?)`,
      [outboxRowsMax],
    ),
    deleting(
      'refused by age',
      `DELETE FROM link_refused WHERE id IN
        (SELECT id FROM link_refused WHERE refused_at_ms < ? LIMIT ?)`,
      [nowMs - keptMs.refused],
    ),
    deleting(
      'refused by rows',
      `DELETE FROM link_refused WHERE id IN
        (SELECT id FROM link_refused ORDER BY refused_at_ms DESC, id LIMIT ?2 OFFSET ?1)`,
      [refusedRowsMax],
    ),
    openingStep('openings by age', 'opened_at_ms < ?', [nowMs - keptMs.openings]),
    openingStep(
      'openings by rows',
      `opened_at_ms <= (SELECT opened_at_ms FROM scan_opening
        ORDER BY opened_at_ms DESC LIMIT 1 OFFSET ?)`,
      [openingsRowsMax],
    ),
    deleting(
      'terminal events',
      `DELETE FROM terminal_event WHERE (terminal_no, event, at_ms) IN
        (SELECT terminal_no, event, at_ms FROM terminal_event WHERE received_at_ms < ? LIMIT ?)`,
      [nowMs - keptMs.terminalEvents],
    ),
  ];
}

const noClock = clockSources.indexOf('none' satisfies ClockSource);

/** Times of a unit on incidents that began before a moment, with what is kept around them. */
function excerptsOf(reader: Reader, unitId: number, nowMs: number, untilMs: number) {
  return reader.all<Stretch>(
    `SELECT one.assigned_at_ms - ? AS fromMs,
      coalesce(one.released_at_ms, incident.closed_at_ms, ?) + ? AS toMs
    FROM incident_unit AS one JOIN incident ON incident.id = one.incident_id
    WHERE one.unit_id = ? AND one.assigned_at_ms - ? < ?`,
    [excerptMarginMs, nowMs, excerptMarginMs, unitId, excerptMarginMs, untilMs],
  );
}

/** Batches of one unit as it signed them, without those that belong to incidents. */
export async function signedStep(reader: Reader, unitId: number, nowMs: number): Promise<Step> {
  const untilMs = nowMs - keptMs.signedBatches;
  const oldestMs = nowMs - keptMs.signedExcerpts;
  const kept = (await excerptsOf(reader, unitId, nowMs, untilMs)).filter(
    ({ toMs }) => toMs >= oldestMs,
  );
  const gaps = gapsBetween(kept, untilMs);
  return {
    name: 'signed batches',
    take: async (tx, rowsMax) => {
      let taken = 0;
      for (const { fromMs, toMs } of gaps) {
        // Where a batch reaches into an excerpt it belongs to it.
        const { changes } = await tx.run(
          `DELETE FROM signed_batch WHERE unit_id = ? AND (last_ms, sha256) IN (
            SELECT last_ms, sha256 FROM signed_batch
            WHERE unit_id = ? AND last_ms >= ? AND last_ms < ? AND first_ms >= ?
              AND received_at_ms < ?
            ORDER BY last_ms LIMIT ?)`,
          [unitId, unitId, fromMs, toMs, fromMs, untilMs, rowsMax - taken],
        );
        taken += changes;
        if (taken >= rowsMax) break;
      }
      return taken;
    },
  };
}

/**
 * The old track of one unit without what belongs to incidents. A fix without a clock does not say
 * when it was: it goes when its outbox has not been heard of for as long.
 */
export async function trackStep(reader: Reader, unitId: number, nowMs: number): Promise<Step> {
  const untilMs = nowMs - keptMs.tracks;
  const gaps = gapsBetween(await excerptsOf(reader, unitId, nowMs, untilMs), untilMs);
  return {
    name: 'track',
    take: async (tx, rowsMax) => {
      let taken = 0;
      for (const { fromMs, toMs } of gaps) {
        const { changes } = await tx.run(
          `DELETE FROM fix WHERE unit_id = ? AND (happened_at_ms, epoch_no, seq) IN (
            SELECT happened_at_ms, epoch_no, seq FROM fix
            WHERE unit_id = ? AND happened_at_ms >= ? AND happened_at_ms < ? AND (clock <> ? OR
              epoch_no IN (SELECT epoch_no FROM epoch WHERE last_received_ms < ?))
            ORDER BY happened_at_ms LIMIT ?)`,
          [unitId, unitId, fromMs, toMs, noClock, untilMs, rowsMax - taken],
        );
        taken += changes;
        if (taken >= rowsMax) break;
      }
      return taken;
    },
  };
}

/** The old track of one terminal. It is no evidence, so nothing of it is excepted. */
export function terminalStep(terminalNo: number, nowMs: number): Step {
  return deleting(
    'terminal track',
    `DELETE FROM terminal_position WHERE terminal_no = ? AND at_ms IN (
      SELECT at_ms FROM terminal_position WHERE terminal_no = ? AND at_ms < ?
      ORDER BY at_ms LIMIT ?)`,
    [terminalNo, terminalNo, nowMs - keptMs.tracks],
  );
}
