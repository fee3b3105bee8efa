import type { Reader, Store } from '../../protocols/store/store.ts';
import { type StoredScan, scanById } from '../intake/scan-table.ts';
import { digestOf } from '../secrets.ts';
import { type Standing, standingOf } from './standing.ts';

/** A scan as one request sees it. */
export interface Opening {
  readonly scan: StoredScan;
  readonly standing: Standing;
  /** Whether the request carries the cookie of the first opener of this scan's page. */
  readonly isOpener: boolean;
}

/** What stands in the cookie of a scan's page. Undefined: none was sent. */
export type OpenerCookie = string | undefined;

/** The scan and what this request may do with it; undefined: no such scan. */
export async function openingOf(
  reader: Reader,
  scanId: string,
  cookie: OpenerCookie,
): Promise<Opening | undefined> {
  const scan = await scanById(reader, scanId);
  if (scan === undefined) return undefined;
  const presence = await reader.get<{ firstSeenAtMs: number | null; redeemedBy: string | null }>(
    `SELECT (SELECT min(seen_at_ms) FROM scans WHERE presence_id = ?1) AS firstSeenAtMs,
            (SELECT scan_id FROM redemptions WHERE presence_id = ?1) AS redeemedBy`,
    [scan.report.presenceId],
  );
  const isOfStaff = scan.staffBy !== null;
  const isOpener = !isOfStaff && cookie !== undefined && scan.openerDigest === digestOf(cookie);
  const standing = standingOf({
    report: scan.report,
    receivedAtMs: scan.receivedAtMs,
    scanId,
    isOpener,
    firstSeenAtMs: presence?.firstSeenAtMs ?? null,
    redeemedBy: presence?.redeemedBy ?? null,
  });
  return { scan, standing, isOpener };
}

/**
 * Makes the cookie the first opener's, and notes whose browser it is across scans; false when
 * another was first or the scan is unknown.
 */
export async function claimOpening(
  store: Store,
  scanId: string,
  { cookie, party }: { readonly cookie: string; readonly party: string },
  nowMs: number,
): Promise<boolean> {
  const { changes } = await store.write((tx) =>
    tx.run(
      `UPDATE scans SET opener_digest = ?, party_digest = ?, opened_at_ms = ?
       WHERE scan_id = ? AND opener_digest IS NULL`,
      [digestOf(cookie), digestOf(party), nowMs, scanId],
    ),
  );
  return changes === 1;
}

/** A scan by staff opens like any other and redeems nothing, now or after they have logged out. */
export async function markStaff(store: Store, scanId: string, accountId: string): Promise<void> {
  await store.write((tx) =>
    tx.run('UPDATE scans SET staff_by = ? WHERE scan_id = ? AND staff_by IS NULL', [
      accountId,
      scanId,
    ]),
  );
}

/** Notes that the page was really shown: its style was fetched. The first time counts. */
export async function markSeen(store: Store, scanId: string, nowMs: number): Promise<void> {
  await store.write((tx) =>
    tx.run('UPDATE scans SET seen_at_ms = ? WHERE scan_id = ? AND seen_at_ms IS NULL', [
      nowMs,
      scanId,
    ]),
  );
}
