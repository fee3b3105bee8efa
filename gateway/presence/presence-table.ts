import { jsonFields } from '../../protocols/store/json-rows.ts';
import type { Reader, Writer } from '../../protocols/store/store.ts';
import type { AlertKind } from './alert-rule.ts';
import { type Evidence, noEvidence } from './evidence.ts';
import type { Presence } from './presence.ts';

/** Everything a person is called for; a second device with a unit's key is found elsewhere. */
export type CalledKind = AlertKind | 'clone';

export interface PresenceRow {
  readonly serial: string;
  readonly presence: Presence | null;
  readonly evidence: Evidence;
}

/** An outage that somebody was called for; `closedAtMs` null: it goes on. Unix ms throughout. */
export interface Alert {
  readonly id: number;
  readonly serial: string;
  readonly kind: CalledKind;
  readonly reason: string;
  /** Beginning of the outage. */
  readonly sinceMs: number;
  readonly openedAtMs: number;
  /** Since when all was well again. */
  readonly endedAtMs: number | null;
  readonly closedAtMs: number | null;
  readonly closedReason: string | null;
}

export type NewAlert = Pick<Alert, 'serial' | 'kind' | 'reason' | 'sinceMs'>;

/** A state that no row of this program ever holds: only the evidence is known. */
const unknownState = '';

/** Writes how units are, in one statement. */
export async function savePresence(tx: Writer, rows: readonly PresenceRow[]): Promise<void> {
  if (rows.length === 0) return;
  const values = rows.map(({ serial, presence, evidence }) => [
    serial,
    presence?.state ?? unknownState,
    presence?.reason ?? '',
    presence?.sinceMs ?? 0,
    JSON.stringify(evidence),
  ]);
  await tx.run(
    `INSERT INTO presence (serial, state, reason, since_ms, evidence)
    SELECT ${jsonFields(['text', 'text', 'text', 'whole', 'text'])}
    FROM json_each(?) WHERE true
    ON CONFLICT (serial) DO UPDATE SET state = excluded.state, reason = excluded.reason,
      since_ms = excluded.since_ms, evidence = excluded.evidence`,
    [JSON.stringify(values)],
  );
}

export async function loadPresence(reader: Reader): Promise<readonly PresenceRow[]> {
  const rows = await reader.all<{
    readonly serial: string;
    readonly state: Presence['state'] | typeof unknownState;
    readonly reason: string;
    readonly sinceMs: number;
    readonly evidence: string;
  }>('SELECT serial, state, reason, since_ms AS sinceMs, evidence FROM presence');
  return rows.map(({ serial, state, reason, sinceMs, evidence }) => ({
    serial,
    presence: state === unknownState ? null : { state, reason, sinceMs },
    evidence: { ...noEvidence, ...(JSON.parse(evidence) as Partial<Evidence>) },
  }));
}

/** Opens an alert; the id, or null when one of this unit and kind is open already. */
export async function openAlert(tx: Writer, given: NewAlert, atMs: number): Promise<number | null> {
  const { serial, kind, reason, sinceMs } = given;
  const row = await tx.get<{ id: number }>(
    `INSERT INTO alert (serial, kind, reason, since_ms, opened_at_ms) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (serial, kind) WHERE closed_at_ms IS NULL DO NOTHING RETURNING id`,
    [serial, kind, reason, sinceMs, atMs],
  );
  return row?.id ?? null;
}

/** Closes the open alert of a unit and kind; the id, or null when there is none. */
export async function closeAlert(
  tx: Writer,
  serial: string,
  kind: CalledKind,
  end: { readonly endedAtMs: number; readonly reason: string; readonly atMs: number },
): Promise<number | null> {
  const row = await tx.get<{ id: number }>(
    `UPDATE alert SET ended_at_ms = ?, closed_at_ms = ?, closed_reason = ?
    WHERE serial = ? AND kind = ? AND closed_at_ms IS NULL RETURNING id`,
    [end.endedAtMs, end.atMs, end.reason, serial, kind],
  );
  return row?.id ?? null;
}

/** A graver reason for an alert that is open. */
export async function worsenAlert(
  tx: Writer,
  serial: string,
  kind: CalledKind,
  reason: string,
): Promise<void> {
  await tx.run(
    'UPDATE alert SET reason = ? WHERE serial = ? AND kind = ? AND closed_at_ms IS NULL',
    [reason, serial, kind],
  );
}

const alertColumns = `id, serial, kind, reason, since_ms AS sinceMs, opened_at_ms AS openedAtMs,
  ended_at_ms AS endedAtMs, closed_at_ms AS closedAtMs, closed_reason AS closedReason`;

export interface AlertFilter {
  readonly serial?: string | undefined;
  readonly openOnly: boolean;
  readonly rowsMax: number;
}

/** Alerts, the newest first. */
export function listAlerts(reader: Reader, filter: AlertFilter): Promise<Alert[]> {
  const { serial = null, openOnly, rowsMax } = filter;
  return reader.all<Alert>(
    `SELECT ${alertColumns} FROM alert
    WHERE (CAST(?1 AS TEXT) IS NULL OR serial = ?1) AND (?2 = 0 OR closed_at_ms IS NULL)
    ORDER BY id DESC LIMIT ?3`,
    [serial, openOnly ? 1 : 0, rowsMax],
  );
}

/** Every alert that is open, however many. */
export function openAlerts(reader: Reader): Promise<Alert[]> {
  return reader.all<Alert>(`SELECT ${alertColumns} FROM alert WHERE closed_at_ms IS NULL`);
}

/** Alerts are kept for a year of reports after they were closed. */
export const alertKeptMs = 400 * 86_400_000;

/** Drops, at most `rowsMax`, alerts that were closed before `beforeMs`; answers how many. */
export async function dropAlerts(tx: Writer, beforeMs: number, rowsMax: number): Promise<number> {
  const { changes } = await tx.run(
    `DELETE FROM alert WHERE id IN
      (SELECT id FROM alert WHERE closed_at_ms < ? ORDER BY id LIMIT ?)`,
    [beforeMs, rowsMax],
  );
  return changes;
}
