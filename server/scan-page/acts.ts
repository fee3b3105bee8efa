import type { Store, Writer } from '../../protocols/store/store.ts';
import { appendAudit } from '../audit/append-audit.ts';
import type { StoredScan } from '../intake/scan-table.ts';
import { type OpenerCookie, type Opening, openingOf } from './openings.ts';
import { mayAct } from './standing.ts';

/** What a driver does on the page, who does it, and when. */
export interface Act {
  readonly scanId: string;
  readonly cookie: OpenerCookie;
  readonly nowMs: number;
  /** Salts what the act leaves in the audit log. */
  readonly randomBytes: (bytes: number) => Buffer;
}

/** `done`: saved, now or by an earlier identical act; `refused`: this opening may not act. */
export type ActResult =
  | { readonly outcome: 'done' }
  | { readonly outcome: 'refused'; readonly opening: Opening }
  | { readonly outcome: 'unknown' };

/**
 * Redeems the presence for this scan. The caller has seen, in the same transaction, that no other
 * scan holds it; the table's primary key holds should that ever be wrong.
 */
export async function redeem(
  tx: Writer,
  { report }: StoredScan,
  act: 'rating' | 'match' | 'complaint' | 'receipt',
  nowMs: number,
): Promise<void> {
  await tx.run(
    `INSERT INTO redemptions (presence_id, scan_id, act, redeemed_at_ms) VALUES (?, ?, ?, ?)
     ON CONFLICT (presence_id) DO NOTHING`,
    [report.presenceId, report.scanId, act, nowMs],
  );
}

async function raiseAlert(
  tx: Writer,
  alertId: string,
  opening: Opening,
  { nowMs, randomBytes }: Act,
): Promise<void> {
  const { report } = opening.scan;
  const { changes } = await tx.run(
    `INSERT INTO alerts (alert_id, kind, scan_id, unit_id, vehicle_id, lat, lon, place, redeemed,
       training, raised_at_ms)
     VALUES (?, 'match-different', ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (kind, scan_id) DO NOTHING`,
    [
      alertId,
      report.scanId,
      report.unit.unitId,
      report.unit.vehicleId,
      report.position?.lat ?? report.signedPosition?.lat ?? null,
      report.position?.lon ?? report.signedPosition?.lon ?? null,
      report.place === null ? null : JSON.stringify(report.place),
      Number(mayAct(opening.standing)),
      Number(report.unit.training),
      nowMs,
    ],
  );
  if (changes === 0) return;
  const after = { kind: 'match-different', unitId: report.unit.unitId, place: report.place };
  const event = { actor: 'driver', action: 'alert.raise', subject: `alert:${alertId}` };
  const outside = { nowMs: () => nowMs, randomBytes };
  await appendAudit(tx, { ...event, reason: '不一致', before: null, after }, outside);
}

/**
 * Takes the answer about the match words. "Different" redeems and raises an alert with the place;
 * one from an opener who lost the race is kept as well, for it may be the one who was deceived.
 */
export function answerMatch(
  store: Store,
  act: Act,
  alertId: string,
  answer: 'same' | 'different',
): Promise<ActResult> {
  const { scanId, cookie, nowMs } = act;
  return store.write(async (tx) => {
    const opening = await openingOf(tx, scanId, cookie);
    if (opening === undefined) return { outcome: 'unknown' };
    const allowed = mayAct(opening.standing);
    const lostTheRace = opening.isOpener && opening.standing === 'taken';
    if (answer === 'different' && (allowed || lostTheRace)) {
      await raiseAlert(tx, alertId, opening, act);
    }
    if (!allowed) return { outcome: 'refused', opening };
    if (answer === 'different') await redeem(tx, opening.scan, 'match', nowMs);
    await tx.run(
      `UPDATE scans SET match_answer = ?
       WHERE scan_id = ? AND (match_answer IS NULL OR match_answer = 'same')`,
      [answer, scanId],
    );
    return { outcome: 'done' };
  });
}
