import type { ScanReport } from '../../protocols/http/link-bodies.ts';
import type { Reader } from '../../protocols/store/store.ts';

/** A rating may be made and changed this long after the incident closes. product.md, "Driver". */
export const ratingOpenMs = 72 * 3_600_000;

/**
 * When the gateway first told us that the incident of a scan had closed, Unix ms; null: it has
 * not, or the scan has no incident.
 */
async function closedAtMs(reader: Reader, { scanId, incident }: ScanReport) {
  if (incident === null) return null;
  const row = await reader.get<{ atMs: number | null }>(
    `SELECT min(received_at_ms) AS atMs FROM link_messages
     WHERE subject = ? AND type = 'scan-relinked'
       AND json_extract(body, '$.incident.id') = ?
       AND json_extract(body, '$.incident.stage') = 'closed'`,
    [scanId, incident.id],
  );
  return row?.atMs ?? null;
}

/** The moment from which ratings of a scan stand as they are, Unix ms. */
export async function ratingClosesAtMs(reader: Reader, report: ScanReport): Promise<number> {
  return ((await closedAtMs(reader, report)) ?? report.scannedAtMs) + ratingOpenMs;
}
