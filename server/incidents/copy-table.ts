import type {
  EvidenceEvent,
  EvidenceKind,
  IncidentChange,
  UnitChange,
} from '../../protocols/http/evidence-bodies.ts';
import type { Reader, Writer } from '../../protocols/store/store.ts';

/** Where a copy comes from and when it came. */
export interface CopyOrigin {
  readonly gatewayId: string;
  readonly receivedAtMs: number;
}

/** Keeps an incident as its gateway last told it: an older version changes nothing. */
export async function copyIncident(
  tx: Writer,
  { gatewayId, receivedAtMs }: CopyOrigin,
  body: IncidentChange,
): Promise<void> {
  const { incidentId, version, kind, stage, reportedAtMs, closedAtMs } = body;
  await tx.run(
    `INSERT INTO incident_copy (gateway_id, incident_id, version, kind, stage, reported_at_ms,
       closed_at_ms, body, received_at_ms)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (gateway_id, incident_id) DO UPDATE SET version = excluded.version,
       kind = excluded.kind, stage = excluded.stage, reported_at_ms = excluded.reported_at_ms,
       closed_at_ms = excluded.closed_at_ms, body = excluded.body,
       received_at_ms = excluded.received_at_ms
     WHERE excluded.version > incident_copy.version`,
    [
      ...[gatewayId, incidentId, version, kind, stage, reportedAtMs, closedAtMs],
      ...[JSON.stringify(body), receivedAtMs],
    ],
  );
}

/** Keeps a unit as its gateway last told it, under the same rule. */
export async function copyUnit(
  tx: Writer,
  { gatewayId, receivedAtMs }: CopyOrigin,
  body: UnitChange,
): Promise<void> {
  const { serial, version, vehicleId, state, training } = body;
  await tx.run(
    `INSERT INTO unit_copy (gateway_id, serial, version, vehicle_id, state, training, body,
       received_at_ms)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (gateway_id, serial) DO UPDATE SET version = excluded.version,
       vehicle_id = excluded.vehicle_id, state = excluded.state, training = excluded.training,
       body = excluded.body, received_at_ms = excluded.received_at_ms
     WHERE excluded.version > unit_copy.version`,
    [
      ...[gatewayId, serial, version, vehicleId, state, training ? 1 : 0],
      ...[JSON.stringify(body), receivedAtMs],
    ],
  );
}

/** Keeps what happened in operation, or that it did not, under the same rule. */
export async function copyEvidence(
  tx: Writer,
  { gatewayId, receivedAtMs }: CopyOrigin,
  body: EvidenceEvent,
): Promise<void> {
  const { evidenceId, version, kind, organisation, vehicleId, incidentId } = body;
  await tx.run(
    `INSERT INTO evidence_event (gateway_id, evidence_id, version, kind, organisation, vehicle_id,
       incident_id, happened_at_ms, withdrawn, body, received_at_ms)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (gateway_id, evidence_id) DO UPDATE SET version = excluded.version,
       kind = excluded.kind, organisation = excluded.organisation,
       vehicle_id = excluded.vehicle_id, incident_id = excluded.incident_id,
       happened_at_ms = excluded.happened_at_ms, withdrawn = excluded.withdrawn,
       body = excluded.body, received_at_ms = excluded.received_at_ms
     WHERE excluded.version > evidence_event.version`,
    [
      ...[gatewayId, evidenceId, version, kind, organisation, vehicleId, incidentId],
      ...[body.happenedAtMs, body.withdrawn ? 1 : 0, JSON.stringify(body), receivedAtMs],
    ],
  );
}

/** The newest version of an incident; undefined when its gateway never told of it. */
export async function incidentCopy(
  reader: Reader,
  gatewayId: string,
  incidentId: string,
): Promise<IncidentChange | undefined> {
  const row = await reader.get<{ body: string }>(
    'SELECT body FROM incident_copy WHERE gateway_id = ? AND incident_id = ?',
    [gatewayId, incidentId],
  );
  return row && (JSON.parse(row.body) as IncidentChange);
}

/** Which evidence is asked for: of an organisation or an incident, and what stands. */
export interface EvidenceFilter {
  readonly organisation?: string;
  readonly incidentId?: string;
  readonly kind?: EvidenceKind;
  /** Unix ms, from included, to not. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly rowsMax: number;
}

/** Evidence that was not withdrawn, the oldest first: what credit leads are made of. */
export async function evidenceOf(
  reader: Reader,
  { organisation, incidentId, kind, fromMs, toMs, rowsMax }: EvidenceFilter,
): Promise<EvidenceEvent[]> {
  const wanted = [
    ['organisation', organisation],
    ['incident_id', incidentId],
    ['kind', kind],
  ] as const;
  const given = wanted.filter(([, value]) => value !== undefined);
  const narrowed = given.map(([column]) => ` AND ${column} = ?`).join('');
  const rows = await reader.all<{ body: string }>(
    `SELECT body FROM evidence_event
     WHERE withdrawn = 0 AND happened_at_ms >= ? AND happened_at_ms < ?${narrowed}
     ORDER BY happened_at_ms, gateway_id, evidence_id LIMIT ?`,
    [fromMs, toMs, ...given.map(([, value]) => value ?? null), rowsMax],
  );
  return rows.map(({ body }) => JSON.parse(body) as EvidenceEvent);
}
