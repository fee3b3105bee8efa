import type { Reader, Writer } from '../../protocols/store/store.ts';
import type { Right, Role } from './roles.ts';

/** A right as it was given. */
export interface GivenRight extends Right {
  readonly rightId: string;
  readonly organisationNameZh: string | null;
  readonly organisationNameEn: string | null;
}

/** Levels of the tree that are walked at most; a loop in the data ends here. */
const levelsMax = 16;

/** Rights in force of an account, oldest first. */
export function rightsOf(reader: Reader, accountId: string): Promise<GivenRight[]> {
  return reader.all<GivenRight>(
    `SELECT right_id AS rightId, role, r.organisation_id AS organisationId,
       o.name_zh AS organisationNameZh, o.name_en AS organisationNameEn
     FROM account_rights r LEFT JOIN organisations o ON o.organisation_id = r.organisation_id
     WHERE account_id = ? AND ended_at_ms IS NULL ORDER BY given_at_ms, right_id`,
    [accountId],
  );
}

export async function addRight(
  tx: Writer,
  right: Right & { readonly rightId: string; readonly accountId: string },
  givenBy: string,
  nowMs: number,
): Promise<void> {
  await tx.run(
    `INSERT INTO account_rights (right_id, account_id, role, organisation_id, given_at_ms, given_by)
     VALUES (?, ?, ?, ?, ?, ?)`,
    [right.rightId, right.accountId, right.role, right.organisationId, nowMs, givenBy],
  );
}

/** Ends a right; false when there is none in force by this number. */
export async function endRight(tx: Writer, rightId: string, nowMs: number): Promise<boolean> {
  const { changes } = await tx.run(
    'UPDATE account_rights SET ended_at_ms = ? WHERE right_id = ? AND ended_at_ms IS NULL',
    [nowMs, rightId],
  );
  return changes === 1;
}

/** The organisation and all above it, by the tree of today; empty when it does not exist. */
export async function selfAndAbove(reader: Reader, organisationId: string): Promise<string[]> {
  const rows = await reader.all<{ id: string }>(
    `WITH RECURSIVE above (id, superior_id, level) AS (
       SELECT organisation_id, superior_id, 0 FROM organisations WHERE organisation_id = ?
       UNION ALL
       SELECT o.organisation_id, o.superior_id, level + 1
       FROM organisations o JOIN above ON o.organisation_id = above.superior_id
       WHERE level < ${levelsMax})
     SELECT id FROM above`,
    [organisationId],
  );
  return rows.map(({ id }) => id);
}

/** Everything a right of one of these roles covers: ids, or null for everywhere. */
export async function coveredBy(
  reader: Reader,
  rights: readonly Right[],
  wanted: readonly Role[],
): Promise<ReadonlySet<string> | null> {
  const roots = rights.filter(({ role }) => wanted.includes(role));
  if (roots.some(({ organisationId }) => organisationId === null)) return null;
  const rows = await reader.all<{ id: string }>(
    `WITH RECURSIVE below (id, level) AS (
       SELECT value ->> 0, 0 FROM json_each(?)
       UNION
       SELECT o.organisation_id, level + 1
       FROM organisations o JOIN below ON o.superior_id = below.id WHERE level < ${levelsMax})
     SELECT DISTINCT id FROM below`,
    [JSON.stringify(roots.map(({ organisationId }) => [organisationId]))],
  );
  return new Set(rows.map(({ id }) => id));
}

const scopeQueries = {
  organisationId: 'SELECT organisation_id AS id FROM organisations WHERE organisation_id = ?',
  personId: 'SELECT organisation_id AS id FROM people WHERE person_id = ?',
  vehicleId: 'SELECT organisation_id AS id FROM vehicles WHERE vehicle_id = ?',
} as const;

/** The organisation that an organisation, person or vehicle belongs to; null: there is no such. */
export async function organisationOf(
  reader: Reader,
  parameter: keyof typeof scopeQueries,
  id: string,
): Promise<string | null> {
  const row = await reader.get<{ id: string }>(scopeQueries[parameter], [id]);
  return row?.id ?? null;
}

/**
 * Whether rights allow one of the roles at an organisation. A right covers its organisation and
 * everything below it; what does not exist is covered only by a right to everything.
 */
export async function rightsCover(
  reader: Reader,
  rights: readonly Right[],
  wanted: readonly Role[],
  organisationId: string | null,
): Promise<boolean> {
  const fitting = rights.filter(({ role }) => wanted.includes(role));
  if (fitting.some((right) => right.organisationId === null)) return true;
  if (fitting.length === 0 || organisationId === null) return false;
  const line = await selfAndAbove(reader, organisationId);
  return fitting.some((right) => line.includes(right.organisationId ?? ''));
}
