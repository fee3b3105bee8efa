import type { ScanRelinked, ScanReport } from '../../protocols/http/link-bodies.ts';
import type { Reader, Writer } from '../../protocols/store/store.ts';

/** An opening as the gateway reported it, with what happened to it here. */
export interface StoredScan {
  readonly report: ScanReport;
  readonly gatewayId: string;
  readonly receivedAtMs: number;
  /** Digest of the first opener's cookie; null: the page was never fetched. */
  readonly openerDigest: string | null;
  /** Digest of the cookie that the opener's browser has for all scans; null: as above. */
  readonly partyDigest: string | null;
  readonly seenAtMs: number | null;
  readonly matchAnswer: 'same' | 'different' | null;
  /** Account of staff who opened it: it redeems nothing; null: none did. */
  readonly staffBy: string | null;
}

interface ScanRow extends Omit<StoredScan, 'report'> {
  readonly report: string;
}

/** The scan with its newest link; undefined when it never arrived. */
export async function scanById(reader: Reader, scanId: string): Promise<StoredScan | undefined> {
  const row = await reader.get<ScanRow>(
    `SELECT report, gateway_id AS gatewayId, received_at_ms AS receivedAtMs,
            opener_digest AS openerDigest, party_digest AS partyDigest,
            seen_at_ms AS seenAtMs, match_answer AS matchAnswer, staff_by AS staffBy
     FROM scans WHERE scan_id = ?`,
    [scanId],
  );
  return row && { ...row, report: JSON.parse(row.report) as ScanReport };
}

export async function insertScan(
  tx: Writer,
  gatewayId: string,
  report: ScanReport,
  receivedAtMs: number,
): Promise<void> {
  await tx.run(
    `INSERT INTO scans (scan_id, gateway_id, presence_id, report, scanned_at_ms, received_at_ms)
     VALUES (?, ?, ?, ?, ?, ?)`,
    [
      report.scanId,
      gatewayId,
      report.presenceId,
      JSON.stringify(report),
      report.scannedAtMs,
      receivedAtMs,
    ],
  );
}

/** Puts a better link in place of the earlier one; the messages themselves are kept beside it. */
export async function replaceLink(
  tx: Writer,
  report: ScanReport,
  { position, place, incident }: ScanRelinked,
): Promise<void> {
  await tx.run('UPDATE scans SET report = ? WHERE scan_id = ?', [
    JSON.stringify({ ...report, position, place, incident }),
    report.scanId,
  ]);
}

/** Who was aboard became known after the scan: a crew may sign on without a line. */
export async function replaceCrew(
  tx: Writer,
  report: ScanReport,
  crew: readonly string[],
): Promise<void> {
  await tx.run('UPDATE scans SET report = ? WHERE scan_id = ?', [
    JSON.stringify({ ...report, crew }),
    report.scanId,
  ]);
}
