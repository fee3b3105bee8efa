import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keptMs, recordsKeptMs, retentionLimits } from '../../../gateway/retention/periods.ts';
import { Retention } from '../../../gateway/retention/retention.ts';
import { type RecordKind, recordTable } from '../../../protocols/messages/record-table.ts';
import type { SqlValue, Store } from '../../../protocols/store/store.ts';
import {
  type LogLine,
  startMs,
  TestClock,
  type TestStore,
  temporaryStore,
  testEnv,
  until,
} from '../scan/kit.ts';
import { storeFixes, trackFix } from '../track-export/track-kit.ts';

const dayMs = 86_400_000;
const log: LogLine[] = [];
let kept: TestStore;
let clock: TestClock;
let retention: Retention;
/** Rows changed by each transaction of the sweep. */
let changes: number[];

/** Counts what every transaction changes. */
function counting(store: Store): Store {
  return {
    dialect: store.dialect,
    get: (...args) => store.get(...args),
    all: (...args) => store.all(...args),
    close: () => store.close(),
    write: async (work) => {
      let rows = 0;
      const result = await store.write((tx) =>
        work({
          get: (...args) => tx.get(...args),
          all: (...args) => tx.all(...args),
          run: async (...args) => {
            const done = await tx.run(...args);
            rows += done.changes;
            return done;
          },
        }),
      );
      changes.push(rows);
      return result;
    },
  };
}

beforeEach(async () => {
  log.length = 0;
  changes = [];
  kept = await temporaryStore();
  clock = new TestClock();
  retention = new Retention({
    store: counting(kept.store),
    env: testEnv(clock, log),
    timers: clock,
  });
  retention.start();
});
afterEach(async () => {
  await retention.stop();
  await kept.remove();
});

const run = (sql: string, params: readonly SqlValue[] = []) =>
  kept.store.write((tx) => tx.run(sql, params));

async function column(sql: string): Promise<unknown[]> {
  const rows = await kept.store.all<{ value: unknown }>(sql);
  return rows.map(({ value }) => value);
}

const isOver = () => log.some(({ text }) => text.includes('old records'));

/** Lets the next sweep run to its end. */
async function swept(): Promise<void> {
  log.length = 0;
  await clock.advance(retentionLimits.sweepMs);
  for (let tries = 0; !isOver() && tries < 500; tries += 1) {
    await clock.advance(retentionLimits.pauseMs);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expect(log.filter(({ level }) => level === 'error')).toEqual([]);
  expect(isOver()).toBe(true);
}

async function addUnit(unitId: number): Promise<void> {
  await run(
    `INSERT INTO unit (serial, unit_id, kind, role, model, state, enrolment, training,
      registered_at_ms) VALUES (?, ?, 0, 'tow-truck', 'M', 'active', 1, 0, 0)`,
    [`XL-${unitId}`, unitId],
  );
}

function fixesAt(times: readonly number[]) {
  return times.map((atMs, index) => trackFix(atMs, 38, 114.6, { seq: index }));
}

describe('raw tracks', () => {
  it('go after 90 days, to the minute of the sweep, of every unit', async () => {
    await addUnit(7);
    await addUnit(8);
    const untilMs = startMs + retentionLimits.firstSweepMs - keptMs.tracks;
    for (const unit of [7, 8]) {
      await storeFixes(
        kept.store,
        unit,
        fixesAt([untilMs - 9 * dayMs, untilMs - 1, untilMs, startMs]),
      );
    }
    await swept();
    expect(await column('SELECT happened_at_ms AS value FROM fix ORDER BY unit_id, 1')).toEqual([
      ...[untilMs, startMs],
      ...[untilMs, startMs],
    ]);
  });

  it('stay where they belong to an incident, with ten minutes around it', async () => {
    await addUnit(7);
    const minuteMs = 60_000;
    const [first, second] = [startMs - 200 * dayMs, startMs - 100 * dayMs];
    for (const [id, at, released, closed] of [
      ['a', first, first + 30 * minuteMs, first + 90 * minuteMs],
      ['b', second, null, second + 60 * minuteMs],
      ['open', startMs - dayMs, null, null],
    ] as const) {
      await run(
        `INSERT INTO incident (id, ref, kind, stage, summary, scene, reported_at_ms, closed_at_ms)
        VALUES (?, 1 + (SELECT count(*) FROM incident), 'rescue', 'closed', '', '{}', ?, ?)`,
        [id, at, closed],
      );
      await run(
        `INSERT INTO incident_unit (incident_id, unit_id, serial, assigned_at_ms, released_at_ms,
          attendance) VALUES (?, 7, 'XL-7', ?, ?, '{}')`,
        [id, at, released],
      );
    }
    const minutes = [-11, -10, 0, 39, 41, 69, 71];
    const times = [first, second].flatMap((at) => minutes.map((minute) => at + minute * minuteMs));
    await storeFixes(kept.store, 7, fixesAt(times));
    await swept();
    const left = (await column('SELECT happened_at_ms AS value FROM fix')) as number[];
    const near = (at: number) =>
      left.map((atMs) => (atMs - at) / minuteMs).filter((minute) => Math.abs(minute) < 1000);
    expect(near(first)).toEqual([-10, 0, 39]);
    expect(near(second)).toEqual([-10, 0, 39, 41, 69]);
  });

  it('without a clock go only when their outbox was not heard of for as long', async () => {
    await addUnit(7);
    for (const [no, heardMs] of [
      [1, startMs],
      [2, startMs - 91 * dayMs],
    ] as const) {
      await run("INSERT INTO epoch VALUES (?, 'XL-7', ?, 1, 0, ?)", [no, `e${no}`, heardMs]);
      await storeFixes(kept.store, 7, [
        trackFix(1000, 38, 114.6, { clock: 'none', epochNo: no }),
        trackFix(2000, 38, 114.6, { epochNo: no }),
      ]);
    }
    await swept();
    expect(await column('SELECT epoch_no AS value FROM fix')).toEqual([1]);
  });

  it('of terminals go as well', async () => {
    await run("INSERT INTO terminal VALUES (1, '1', 'P', NULL, 'c', NULL, 0, 0)");
    const untilMs = startMs + retentionLimits.firstSweepMs - keptMs.tracks;
    for (const atMs of [untilMs - 1, untilMs]) {
      await run('INSERT INTO terminal_position VALUES (1, ?, 1, 1, 0, 0, 0)', [atMs]);
    }
    await swept();
    expect(await column('SELECT at_ms AS value FROM terminal_position')).toEqual([untilMs]);
  });
});

describe('records of units', () => {
  it('go by their kind: what was shown after 30 days, states after 90, events after two years', async () => {
    for (const [kind, keptForMs] of Object.entries(recordsKeptMs)) {
      const { code } = recordTable[kind as RecordKind];
      for (const ageMs of [keptForMs - dayMs, keptForMs + dayMs]) {
        await run("INSERT INTO unit_record VALUES (1, ?, ?, 0, 1, ?, '{}')", [
          code * 10 + (ageMs > keptForMs ? 1 : 0),
          ...[code, startMs - ageMs],
        ]);
      }
    }
    await swept();
    const left = await column('SELECT seq AS value FROM unit_record ORDER BY seq');
    const codes = Object.keys(recordsKeptMs).map((kind) => recordTable[kind as RecordKind].code);
    expect(left).toEqual(codes.sort((a, b) => a - b).map((code) => code * 10));
    expect(recordsKeptMs.shown).toBe(30 * dayMs);
    const stored = Object.entries(recordTable).flatMap(([kind, row]) => (row.kept ? [kind] : []));
    expect(Object.keys(recordsKeptMs).sort()).toEqual(
      stored.filter((kind) => kind !== 'fix').sort(),
    );
  });
});

describe('what waits or was refused', () => {
  it('is laid aside with a reason when the server was away for a month, and goes in the end', async () => {
    for (const days of [29, 31]) {
      await run('INSERT INTO link_outbox VALUES (NULL, ?, ?, ?, ?)', [
        ...[`m${days}`, 's', '{}', startMs - days * dayMs],
      ]);
    }
    await run("INSERT INTO link_refused VALUES ('old', '{}', 'bad', ?)", [startMs - 91 * dayMs]);
    for (const days of [89, 91]) {
      await run("INSERT INTO dead_letter (at_ms, serial, reason, body) VALUES (?, ?, 'r', x'00')", [
        startMs - days * dayMs,
        `d${days}`,
      ]);
    }
    await swept();
    expect(await column('SELECT id AS value FROM link_outbox')).toEqual(['m29']);
    expect(await column('SELECT id || code AS value FROM link_refused')).toEqual(['m31expired']);
    expect(await column('SELECT serial AS value FROM dead_letter')).toEqual(['d89']);
  });

  it('is never more than its number of rows, the oldest first', async () => {
    const { outboxRowsMax, refusedRowsMax } = retentionLimits;
    const many = 'WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)';
    await run(`INSERT INTO link_outbox ${many} SELECT i, 'm' || i, 's', '{}', ? FROM n`, [
      outboxRowsMax + 3,
      startMs,
    ]);
    await run(`INSERT INTO link_refused ${many} SELECT 'r' || i, '{}', 'bad', ? FROM n`, [
      refusedRowsMax,
      startMs,
    ]);
    await swept();
    expect(await column('SELECT count(*) AS value FROM link_outbox')).toEqual([outboxRowsMax]);
    expect(await column('SELECT min(seq) AS value FROM link_outbox')).toEqual([4]);
    expect(await column('SELECT count(*) AS value FROM link_refused')).toEqual([refusedRowsMax]);
    expect(
      await column("SELECT count(*) AS value FROM link_refused WHERE code = 'outbox-full'"),
    ).toEqual([3]);
  }, 30_000);
});

describe('openings', () => {
  it('go after two years with all that they were linked to', async () => {
    for (const days of [729, 731]) {
      await run(
        `INSERT INTO scan_opening VALUES (?, 'p', 7, 0, ?, 'fresh', 1, x'00', '{}', '{}', NULL, 1, 1)`,
        [`s${days}`, startMs - days * dayMs],
      );
      await run("INSERT INTO scan_relink VALUES (?, 1, 0, '{}')", [`s${days}`]);
    }
    await swept();
    expect(await column('SELECT scan_id AS value FROM scan_opening')).toEqual(['s729']);
    expect(await column('SELECT scan_id AS value FROM scan_relink')).toEqual(['s729']);
  });
});

describe('a sweep', () => {
  it('changes few rows a transaction and lets others write between them', async () => {
    await addUnit(7);
    const old = 20 * retentionLimits.stepRowsMax + 3;
    await storeFixes(kept.store, 7, fixesAt(Array.from({ length: old }, (_, index) => index)));
    await clock.advance(retentionLimits.firstSweepMs);
    await until(() => changes.some((rows) => rows > 0));
    // No time passes: the sweep pauses, and what comes in is committed meanwhile.
    const before = changes.length;
    await addUnit(9);
    expect(await column('SELECT count(*) AS value FROM unit')).toEqual([2]);
    expect(changes.length).toBe(before);
    await swept();
    expect(Math.max(...changes)).toBe(retentionLimits.stepRowsMax);
    expect(changes.reduce((sum, rows) => sum + rows, 0)).toBe(old);
    expect(await column('SELECT count(*) AS value FROM fix')).toEqual([0]);
  });

  it('comes back every hour, and a stop in the middle leaves the rest for the next start', async () => {
    await addUnit(7);
    const { stepRowsMax } = retentionLimits;
    const old = 3 * stepRowsMax;
    await storeFixes(kept.store, 7, fixesAt(Array.from({ length: old }, (_, index) => index)));
    await clock.advance(retentionLimits.firstSweepMs);
    await until(() => changes.some((rows) => rows > 0));
    await retention.stop();
    const [left] = await column('SELECT count(*) AS value FROM fix');
    expect(left).toBe(old - stepRowsMax);
    await clock.advance(2 * retentionLimits.sweepMs);
    expect(await column('SELECT count(*) AS value FROM fix')).toEqual([left]);
    retention.start();
    await swept();
    expect(await column('SELECT count(*) AS value FROM fix')).toEqual([0]);
    await storeFixes(kept.store, 7, fixesAt([5]));
    await swept();
    expect(await column('SELECT count(*) AS value FROM fix')).toEqual([0]);
  });
});
