import type { Reader, Writer } from '../../protocols/store/store.ts';
import type { Unit, UnitState } from '../parts.ts';

/** What a vehicle is for: decides the kind in its codes and the look of its screen. */
export const roles = ['tow-truck', 'patrol-car', 'kiosk'] as const;
export type Role = (typeof roles)[number];

/** A unit as the registry knows it. */
export interface FleetUnit extends Unit {
  readonly role: Role;
  /** Organisation in whose depot the unit is prepared; null: nobody said. */
  readonly depot: string | null;
  /** ICCID of its SIM; null: not known. */
  readonly sim: string | null;
}

export interface KeySet {
  readonly keyId: string;
  readonly serial: string;
  readonly enrolment: number;
  readonly publicKey: Uint8Array;
  readonly matchKey: Uint8Array;
  /** Unix seconds. */
  readonly validFromS: number;
  /** Null: in force. */
  readonly validToS: number | null;
  /** 1: others may have it, so it proves nothing any more, not even of a time before its end. */
  readonly revoked: 0 | 1;
}

interface UnitRow {
  serial: string;
  unit_id: number | null;
  kind: number;
  role: string;
  model: string;
  state: string;
  enrolment: number;
  vehicle_id: string | null;
  training: number;
  training_until_ms: number | null;
  depot: string | null;
  sim: string | null;
}

function unitOf(row: UnitRow): FleetUnit {
  return {
    serial: row.serial,
    unitId: row.unit_id,
    kind: row.kind as Unit['kind'],
    role: row.role as Role,
    model: row.model,
    state: row.state as UnitState,
    enrolment: row.enrolment,
    vehicleId: row.vehicle_id,
    training: row.training === 1,
    trainingUntilMs: row.training_until_ms,
    depot: row.depot,
    sim: row.sim,
  };
}

export async function loadUnits(store: Reader): Promise<FleetUnit[]> {
  return (await store.all<UnitRow>('SELECT * FROM unit ORDER BY serial')).map(unitOf);
}

/** Newest first; of one serial, or of all. */
export function loadKeySets(store: Reader, serial: string | null = null): Promise<KeySet[]> {
  return store.all<KeySet>(
    `SELECT key_id AS keyId, serial, enrolment, public_key AS publicKey, match_key AS matchKey,
      valid_from_s AS validFromS, valid_to_s AS validToS, revoked
    FROM key_set WHERE CAST(?1 AS TEXT) IS NULL OR serial = ?1
    ORDER BY serial, enrolment DESC`,
    [serial],
  );
}

/** Writes a unit as it now is; `registeredAtMs` counts for a new one only. */
export async function saveUnit(tx: Writer, unit: FleetUnit, registeredAtMs: number): Promise<void> {
  await tx.run(
    `INSERT INTO unit (serial, unit_id, kind, role, model, state, enrolment, vehicle_id, training,
      training_until_ms, depot, sim, registered_at_ms)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (serial) DO UPDATE SET unit_id = excluded.unit_id, kind = excluded.kind,
      role = excluded.role, model = excluded.model, state = excluded.state,
      enrolment = excluded.enrolment, vehicle_id = excluded.vehicle_id,
      training = excluded.training, training_until_ms = excluded.training_until_ms,
      depot = excluded.depot, sim = excluded.sim`,
    [
      unit.serial,
      unit.unitId,
      unit.kind,
      unit.role,
      unit.model,
      unit.state,
      unit.enrolment,
      unit.vehicleId,
      unit.training ? 1 : 0,
      unit.trainingUntilMs ?? null,
      unit.depot,
      unit.sim,
      registeredAtMs,
    ],
  );
}

export async function insertKeySet(tx: Writer, keys: KeySet): Promise<void> {
  await tx.run(
    `INSERT INTO key_set
      (key_id, serial, enrolment, public_key, match_key, valid_from_s, valid_to_s)
    VALUES (?, ?, ?, ?, ?, ?, ?)`,
    [
      keys.keyId,
      keys.serial,
      keys.enrolment,
      keys.publicKey,
      keys.matchKey,
      keys.validFromS,
      keys.validToS,
    ],
  );
}

/**
 * Ends every key set of a serial that is in force. Old public keys stay: old codes, receipts.
 * @param revoked the key may be in other hands: whoever has it could sign for a moment before
 */
export async function endKeySets(
  tx: Writer,
  serial: string,
  atS: number,
  revoked: boolean,
): Promise<void> {
  await tx.run(
    'UPDATE key_set SET valid_to_s = ?, revoked = ? WHERE serial = ? AND valid_to_s IS NULL',
    [atS, revoked ? 1 : 0, serial],
  );
}

/** Who did what to whom: one row a transition or another act worth remembering. */
export async function insertAudit(
  tx: Writer,
  atMs: number,
  subject: string,
  event: string,
  detail: Readonly<Record<string, unknown>>,
): Promise<void> {
  await tx.run('INSERT INTO audit_event (at_ms, subject, event, detail) VALUES (?, ?, ?, ?)', [
    atMs,
    subject,
    event,
    JSON.stringify(detail),
  ]);
}

export interface AuditEvent {
  readonly atMs: number;
  readonly event: string;
  readonly detail: unknown;
}

const auditRowsMax = 100;

/** The newest events of a subject, newest first. */
export async function auditOf(store: Reader, subject: string): Promise<AuditEvent[]> {
  const rows = await store.all<{ atMs: number; event: string; detail: string }>(
    `SELECT at_ms AS atMs, event, detail FROM audit_event
    WHERE subject = ? ORDER BY id DESC LIMIT ?`,
    [subject, auditRowsMax],
  );
  return rows.map((row) => ({ ...row, detail: JSON.parse(row.detail) as unknown }));
}
