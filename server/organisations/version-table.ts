import type { Reader, Writer } from '../../protocols/store/store.ts';
import type { ChinaDay } from '../calendar/china-day.ts';
import type { Organisation } from '../directory/directory.ts';
import { organisations, putRow, selectRows } from '../directory/directory-table.ts';
import { publishScreens } from '../directory/screens.ts';
import { type Details, kindOf, type Version } from './organisation.ts';

interface VersionRow {
  readonly organisationId: string;
  readonly validFrom: string;
  readonly validTo: string | null;
  readonly body: string;
}

const columns = `organisation_id AS organisationId, valid_from AS validFrom, valid_to AS validTo,
  body`;

function fromRow({ body, ...row }: VersionRow): Version {
  return { ...(JSON.parse(body) as Details), ...row };
}

/** Everything an organisation was and will be, oldest first. */
export async function versionsOf(reader: Reader, organisationId: string): Promise<Version[]> {
  const rows = await reader.all<VersionRow>(
    `SELECT ${columns} FROM organisation_versions WHERE organisation_id = ? ORDER BY valid_from`,
    [organisationId],
  );
  return rows.map(fromRow);
}

/** All organisations as they stand on a day. */
export async function treeOn(reader: Reader, day: ChinaDay): Promise<Version[]> {
  const rows = await reader.all<VersionRow>(
    `SELECT ${columns} FROM organisation_versions
     WHERE valid_from <= ?1 AND (valid_to IS NULL OR valid_to >= ?1) ORDER BY organisation_id`,
    [day],
  );
  return rows.map(fromRow);
}

/** Adds a version, or puts it in place of the one that begins on its day. */
export async function putVersion(
  tx: Writer,
  { organisationId, validFrom, validTo, ...details }: Version,
  byWhom: string,
  nowMs: number,
): Promise<void> {
  await tx.run(
    `INSERT INTO organisation_versions
       (organisation_id, valid_from, valid_to, body, recorded_at_ms, recorded_by)
     VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (organisation_id, valid_from) DO UPDATE SET valid_to = excluded.valid_to,
       body = excluded.body, recorded_at_ms = excluded.recorded_at_ms,
       recorded_by = excluded.recorded_by`,
    [organisationId, validFrom, validTo, JSON.stringify(details), nowMs, byWhom],
  );
}

/** The last day of a version; null: until further notice. */
export async function endVersion(
  tx: Writer,
  { organisationId, validFrom }: Version,
  validTo: ChinaDay | null,
): Promise<void> {
  await tx.run(
    'UPDATE organisation_versions SET valid_to = ? WHERE organisation_id = ? AND valid_from = ?',
    [validTo, organisationId, validFrom],
  );
}

function presentOf(version: Version, sample: boolean): Organisation {
  const { level, uscc: _uscc, usccDocument: _document, ...rest } = version;
  const { validFrom: _from, validTo: _to, ...row } = rest;
  return { ...row, kind: kindOf(level), sample };
}

/** Puts the row that pages and screens show in place, for one organisation. */
export async function showVersion(tx: Writer, version: Version, sample: boolean): Promise<void> {
  await putRow(tx, organisations, presentOf(version, sample));
}

/** Rows of the directory that came without a history: from an unknown day on they were so. */
async function recordUnknownPast(tx: Writer, nowMs: number): Promise<void> {
  const known = new Map(
    (
      await tx.all<{ id: string; by: string; versions: number }>(
        `SELECT organisation_id AS id, max(recorded_by) AS "by", count(*) AS versions
         FROM organisation_versions GROUP BY organisation_id`,
      )
    ).map((row) => [row.id, row]),
  );
  for (const row of await selectRows(tx, organisations, 'TRUE', [])) {
    const history = known.get(row.organisationId);
    const isOnlyLoaded = history?.versions === 1 && history.by === 'directory';
    if (history !== undefined && !isOnlyLoaded) continue;
    const { kind, sample: _sample, ...rest } = row;
    const above = row.superiorId === null ? 'detachment' : 'brigade';
    const level = kind === 'rescue' ? 'rescue-firm' : above;
    const details: Details = { ...rest, level, uscc: '', usccDocument: '' };
    const version = { ...details, organisationId: row.organisationId };
    await putVersion(tx, { ...version, validFrom: '', validTo: null }, 'directory', nowMs);
  }
}

async function recordPostings(tx: Writer, nowMs: number): Promise<void> {
  await tx.run(
    `INSERT INTO person_postings
       (person_id, organisation_id, valid_from, valid_to, recorded_at_ms, recorded_by)
     SELECT person_id, organisation_id, '', NULL, ?, 'directory' FROM people
     WHERE person_id NOT IN (SELECT person_id FROM person_postings)`,
    [nowMs],
  );
}

/** Brings the directory to what the histories say for a day, and the screens with it. */
export async function showDay(tx: Writer, day: ChinaDay, nowMs: number): Promise<void> {
  await recordUnknownPast(tx, nowMs);
  await recordPostings(tx, nowMs);
  const shown = new Map(
    (await selectRows(tx, organisations, 'TRUE', [])).map((row) => [row.organisationId, row]),
  );
  for (const version of await treeOn(tx, day)) {
    const row = shown.get(version.organisationId);
    const next = presentOf(version, row?.sample ?? false);
    if (JSON.stringify(sorted(row)) === JSON.stringify(sorted(next))) continue;
    await putRow(tx, organisations, next);
  }
  await tx.run(
    `UPDATE people SET organisation_id = coalesce(
       (SELECT p.organisation_id FROM person_postings p WHERE p.person_id = people.person_id
          AND valid_from <= ?1 AND (valid_to IS NULL OR valid_to >= ?1)), organisation_id)`,
    [day],
  );
  await publishScreens(tx);
}

function sorted(row: object | undefined): unknown {
  return row === undefined ? null : Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1));
}
