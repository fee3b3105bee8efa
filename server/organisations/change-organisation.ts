import type { Reader, Writer } from '../../protocols/store/store.ts';
import type { AuditSink } from '../access/audit-sink.ts';
import type { AuditEvent } from '../audit/append-audit.ts';
import { type ChinaDay, chinaDayOf, dayAfter, isDay } from '../calendar/china-day.ts';
import {
  type Details,
  detailsProblem,
  levels,
  type OrganisationProblem,
  type Version,
} from './organisation.ts';
import { endVersion, putVersion, showDay, showVersion, versionsOf } from './version-table.ts';

/** Who changes something, when, and where it is written down. */
export interface Change {
  /** As the audit log names actors. */
  readonly byWhom: string;
  readonly nowMs: number;
  readonly audit: AuditSink;
}

export type Changed = OrganisationProblem | null;

/** Days that can be planned for: no further back than the oldest records, no further on. */
const dayMin = '1949-10-01';
const dayMax = '2099-12-31';

export function isPlannable(day: string): boolean {
  return isDay(day) && day >= dayMin && day <= dayMax;
}

/** The version in force on a day. */
export function versionOn(versions: readonly Version[], day: ChinaDay): Version | undefined {
  return versions.find(
    ({ validFrom, validTo }) => validFrom <= day && (validTo === null || validTo >= day),
  );
}

/** What is wrong with the place of an organisation in the tree on a day; null: nothing. */
async function placeProblem(
  reader: Reader,
  organisationId: string,
  { level, superiorId }: Details,
  day: ChinaDay,
): Promise<Changed> {
  const allowed: readonly (string | null)[] = levels[level];
  if (superiorId === null) return allowed.includes(null) ? null : 'bad-superior';
  const superior = versionOn(await versionsOf(reader, superiorId), day);
  if (superior === undefined) return 'no-superior';
  if (!allowed.includes(superior.level)) return 'bad-superior';
  let above: string | null = superiorId;
  for (let step = 0; above !== null && step < 16; step += 1) {
    if (above === organisationId) return 'loop';
    above = versionOn(await versionsOf(reader, above), day)?.superiorId ?? null;
  }
  return null;
}

function asJson({ validFrom, ...details }: Partial<Version>): AuditEvent['before'] {
  return { ...details, validFrom: validFrom ?? '' } as AuditEvent['before'];
}

/** Founds an organisation from a day on. It has no vehicles yet, so no screen changes. */
export async function found(
  tx: Writer,
  version: Omit<Version, 'validTo'>,
  { byWhom, nowMs, audit }: Change,
): Promise<Changed> {
  const { organisationId, validFrom } = version;
  if (!/^[A-Za-z0-9][\w-]{1,39}$/.test(organisationId)) return 'bad-id';
  if (!isPlannable(validFrom)) return 'bad-day';
  if ((await versionsOf(tx, organisationId)).length > 0) return 'id-taken';
  const problem =
    detailsProblem(version) ?? (await placeProblem(tx, organisationId, version, validFrom));
  if (problem !== null) return problem;
  const open = { ...version, validTo: null };
  await showVersion(tx, open, false);
  await putVersion(tx, open, byWhom, nowMs);
  const told = { actor: byWhom, action: 'organisation.founded', reason: '', before: null };
  const subject = `organisation:${organisationId}`;
  await audit(tx, { ...told, subject, after: asJson(open) }, nowMs);
  return null;
}

/** Changes an organisation from a day on; on the day of its last change, corrects that one. */
export async function changeFrom(
  tx: Writer,
  organisationId: string,
  day: ChinaDay,
  details: Details,
  { byWhom, nowMs, audit }: Change,
): Promise<Changed> {
  const last = (await versionsOf(tx, organisationId)).at(-1);
  if (last === undefined) return 'no-organisation';
  if (!isPlannable(day)) return 'bad-day';
  if (last.validTo !== null) return 'has-ended';
  if (day < last.validFrom) return 'before-last-change';
  const problem = detailsProblem(details) ?? (await placeProblem(tx, organisationId, details, day));
  if (problem !== null) return problem;
  if (day !== last.validFrom) await endVersion(tx, last, dayAfter(day, -1));
  const next: Version = { ...details, organisationId, validFrom: day, validTo: null };
  await putVersion(tx, next, byWhom, nowMs);
  const told = { actor: byWhom, action: 'organisation.changed', reason: '' };
  const subject = `organisation:${organisationId}`;
  await audit(tx, { ...told, subject, before: asJson(last), after: asJson(next) }, nowMs);
  await showDay(tx, chinaDayOf(nowMs), nowMs);
  return null;
}

/** Ends an organisation with a day as its last; it must have nobody and nothing below it then. */
export async function endOn(
  tx: Writer,
  organisationId: string,
  lastDay: ChinaDay,
  { byWhom, nowMs, audit }: Change,
): Promise<Changed> {
  const last = (await versionsOf(tx, organisationId)).at(-1);
  if (last === undefined) return 'no-organisation';
  if (!isPlannable(lastDay)) return 'bad-day';
  if (last.validTo !== null) return 'has-ended';
  if (lastDay < last.validFrom) return 'before-last-change';
  const left = await tx.get<{ left: number }>(
    `SELECT (SELECT count(*) FROM organisation_versions
               WHERE json_extract(body, '$.superiorId') = ?1
                 AND (valid_to IS NULL OR valid_to > ?2))
          + (SELECT count(*) FROM person_postings
               WHERE organisation_id = ?1 AND (valid_to IS NULL OR valid_to > ?2))
          + (SELECT count(*) FROM vehicles WHERE organisation_id = ?1) AS left`,
    [organisationId, lastDay],
  );
  if ((left?.left ?? 0) > 0) return 'has-members';
  await endVersion(tx, last, lastDay);
  const told = { actor: byWhom, action: 'organisation.ended', reason: '' };
  const subject = `organisation:${organisationId}`;
  const change = { before: { validTo: null }, after: { validTo: lastDay } };
  await audit(tx, { ...told, subject, ...change }, nowMs);
  return null;
}
