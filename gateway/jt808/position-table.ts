import { jsonFields } from '../../protocols/store/json-rows.ts';
import type { Reader, Writer } from '../../protocols/store/store.ts';

/** What a terminal said of where it was. Nobody signed it: it shows and helps, it proves nothing. */
export interface UnsignedPosition {
  readonly atMs: number;
  readonly lat: number;
  readonly lon: number;
  readonly speedMps: number;
  readonly courseDeg: number;
}

/** A fault of a terminal's part began or was over. */
export interface TerminalEvent {
  readonly atMs: number;
  readonly event: 'screen-fault';
  readonly began: boolean;
}

interface PositionRow {
  terminal_no: number;
  at_ms: number;
  lat_e6: number;
  lon_e6: number;
  speed_dkmh: number;
  course_deg: number;
}

function positionOf(row: PositionRow): UnsignedPosition {
  return {
    atMs: row.at_ms,
    lat: row.lat_e6 / 1e6,
    lon: row.lon_e6 / 1e6,
    speedMps: row.speed_dkmh / 36,
    courseDeg: row.course_deg,
  };
}

/** All positions of a message in one statement; one told twice is kept once. */
export async function insertPositions(
  tx: Writer,
  terminalNo: number,
  positions: readonly UnsignedPosition[],
  receivedAtMs: number,
): Promise<void> {
  const rows = positions.map(({ atMs, lat, lon, speedMps, courseDeg }) => [
    atMs,
    Math.round(lat * 1e6),
    Math.round(lon * 1e6),
    Math.round(speedMps * 36),
    courseDeg,
  ]);
  await tx.run(
    `INSERT INTO terminal_position
      (terminal_no, at_ms, lat_e6, lon_e6, speed_dkmh, course_deg, received_at_ms)
    SELECT CAST(? AS BIGINT), ${jsonFields(['whole', 'whole', 'whole', 'whole', 'whole'])},
      CAST(? AS BIGINT)
    FROM json_each(?) WHERE true
    ON CONFLICT DO NOTHING`,
    [terminalNo, receivedAtMs, JSON.stringify(rows)],
  );
}

export async function insertEvents(
  tx: Writer,
  terminalNo: number,
  events: readonly TerminalEvent[],
  receivedAtMs: number,
): Promise<void> {
  for (const { atMs, event, began } of events) {
    await tx.run(
      `INSERT INTO terminal_event (terminal_no, at_ms, event, began, received_at_ms)
      VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (terminal_no, event, at_ms) DO UPDATE SET began = excluded.began,
        received_at_ms = excluded.received_at_ms`,
      [terminalNo, atMs, event, began ? 1 : 0, receivedAtMs],
    );
  }
}

/** Positions of a span, both ends included, oldest first. */
export async function positionsBetween(
  store: Reader,
  terminalNo: number,
  fromMs: number,
  toMs: number,
  rowsMax: number,
): Promise<readonly UnsignedPosition[]> {
  const rows = await store.all<PositionRow>(
    `SELECT * FROM terminal_position WHERE terminal_no = ? AND at_ms BETWEEN ? AND ?
    ORDER BY at_ms LIMIT ?`,
    [terminalNo, fromMs, toMs, rowsMax],
  );
  return rows.map(positionOf);
}

/** Newest position of every terminal. */
export async function newestPositions(store: Reader): Promise<Map<number, UnsignedPosition>> {
  const rows = await store.all<PositionRow>(
    `SELECT p.* FROM terminal t JOIN terminal_position p ON p.terminal_no = t.terminal_no
    AND p.at_ms = (SELECT max(at_ms) FROM terminal_position q WHERE q.terminal_no = t.terminal_no)`,
  );
  return new Map(rows.map((row) => [row.terminal_no, positionOf(row)]));
}

const eventRowsMax = 100;

interface EventRow {
  at_ms: number;
  event: TerminalEvent['event'];
  began: number;
}

/** What was noted of a terminal's parts, newest first. */
export async function eventsOf(
  store: Reader,
  terminalNo: number,
): Promise<readonly TerminalEvent[]> {
  const rows = await store.all<EventRow>(
    `SELECT at_ms, event, began FROM terminal_event WHERE terminal_no = ?
    ORDER BY at_ms DESC LIMIT ?`,
    [terminalNo, eventRowsMax],
  );
  return rows.map(({ at_ms, event, began }) => ({ atMs: at_ms, event, began: began === 1 }));
}

/** The newest event of every terminal. */
export async function newestEvents(store: Reader): Promise<Map<number, TerminalEvent>> {
  const rows = await store.all<EventRow & { terminal_no: number }>(
    `SELECT e.* FROM terminal_event e WHERE e.at_ms =
      (SELECT max(at_ms) FROM terminal_event f WHERE f.terminal_no = e.terminal_no)`,
  );
  return new Map(
    rows.map(({ terminal_no, at_ms, event, began }) => [
      terminal_no,
      { atMs: at_ms, event, began: began === 1 },
    ]),
  );
}
