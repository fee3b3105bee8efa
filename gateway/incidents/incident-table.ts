import type { Reader, Store, Writer } from '../../protocols/store/store.ts';
import { type Assignment, bareIncident, type Incident, type IncidentKind } from './incident.ts';
import { refRestMs } from './refs.ts';
import type { Outcome, Stage } from './stage-table.ts';

interface IncidentRow {
  readonly id: string;
  readonly ref: number;
  readonly kind: IncidentKind;
  readonly stage: Stage;
  readonly outcome: Outcome | null;
  readonly summary: string;
  readonly scene: string;
  readonly reported_at_ms: number;
  readonly closed_at_ms: number | null;
  readonly detail: string;
}

interface AssignmentRow {
  readonly incident_id: string;
  readonly unit_id: number;
  readonly serial: string;
  readonly assigned_at_ms: number;
  readonly released_at_ms: number | null;
  readonly attendance: string;
  readonly detail: string;
}

type AssignmentDetail = Pick<
  Assignment,
  'role' | 'vehicleId' | 'organisation' | 'training' | 'sentTo' | 'stated'
>;
type IncidentDetail = Pick<
  Incident,
  'statedStage' | 'parties' | 'enforcement' | 'officersAboard' | 'hindrances' | 'mergedInto'
>;

/** What a row of before says nothing of. */
const bareAssignment: AssignmentDetail = {
  role: 'rescue',
  vehicleId: null,
  organisation: null,
  training: false,
  sentTo: null,
  stated: [],
};

function assignmentOf(row: AssignmentRow): Assignment {
  return {
    ...bareAssignment,
    ...(JSON.parse(row.detail) as Partial<AssignmentDetail>),
    unitId: row.unit_id,
    serial: row.serial,
    assignedAtMs: row.assigned_at_ms,
    releasedAtMs: row.released_at_ms,
    attendance: JSON.parse(row.attendance),
  };
}

function incidentOf(row: IncidentRow, assignments: readonly Assignment[]): Incident {
  const { id, ref, kind, stage, outcome, summary } = row;
  return {
    ...{ ...bareIncident, statedStage: stage },
    ...(JSON.parse(row.detail) as Partial<IncidentDetail>),
    id,
    ref,
    kind,
    stage,
    outcome,
    summary,
    scene: JSON.parse(row.scene),
    reportedAtMs: row.reported_at_ms,
    closedAtMs: row.closed_at_ms,
    assignments,
  };
}

/** Incidents whose number a code may still carry: open, or closed within the rest of a number. */
export async function loadIncidents(store: Store, nowMs: number): Promise<Incident[]> {
  const sinceMs = nowMs - refRestMs;
  const rows = await store.all<IncidentRow>(
    `SELECT * FROM incident WHERE closed_at_ms IS NULL OR closed_at_ms > ?
     ORDER BY reported_at_ms, id`,
    [sinceMs],
  );
  const assignments = await store.all<AssignmentRow>(
    `SELECT u.* FROM incident_unit u JOIN incident i ON i.id = u.incident_id
     WHERE i.closed_at_ms IS NULL OR i.closed_at_ms > ? ORDER BY u.assigned_at_ms`,
    [sinceMs],
  );
  const byIncident = new Map<string, Assignment[]>(rows.map(({ id }) => [id, []]));
  for (const row of assignments) byIncident.get(row.incident_id)?.push(assignmentOf(row));
  return rows.map((row) => incidentOf(row, byIncident.get(row.id) ?? []));
}

/** One incident, however long ago it was; undefined: there is none. */
export async function incidentById(reader: Reader, id: string): Promise<Incident | undefined> {
  const row = await reader.get<IncidentRow>('SELECT * FROM incident WHERE id = ?', [id]);
  if (row === undefined) return undefined;
  const rows = await reader.all<AssignmentRow>(
    'SELECT * FROM incident_unit WHERE incident_id = ? ORDER BY assigned_at_ms, unit_id',
    [id],
  );
  return incidentOf(row, rows.map(assignmentOf));
}

/** The number given last, 0 before the first. */
export async function loadLastRef(store: Store): Promise<number> {
  const row = await store.get<{ ref: number }>(
    'SELECT ref FROM incident ORDER BY reported_at_ms DESC, ref DESC LIMIT 1',
  );
  return row?.ref ?? 0;
}

function detailOf(one: Assignment): AssignmentDetail {
  const { role, vehicleId, organisation, training, sentTo, stated } = one;
  return { role, vehicleId, organisation, training, sentTo, stated };
}

/** Writes the whole incident as it now is. */
export async function saveIncident(tx: Writer, incident: Incident): Promise<void> {
  const { id, ref, kind, stage, outcome, summary, reportedAtMs, closedAtMs } = incident;
  const { statedStage, parties, enforcement, officersAboard, hindrances, mergedInto } = incident;
  const detail: IncidentDetail = {
    ...{ statedStage, parties, enforcement, officersAboard, hindrances, mergedInto },
  };
  await tx.run(
    `INSERT INTO incident
       (id, ref, kind, stage, outcome, summary, scene, reported_at_ms, closed_at_ms, detail)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET
       kind = excluded.kind, stage = excluded.stage, outcome = excluded.outcome,
       summary = excluded.summary, closed_at_ms = excluded.closed_at_ms,
       detail = excluded.detail`,
    [
      ...[id, ref, kind, stage, outcome, summary, JSON.stringify(incident.scene)],
      ...[reportedAtMs, closedAtMs, JSON.stringify(detail)],
    ],
  );
  for (const one of incident.assignments) {
    const { unitId, serial, assignedAtMs, releasedAtMs, attendance } = one;
    await tx.run(
      `INSERT INTO incident_unit
         (incident_id, unit_id, serial, assigned_at_ms, released_at_ms, attendance, detail)
       VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (incident_id, unit_id, assigned_at_ms) DO UPDATE SET
         released_at_ms = excluded.released_at_ms, attendance = excluded.attendance,
         detail = excluded.detail`,
      [
        ...[id, unitId, serial, assignedAtMs, releasedAtMs],
        ...[JSON.stringify(attendance), JSON.stringify(detailOf(one))],
      ],
    );
  }
}

/** Where a stage came from: a person said it, or fixes or a scan showed it. */
export type LogSource = 'stated' | 'computed' | 'scan';

export interface LogEntry {
  readonly atMs: number;
  readonly event: string;
  readonly stage: Stage;
  readonly source: LogSource;
  readonly by: string;
}

export async function insertLog(tx: Writer, incidentId: string, entry: LogEntry): Promise<void> {
  const { atMs, event, stage, source, by } = entry;
  await tx.run(
    'INSERT INTO incident_log (incident_id, at_ms, event, stage, source, by) VALUES (?, ?, ?, ?, ?, ?)',
    [incidentId, atMs, event, stage, source, by],
  );
}

/** What happened on an incident, in the order it became known. */
export function loadLog(store: Store, incidentId: string): Promise<LogEntry[]> {
  return store.all<LogEntry>(
    `SELECT at_ms AS atMs, event, stage, source, by FROM incident_log
     WHERE incident_id = ? ORDER BY id`,
    [incidentId],
  );
}
