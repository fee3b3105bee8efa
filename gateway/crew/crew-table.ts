import { clockSources, recordTable } from '../../protocols/messages/record-table.ts';
import type { Reader, Writer } from '../../protocols/store/store.ts';

/** Somebody came aboard a unit's vehicle or left it, by the unit's own signed record. */
export interface CrewEvent {
  readonly serial: string;
  readonly vehicleId: string | null;
  readonly personId: string;
  /** Unix ms by the unit. */
  readonly happenedAtMs: number;
  readonly aboard: boolean;
  /** `pin`, `shift-end`, `off-roster`. */
  readonly how: string;
  readonly clock: (typeof clockSources)[number];
  readonly receivedAtMs: number;
}

/** Longest shift: of an event before it nothing is left, were the end of it lost, ms. */
export const shiftMsMax = 24 * 3_600_000;

/** Adds events; those that are known already stay as they are. */
export async function insertCrew(tx: Writer, events: readonly CrewEvent[]): Promise<void> {
  for (const event of events) {
    await tx.run(
      `INSERT INTO crew_aboard (serial, person_id, happened_at_ms, aboard, vehicle_id, how, clock,
        received_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (serial, person_id, happened_at_ms, aboard) DO NOTHING`,
      [
        ...[event.serial, event.personId, event.happenedAtMs, event.aboard ? 1 : 0],
        ...[event.vehicleId, event.how, clockSources.indexOf(event.clock), event.receivedAtMs],
      ],
    );
  }
}

/**
 * Who was aboard a unit at a moment, by person id: those whose newest event up to then says so. Of
 * two events of one moment the one that says off counts.
 */
export async function aboardAt(store: Reader, serial: string, atMs: number): Promise<string[]> {
  const rows = await store.all<{ personId: string }>(
    `SELECT one.person_id AS personId FROM crew_aboard AS one
    WHERE one.serial = ? AND one.happened_at_ms <= ? AND one.happened_at_ms > ? AND one.aboard = 1
      AND NOT EXISTS (SELECT 1 FROM crew_aboard AS later
        WHERE later.serial = one.serial AND later.person_id = one.person_id
          AND later.happened_at_ms <= ? AND (later.happened_at_ms > one.happened_at_ms
            OR later.happened_at_ms = one.happened_at_ms AND later.aboard = 0))
    ORDER BY one.person_id`,
    [serial, atMs, atMs - shiftMsMax, atMs],
  );
  return [...new Set(rows.map(({ personId }) => personId))];
}

interface RecordRow {
  readonly serial: string;
  readonly vehicleId: string | null;
  readonly happenedAtMs: number;
  readonly clock: number;
  readonly receivedAtMs: number;
  readonly body: string;
}

/** Records of crews committed since the newest event here: a stop may have cut off their taking. */
export async function missedCrew(store: Reader): Promise<CrewEvent[]> {
  const newest = await store.get<{ atMs: number | null }>(
    'SELECT max(received_at_ms) AS atMs FROM crew_aboard',
  );
  const rows = await store.all<RecordRow>(
    `SELECT epoch.serial AS serial, unit.vehicle_id AS vehicleId, record.clock AS clock,
      record.happened_at_ms AS happenedAtMs, record.received_at_ms AS receivedAtMs,
      record.body AS body
    FROM unit_record AS record JOIN epoch ON epoch.epoch_no = record.epoch_no
    JOIN unit ON unit.serial = epoch.serial
    WHERE record.kind = ${recordTable.crew.code} AND record.received_at_ms >= ?`,
    [newest?.atMs ?? 0],
  );
  return rows.flatMap(({ body, clock, ...row }) => {
    const { personId, aboard, how } = JSON.parse(body) as Record<string, unknown>;
    if (typeof personId !== 'string' || typeof aboard !== 'boolean') return [];
    const source = clockSources[clock] ?? 'none';
    return [{ ...row, personId, aboard, how: String(how ?? ''), clock: source }];
  });
}
