import type { ScanReport } from '../../protocols/http/link-bodies.ts';

/**
 * Openings this long after the first opener's page was shown may still redeem, in milliseconds.
 * Scan code, "Opening and redeeming" 2.
 */
export const candidateAfterSeenMsMax = 10_000;

/** What is known of a presence when one of its openings is looked at. */
export interface PresenceFacts {
  readonly report: Pick<ScanReport, 'verdict' | 'candidate' | 'offlineIssued' | 'scannedAtMs'>;
  readonly receivedAtMs: number;
  readonly scanId: string;
  /** Whether the request carries the cookie of the first opener of this scan's page. */
  readonly isOpener: boolean;
  /** When the first page of any opening of this presence was shown; null: none yet. */
  readonly firstSeenAtMs: number | null;
  /** The scan that redeemed the presence; null: none yet. */
  readonly redeemedBy: string | null;
}

/**
 * What this opening may do:
 * - `candidate`: may still redeem; `holder`: has redeemed
 * - `taken`: another opening redeemed first; `late`: opened after the others; both: scan again
 * - `view-only`: a forwarded link, or a browser that keeps no cookies
 * - `offline`: 离线签发, no presence; `none`: the verdict gives none
 */
export type Standing = 'candidate' | 'holder' | 'taken' | 'late' | 'view-only' | 'offline' | 'none';

/**
 * The opening by whichever clock says earlier: a gateway clock that runs ahead must not make the
 * honest first opener late, and a report that was held up is not late for that.
 */
function openedAtMs({ report, receivedAtMs }: PresenceFacts): number {
  return Math.min(report.scannedAtMs, receivedAtMs);
}

/** The first that holds, in this order. */
export function standingOf(facts: PresenceFacts): Standing {
  const { report, firstSeenAtMs, redeemedBy } = facts;
  if (report.verdict !== 'fresh') return 'none';
  if (report.offlineIssued) return 'offline';
  if (redeemedBy !== null && redeemedBy !== facts.scanId) return 'taken';
  const closesAtMs =
    firstSeenAtMs === null ? Number.POSITIVE_INFINITY : firstSeenAtMs + candidateAfterSeenMsMax;
  if (!report.candidate || openedAtMs(facts) > closesAtMs) return 'late';
  if (!facts.isOpener) return 'view-only';
  return redeemedBy === null ? 'candidate' : 'holder';
}

/** True when this opening may act: rate, or answer about the match words. */
export function mayAct(standing: Standing): boolean {
  return standing === 'candidate' || standing === 'holder';
}
