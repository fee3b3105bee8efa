import type { Reader, Writer } from '../../protocols/store/store.ts';
import { type ChinaDay, chinaDayOf, dayAfter } from '../calendar/china-day.ts';
import type { Person, PersonRole } from '../directory/directory.ts';
import { people, putRow, selectRows } from '../directory/directory-table.ts';
import { type Change, isPlannable, versionOn } from './change-organisation.ts';
import { cleanLine, crewedLevels, type Level } from './organisation.ts';
import { showDay, versionsOf } from './version-table.ts';

export const personRoles: readonly PersonRole[] = ['officer', 'auxiliary', 'rescue-worker'];

/**
 * Badge numbers are text, judged by a rule of whoever issues them and never taken apart. The rule
 * below holds until an issuer has one of its own.
 */
const badgeRules: Readonly<Record<string, RegExp>> = {
  default: /^[0-9A-Za-z\u4e00-\u9fa5()（）-]{4,32}$/,
};

export type PersonProblem =
  | 'bad-person-id'
  | 'person-id-taken'
  | 'no-person'
  | 'no-person-name'
  | 'long-text'
  | 'bad-role'
  | 'role-does-not-fit'
  | 'no-badge'
  | 'bad-badge'
  | 'badge-not-allowed'
  | 'badge-taken'
  | 'bad-day'
  | 'before-last-move'
  | 'same-organisation'
  | 'no-organisation'
  | 'no-crew-here'
  | 'not-covered';

/** Where somebody served, by day; an empty first day is unknown. */
export interface Posting {
  readonly organisationId: string;
  readonly nameZh: string;
  readonly nameEn: string;
  readonly validFrom: string;
  readonly validTo: string | null;
}

export type TypedPerson = Pick<
  Person,
  'role' | 'nameZh' | 'nameEn' | 'badgeNumber' | 'qualificationZh' | 'qualificationEn'
>;

export function postingsOf(reader: Reader, personId: string): Promise<Posting[]> {
  return reader.all<Posting>(
    `SELECT p.organisation_id AS organisationId, name_zh AS nameZh, name_en AS nameEn,
       valid_from AS validFrom, valid_to AS validTo
     FROM person_postings p JOIN organisations o ON o.organisation_id = p.organisation_id
     WHERE person_id = ? ORDER BY valid_from`,
    [personId],
  );
}

export async function personById(reader: Reader, personId: string): Promise<Person | undefined> {
  return (await selectRows(reader, people, 'person_id = ?', [personId]))[0];
}

export function readPerson(typed: Readonly<Record<keyof TypedPerson, string>>): TypedPerson {
  return {
    role: typed.role as PersonRole,
    nameZh: cleanLine(typed.nameZh),
    nameEn: cleanLine(typed.nameEn),
    badgeNumber: cleanLine(typed.badgeNumber.normalize('NFKC')).replace(/ /g, ''),
    qualificationZh: cleanLine(typed.qualificationZh),
    qualificationEn: cleanLine(typed.qualificationEn),
  };
}

/** Which roles serve at a level: rescue workers at firms, officers and auxiliaries at units. */
function roleFits(role: PersonRole, level: Level): boolean {
  return (role === 'rescue-worker') === (level === 'rescue-firm');
}

/** An auxiliary has no authority to enforce and shows no badge number; an officer must have one. */
async function badgeProblem(
  reader: Reader,
  personId: string,
  { role, badgeNumber }: TypedPerson,
): Promise<PersonProblem | null> {
  if (badgeNumber === '') return role === 'officer' ? 'no-badge' : null;
  if (role === 'auxiliary') return 'badge-not-allowed';
  if (badgeRules.default?.test(badgeNumber) !== true) return 'bad-badge';
  const holder = await reader.get(
    'SELECT 1 FROM people WHERE badge_number = ? AND person_id <> ?',
    [badgeNumber, personId],
  );
  return holder === undefined ? null : 'badge-taken';
}

async function personProblem(
  reader: Reader,
  personId: string,
  person: TypedPerson,
  level: Level,
): Promise<PersonProblem | null> {
  if (person.nameZh === '') return 'no-person-name';
  if (Object.values(person).some((text) => [...text].length > 200)) return 'long-text';
  if (!personRoles.includes(person.role)) return 'bad-role';
  if (!crewedLevels.includes(level)) return 'no-crew-here';
  if (!roleFits(person.role, level)) return 'role-does-not-fit';
  return badgeProblem(reader, personId, person);
}

async function levelOn(reader: Reader, organisationId: string, day: ChinaDay) {
  return versionOn(await versionsOf(reader, organisationId), day)?.level ?? null;
}

/** Adds a person to an organisation from a day on. */
export async function addPerson(
  tx: Writer,
  personId: string,
  organisationId: string,
  typed: TypedPerson,
  validFrom: ChinaDay,
  { byWhom, nowMs, audit }: Change,
): Promise<PersonProblem | null> {
  if (!/^[A-Za-z0-9][\w-]{1,39}$/.test(personId)) return 'bad-person-id';
  if (!isPlannable(validFrom)) return 'bad-day';
  if ((await personById(tx, personId)) !== undefined) return 'person-id-taken';
  const level = await levelOn(tx, organisationId, validFrom);
  if (level === null) return 'no-organisation';
  const problem = await personProblem(tx, personId, typed, level);
  if (problem !== null) return problem;
  const next = await tx.get<{ number: number }>(
    'SELECT coalesce(max(subject_number), 0) + 1 AS number FROM people',
  );
  const subjectNumber = next?.number ?? 1;
  await putRow(tx, people, { ...typed, personId, organisationId, subjectNumber, sample: false });
  await tx.run(
    `INSERT INTO person_postings
       (person_id, organisation_id, valid_from, valid_to, recorded_at_ms, recorded_by)
     VALUES (?, ?, ?, NULL, ?, ?)`,
    [personId, organisationId, validFrom, nowMs, byWhom],
  );
  const told = { actor: byWhom, action: 'person.added', subject: `person:${personId}`, reason: '' };
  await audit(tx, { ...told, before: null, after: { organisationId, validFrom } }, nowMs);
  return null;
}

/** Changes what is recorded of a person. */
export async function changePerson(
  tx: Writer,
  personId: string,
  typed: TypedPerson,
  { byWhom, nowMs, audit }: Change,
): Promise<PersonProblem | null> {
  const person = await personById(tx, personId);
  if (person === undefined) return 'no-person';
  const level = await levelOn(tx, person.organisationId, chinaDayOf(nowMs));
  if (level === null) return 'no-organisation';
  const problem = await personProblem(tx, personId, typed, level);
  if (problem !== null) return problem;
  await putRow(tx, people, { ...person, ...typed });
  const told = { actor: byWhom, action: 'person.changed', subject: `person:${personId}` };
  const before = { role: person.role, nameZh: person.nameZh, badgeNumber: person.badgeNumber };
  const after = { role: typed.role, nameZh: typed.nameZh, badgeNumber: typed.badgeNumber };
  await audit(tx, { ...told, reason: '', before, after }, nowMs);
  return null;
}

/** Moves a person from a day on: the posting of before ends the day before, without a gap. */
export async function transferPerson(
  tx: Writer,
  personId: string,
  organisationId: string,
  day: ChinaDay,
  { byWhom, nowMs, audit }: Change,
): Promise<PersonProblem | null> {
  const person = await personById(tx, personId);
  const last = (await postingsOf(tx, personId)).at(-1);
  if (person === undefined || last === undefined) return 'no-person';
  if (!isPlannable(day)) return 'bad-day';
  if (day <= last.validFrom) return 'before-last-move';
  if (last.organisationId === organisationId) return 'same-organisation';
  const level = await levelOn(tx, organisationId, day);
  if (level === null) return 'no-organisation';
  if (!crewedLevels.includes(level)) return 'no-crew-here';
  if (!roleFits(person.role, level)) return 'role-does-not-fit';
  await tx.run('UPDATE person_postings SET valid_to = ? WHERE person_id = ? AND valid_from = ?', [
    dayAfter(day, -1),
    personId,
    last.validFrom,
  ]);
  await tx.run(
    `INSERT INTO person_postings
       (person_id, organisation_id, valid_from, valid_to, recorded_at_ms, recorded_by)
     VALUES (?, ?, ?, NULL, ?, ?)`,
    [personId, organisationId, day, nowMs, byWhom],
  );
  const told = { actor: byWhom, action: 'person.transferred', subject: `person:${personId}` };
  const change = {
    before: { organisationId: last.organisationId },
    after: { organisationId, validFrom: day },
  };
  await audit(tx, { ...told, reason: '', ...change }, nowMs);
  await showDay(tx, chinaDayOf(nowMs), nowMs);
  return null;
}
