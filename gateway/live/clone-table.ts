import type { Reader, Writer } from '../../protocols/store/store.ts';

/** What spoke for a second device with a unit's key. */
export const cloneSigns = ['boots', 'travel', 'code', 'record'] as const;
export type CloneSign = (typeof cloneSigns)[number];

/** A sign that goes on is one row while it does. Unix ms. */
export interface CloneAlert {
  readonly serial: string;
  readonly sign: CloneSign;
  readonly firstAtMs: number;
  readonly lastAtMs: number;
  readonly times: number;
  readonly detail: string;
}

/** A sign that comes again within this time is still the same one. */
export const cloneQuietMs = 24 * 3_600_000;
const alertsMax = 1000;

/** Adds to the sign that goes on, or begins one. True: it began. */
export async function noteClone(
  tx: Writer,
  serial: string,
  sign: CloneSign,
  detail: string,
  atMs: number,
): Promise<boolean> {
  const { changes } = await tx.run(
    `UPDATE clone_alert SET last_at_ms = CASE WHEN last_at_ms < ?3 THEN ?3 ELSE last_at_ms END,
      times = times + 1
    WHERE id = (SELECT max(id) FROM clone_alert WHERE serial = ?1 AND sign = ?2)
      AND last_at_ms >= ?3 - ?4`,
    [serial, sign, atMs, cloneQuietMs],
  );
  if (changes > 0) return false;
  await tx.run(
    `INSERT INTO clone_alert (serial, sign, first_at_ms, last_at_ms, times, detail)
    VALUES (?, ?, ?, ?, 1, ?)`,
    [serial, sign, atMs, atMs, detail],
  );
  return true;
}

/** When the last sign of a unit came, Unix ms; 0: never. */
export async function lastSignMs(reader: Reader, serial: string): Promise<number> {
  const row = await reader.get<{ atms: number }>(
    'SELECT last_at_ms AS atms FROM clone_alert WHERE serial = ? ORDER BY last_at_ms DESC LIMIT 1',
    [serial],
  );
  return row?.atms ?? 0;
}

/** Newest first. */
export function cloneAlerts(store: Reader): Promise<CloneAlert[]> {
  return store.all<CloneAlert>(
    `SELECT serial, sign, first_at_ms AS firstAtMs, last_at_ms AS lastAtMs, times, detail
    FROM clone_alert ORDER BY id DESC LIMIT ?`,
    [alertsMax],
  );
}
