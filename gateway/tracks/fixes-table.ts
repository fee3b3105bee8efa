import { type ClockSource, clockSources } from '../../protocols/messages/record-table.ts';
import type { UnitRecord } from '../../protocols/messages/records.ts';
import { jsonFields } from '../../protocols/store/json-rows.ts';
import type { Reader, Writer } from '../../protocols/store/store.ts';
import type { StoredFix } from '../parts.ts';

/** A fix with a position, and where it goes. */
export interface NewFix {
  readonly unitId: number;
  readonly epochNo: number;
  readonly record: Extract<UnitRecord, { kind: 'fix' }>;
}

function scaled(value: number | null, scale: number): number | null {
  return value === null ? null : Math.round(value * scale);
}

/** True for a fix that can lie on a track; one without a position is only a record. */
export function hasPosition(record: UnitRecord): record is Extract<UnitRecord, { kind: 'fix' }> {
  return record.kind === 'fix' && record.values.lat !== null && record.values.lon !== null;
}

function rowOf({ unitId, epochNo, record }: NewFix): readonly (number | null)[] {
  const { values } = record;
  return [
    unitId,
    record.happenedAtMs,
    epochNo,
    record.seq,
    clockSources.indexOf(record.clock),
    scaled(values.lat, 1e7),
    scaled(values.lon, 1e7),
    scaled(values.speedMps, 100),
    scaled(values.courseDeg, 10),
    scaled(values.hdop, 10),
    scaled(values.altM, 10),
    scaled(values.satsUsed, 1),
    scaled(values.quality, 1),
  ];
}

const columns = `unit_id, happened_at_ms, epoch_no, seq, clock, lat_e7, lon_e7, speed_cmps,
  course_ddeg, hdop_d, alt_dm, sats, quality`;
const places = jsonFields(columns.split(',').map(() => 'whole'));

/** All fixes of a commit in one statement. */
export async function insertFixes(tx: Writer, fixes: readonly NewFix[]): Promise<void> {
  if (fixes.length === 0) return;
  await tx.run(
    `INSERT INTO fix (${columns}) SELECT ${places} FROM json_each(?) WHERE true
    ON CONFLICT DO NOTHING`,
    [JSON.stringify(fixes.map(rowOf))],
  );
}

interface FixRow {
  unit_id: number;
  happened_at_ms: number;
  lat_e7: number;
  lon_e7: number;
  speed_cmps: number | null;
  course_ddeg: number | null;
  hdop_d: number | null;
}

function fixOf(row: FixRow): StoredFix {
  return {
    happenedAtMs: row.happened_at_ms,
    lat: row.lat_e7 / 1e7,
    lon: row.lon_e7 / 1e7,
    speedMps: row.speed_cmps === null ? null : row.speed_cmps / 100,
    courseDeg: row.course_ddeg === null ? null : row.course_ddeg / 10,
    hdop: row.hdop_d === null ? null : row.hdop_d / 10,
  };
}

/** Without a clock a fix has no place in time. */
const noClock = clockSources.indexOf('none' satisfies ClockSource);

async function one(store: Reader, where: string, params: readonly number[]) {
  const row = await store.get<FixRow>(`SELECT * FROM fix WHERE ${where} LIMIT 1`, params);
  return row === undefined ? undefined : fixOf(row);
}

/** The fixes on both sides of a moment. */
export async function fixesAround(store: Reader, unitId: number, atMs: number) {
  const side = (compare: string, order: string) =>
    one(
      store,
      `unit_id = ? AND clock <> ? AND happened_at_ms ${compare} ? ORDER BY happened_at_ms ${order}`,
      [unitId, noClock, atMs],
    );
  const [before, after] = await Promise.all([side('<=', 'DESC'), side('>', 'ASC')]);
  return { before, after };
}

/** Fixes of a span, both ends included, oldest first. */
export async function fixesBetween(
  store: Reader,
  unitId: number,
  fromMs: number,
  toMs: number,
  rowsMax: number,
): Promise<StoredFix[]> {
  const rows = await store.all<FixRow>(
    `SELECT * FROM fix WHERE unit_id = ? AND clock <> ? AND happened_at_ms BETWEEN ? AND ?
    ORDER BY happened_at_ms LIMIT ?`,
    [unitId, noClock, fromMs, toMs, rowsMax],
  );
  return rows.map(fixOf);
}

/**
 * Whether records between the fixes of a span are missing. A unit numbers what it writes without a
 * gap, so a number that is not there is on its way, or was lost. What the unit itself gave up, by
 * its signed word, is waited for no more.
 */
export async function hasGapBetween(
  store: Reader,
  unitId: number,
  fromMs: number,
  toMs: number,
): Promise<boolean> {
  const row = await store.get<{ epoch_no: number }>(
    `SELECT span.epoch_no FROM (
      SELECT epoch_no, min(seq) AS first, max(seq) AS last FROM fix
      WHERE unit_id = ? AND clock <> ? AND happened_at_ms BETWEEN ? AND ? GROUP BY epoch_no
    ) AS span WHERE NOT EXISTS (SELECT 1 FROM received_range AS received
      WHERE received.epoch_no = span.epoch_no
        AND received.first_seq <= span.first AND received.last_seq >= span.last) LIMIT 1`,
    [unitId, noClock, fromMs, toMs],
  );
  return row !== undefined;
}

/** How far back a moving fix is looked for: longer ago says nothing of the direction now. */
const movingMsMax = 86_400_000;

/** Newest fix at or before a moment that has a course and moves at `speedMpsMin` or more. */
export function lastMovingFix(
  store: Reader,
  unitId: number,
  atMs: number,
  speedMpsMin: number,
): Promise<StoredFix | undefined> {
  return one(
    store,
    `unit_id = ? AND clock <> ? AND happened_at_ms BETWEEN ? AND ? AND speed_cmps >= ?
    AND course_ddeg IS NOT NULL ORDER BY happened_at_ms DESC`,
    [unitId, noClock, atMs - movingMsMax, atMs, Math.round(speedMpsMin * 100)],
  );
}

/** Newest fix of every unit that is not later than `untilMs`. */
export async function newestFixes(store: Reader, untilMs: number): Promise<Map<number, StoredFix>> {
  const rows = await store.all<FixRow>(
    `SELECT fix.* FROM unit JOIN fix ON fix.unit_id = unit.unit_id AND fix.happened_at_ms =
      (SELECT max(happened_at_ms) FROM fix AS newest
      WHERE newest.unit_id = unit.unit_id AND clock <> ? AND happened_at_ms <= ?)`,
    [noClock, untilMs],
  );
  return new Map(rows.map((row) => [row.unit_id, fixOf(row)]));
}
