import type { Heading } from '../../protocols/evidence/track-fix.ts';
import type { Position, ScanReport } from '../../protocols/http/link-bodies.ts';
import type { Place } from '../../protocols/http/link-parts.ts';
import { jsonField, jsonFields } from '../../protocols/store/json-rows.ts';
import type { Store, Writer } from '../../protocols/store/store.ts';
import type { StoredFix } from '../parts.ts';

/** What a scan was linked to, with everything that decided it: it can be computed again. */
export interface StoredLink {
  readonly position: Position | null;
  readonly place: Place | null;
  readonly incidentId: string | null;
  readonly linkedBy: NonNullable<ScanReport['incident']>['linkedBy'] | null;
  readonly evidence: {
    readonly before: StoredFix | null;
    readonly after: StoredFix | null;
    readonly last: StoredFix | null;
    readonly heading: Heading | null;
    /** Unit clock − gateway clock, seconds. */
    readonly offsetS: number;
  };
}

export interface OpeningRow {
  readonly report: ScanReport;
  readonly isFirst: boolean;
  readonly code: Uint8Array;
  readonly link: StoredLink;
  readonly isFinal: boolean;
}

const openingFields = jsonFields([
  ...(['text', 'text', 'whole', 'whole', 'whole', 'text', 'whole', 'bytes'] as const),
  ...(['text', 'text', 'text', 'whole'] as const),
]);

/** Openings of a commit in one statement. */
export async function insertOpenings(tx: Writer, rows: readonly OpeningRow[]): Promise<void> {
  const values = rows.map(({ report, isFirst, code, link, isFinal }) => [
    report.scanId,
    report.presenceId,
    report.unit.unitId,
    report.issuedAt,
    report.scannedAtMs,
    report.verdict,
    isFirst ? 1 : 0,
    Buffer.from(code).toString('hex'),
    report,
    link,
    link.incidentId,
    isFinal ? 1 : 0,
  ]);
  await tx.run(
    `INSERT INTO scan_opening (scan_id, presence_id, unit_id, issued_at, opened_at_ms, verdict,
       is_first, code, report, link, incident_id, is_final)
     SELECT ${openingFields} FROM json_each(?)`,
    [JSON.stringify(values)],
  );
}

export interface RecentOpening {
  readonly unitId: number;
  readonly presenceId: string;
  readonly issuedAt: number;
  readonly openedAtMs: number;
  readonly isFirst: 0 | 1;
}

/** Openings of screens since a moment whose codes were not ahead of their time, oldest first. */
export function recentOpenings(store: Store, sinceMs: number): Promise<RecentOpening[]> {
  return store.all<RecentOpening>(
    `SELECT unit_id AS unitId, presence_id AS presenceId, issued_at AS issuedAt,
       opened_at_ms AS openedAtMs, is_first AS isFirst
     FROM scan_opening
     WHERE opened_at_ms > ? AND verdict IN ('fresh', 'replayed', 'stale') ORDER BY opened_at_ms`,
    [sinceMs],
  );
}

/** An opening whose link late fixes may still improve. */
export interface UnfinalOpening {
  readonly scanId: string;
  readonly unitId: number;
  readonly code: Uint8Array;
  readonly issuedAt: number;
  readonly openedAtMs: number;
  readonly link: StoredLink;
}

/** The newest ones since a moment, at most `rowsMax`. */
export async function unfinalOpenings(
  store: Store,
  sinceMs: number,
  rowsMax: number,
): Promise<UnfinalOpening[]> {
  const rows = await store.all<Omit<UnfinalOpening, 'link'> & { link: string }>(
    `SELECT scan_id AS scanId, unit_id AS unitId, code, issued_at AS issuedAt,
       opened_at_ms AS openedAtMs, link
     FROM scan_opening WHERE is_final = 0 AND opened_at_ms > ? ORDER BY opened_at_ms DESC LIMIT ?`,
    [sinceMs, rowsMax],
  );
  return rows.map((row) => ({ ...row, link: JSON.parse(row.link) }));
}

export interface Relink {
  readonly scanId: string;
  readonly link: StoredLink;
  readonly isFinal: boolean;
}

export interface RelinkVersion {
  readonly scanId: string;
  readonly version: number;
}

/** Replaces links and keeps each version; answers the number each scan's new version has. */
export async function updateLinks(
  tx: Writer,
  relinks: readonly Relink[],
  atMs: number,
): Promise<RelinkVersion[]> {
  const rows = JSON.stringify(
    relinks.map(({ scanId, link, isFinal }) => [
      scanId,
      JSON.stringify(link),
      link.incidentId,
      isFinal ? 1 : 0,
    ]),
  );
  const versions = await tx.all<RelinkVersion>(
    `UPDATE scan_opening SET link = r.link, incident_id = r.incident_id, is_final = r.is_final,
       relinks = relinks + 1
     FROM (SELECT value ->> 0 AS scan_id, value ->> 1 AS link, value ->> 2 AS incident_id,
             ${jsonField('whole', 3)} AS is_final FROM json_each(?)) r
     WHERE scan_opening.scan_id = r.scan_id
     RETURNING scan_opening.scan_id AS scanId, relinks AS version`,
    [rows],
  );
  await tx.run(
    `INSERT INTO scan_relink (scan_id, version, at_ms, link)
     SELECT o.scan_id, o.relinks, CAST(? AS BIGINT), o.link FROM scan_opening o
     JOIN json_each(?) r ON o.scan_id = r.value ->> 0`,
    [atMs, rows],
  );
  return versions;
}

/** Links of the newest scans of an incident. */
export async function linksOfIncident(
  reader: Pick<Store, 'all'>,
  incidentId: string,
  rowsMax: number,
): Promise<Relink[]> {
  const rows = await reader.all<{ scanId: string; link: string; isFinal: 0 | 1 }>(
    `SELECT scan_id AS scanId, link, is_final AS isFinal FROM scan_opening
     WHERE incident_id = ? ORDER BY opened_at_ms DESC LIMIT ?`,
    [incidentId, rowsMax],
  );
  return rows.map(({ scanId, link, isFinal }) => ({
    scanId,
    link: JSON.parse(link),
    isFinal: isFinal === 1,
  }));
}

/** A scan of an incident, with the fixes that decided where it was. */
export interface LinkedScan
  extends Pick<StoredLink['evidence'], 'before' | 'after' | 'last' | 'heading'> {
  readonly scanId: string;
  readonly unitId: number;
  readonly codeHex: string;
  readonly openedAtMs: number;
  readonly linkedBy: string;
}

/**
 * Scans of an incident, the oldest first, at most `rowsMax`. The last fix is named only where it
 * decided: otherwise it is whatever the unit had sent by then.
 */
export async function scansOfIncident(
  reader: Pick<Store, 'all'>,
  incidentId: string,
  rowsMax: number,
): Promise<LinkedScan[]> {
  const rows = await reader.all<{
    scanId: string;
    unitId: number;
    code: Uint8Array;
    openedAtMs: number;
    link: string;
  }>(
    `SELECT scan_id AS scanId, unit_id AS unitId, code, opened_at_ms AS openedAtMs, link
     FROM scan_opening WHERE incident_id = ? ORDER BY opened_at_ms, scan_id LIMIT ?`,
    [incidentId, rowsMax],
  );
  return rows.map(({ scanId, unitId, code, openedAtMs, link }) => {
    const { position, linkedBy, evidence } = JSON.parse(link) as StoredLink;
    const { before, after, last, heading } = evidence;
    return {
      ...{ scanId, unitId, codeHex: Buffer.from(code).toString('hex'), openedAtMs },
      ...{ linkedBy: linkedBy ?? '', before, after, heading },
      last: position?.source === 'last-fix' ? last : null,
    };
  });
}

export interface NewestCode {
  readonly unitId: number;
  readonly issuedAt: number;
  readonly knownAtMs: number;
}

export async function saveNewestCodes(tx: Writer, codes: readonly NewestCode[]): Promise<void> {
  await tx.run(
    `INSERT INTO newest_code (unit_id, issued_at, known_at_ms)
     SELECT ${jsonFields(['whole', 'whole', 'whole'])} FROM json_each(?) WHERE true
     ON CONFLICT (unit_id) DO UPDATE SET
       issued_at = excluded.issued_at, known_at_ms = excluded.known_at_ms
       WHERE excluded.issued_at > newest_code.issued_at`,
    [JSON.stringify(codes.map(({ unitId, issuedAt, knownAtMs }) => [unitId, issuedAt, knownAtMs]))],
  );
}

export function newestCodes(store: Store, sinceMs: number): Promise<NewestCode[]> {
  return store.all<NewestCode>(
    `SELECT unit_id AS unitId, issued_at AS issuedAt, known_at_ms AS knownAtMs
     FROM newest_code WHERE known_at_ms > ?`,
    [sinceMs],
  );
}
