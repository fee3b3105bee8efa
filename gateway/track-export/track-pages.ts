import { type ClockSource, clockSources } from '../../protocols/messages/record-table.ts';
import type { Reader } from '../../protocols/store/store.ts';
import type { StoredFix } from '../parts.ts';

/** A stored fix with everything an export tells of it. */
export interface TrackFix extends StoredFix {
  readonly epochNo: number;
  readonly seq: number;
  readonly clock: ClockSource;
  readonly altM: number | null;
  readonly sats: number | null;
}

export interface Span {
  /** Unix ms, both included. */
  readonly fromMs: number;
  readonly toMs: number;
}

/** Fixes in memory at once. */
export const pageRows = 500;

interface Row {
  happened_at_ms: number;
  epoch_no: number;
  seq: number;
  clock: number;
  lat_e7: number;
  lon_e7: number;
  speed_cmps: number | null;
  course_ddeg: number | null;
  hdop_d: number | null;
  alt_dm: number | null;
  sats: number | null;
}

function scaledDown(value: number | null, scale: number): number | null {
  return value === null ? null : value / scale;
}

function fixOf(row: Row): TrackFix {
  return {
    happenedAtMs: row.happened_at_ms,
    epochNo: row.epoch_no,
    seq: row.seq,
    clock: clockSources[row.clock] ?? 'none',
    lat: row.lat_e7 / 1e7,
    lon: row.lon_e7 / 1e7,
    speedMps: scaledDown(row.speed_cmps, 100),
    courseDeg: scaledDown(row.course_ddeg, 10),
    hdop: scaledDown(row.hdop_d, 10),
    altM: scaledDown(row.alt_dm, 10),
    sats: row.sats,
  };
}

const noClock = clockSources.indexOf('none' satisfies ClockSource);

/**
 * Every fix of a span that has a time, oldest first, a page at a time: the next page is read when
 * the one before has been taken.
 */
export async function* fixesOfSpan(
  store: Reader,
  unitId: number,
  { fromMs, toMs }: Span,
): AsyncGenerator<TrackFix> {
  let after = [fromMs, -1, -1];
  for (;;) {
    const rows = await store.all<Row>(
      `SELECT * FROM fix WHERE unit_id = ? AND happened_at_ms <= ? AND clock <> ?
      AND (happened_at_ms, epoch_no, seq) > (?, ?, ?)
      ORDER BY happened_at_ms, epoch_no, seq LIMIT ?`,
      [unitId, toMs, noClock, ...after, pageRows],
    );
    for (const row of rows) yield fixOf(row);
    const last = rows.at(-1);
    if (last === undefined || rows.length < pageRows) return;
    after = [last.happened_at_ms, last.epoch_no, last.seq];
  }
}
