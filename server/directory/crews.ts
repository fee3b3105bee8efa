import { createHash } from 'node:crypto';
import { CodedError } from '../../protocols/errors.ts';
import type { Directory } from '../../protocols/http/link-bodies.ts';
import { hashPin, pinSaltBytes } from '../../protocols/signed/pin-hash.ts';
import type { Reader, Store } from '../../protocols/store/store.ts';
import type { ServerEnvironment } from '../environment.ts';

export type Crews = NonNullable<Directory['crews']>;

/** A PIN of a person: digits that are typed on the unit, long enough to outlast a few tries. */
const crewPinPattern = /^\d{6,12}$/;

interface CrewRow {
  readonly organisation: string;
  readonly personId: string;
  readonly badge: string;
  readonly workNumber: number;
  readonly name: string;
  readonly pin: string;
}

/**
 * Who may sign on at a unit that has no line: everybody with a PIN. Who holds no badge types the
 * number of the printed card.
 */
export async function crewsOf(reader: Reader): Promise<Crews> {
  const rows = await reader.all<CrewRow>(
    `SELECT people.organisation_id AS organisation, people.person_id AS personId,
       people.badge_number AS badge, people.subject_number AS workNumber,
       people.name_zh AS name, crew_pins.pin_hash AS pin
     FROM people JOIN crew_pins ON crew_pins.person_id = people.person_id
     ORDER BY people.person_id`,
  );
  return rows.map(({ organisation, personId, badge, workNumber, name, pin }) => ({
    organisation,
    person: { personId, badge: badge === '' ? String(workNumber) : badge, name, pin },
  }));
}

/** Changes with the crews; empty while there are none. */
export function crewsTag(crews: Crews): string {
  if (crews.length === 0) return '';
  const digest = createHash('sha256').update(JSON.stringify(crews)).digest('hex');
  return `-${digest.slice(0, 16)}`;
}

const pinDigits = 6;

/** Six digits, each as likely as any other. */
function newPin(randomBytes: (bytes: number) => Buffer): string {
  const digits: number[] = [];
  while (digits.length < pinDigits) {
    const [byte = 255] = randomBytes(1);
    if (byte < 250) digits.push(byte % 10);
  }
  return digits.join('');
}

/** A PIN that was given to a person: said once, kept as its hash. */
export interface CrewPinLine {
  readonly personId: string;
  readonly pin: string;
}

/**
 * Gives a person a PIN to sign on with at a unit; the units of the organisation learn it when their
 * gateway next asks for the directory. Throws CodedError `not-found`, `bad-request`.
 * @param pin null: a new one is made
 */
export async function setCrewPin(
  store: Store,
  env: Pick<ServerEnvironment, 'nowMs' | 'randomBytes'>,
  personId: string,
  pin: string | null,
): Promise<CrewPinLine> {
  const given = pin ?? newPin(env.randomBytes);
  if (!crewPinPattern.test(given)) {
    throw new CodedError('bad-request', 'a PIN is 6 to 12 digits');
  }
  const hash = await hashPin(given, env.randomBytes(pinSaltBytes));
  await store.write(async (tx) => {
    const known = await tx.get('SELECT 1 AS known FROM people WHERE person_id = ?', [personId]);
    if (known === undefined) throw new CodedError('not-found', `there is no person ${personId}`);
    await tx.run(
      `INSERT INTO crew_pins (person_id, pin_hash, set_at_ms, sample) VALUES (?, ?, ?, 0)
       ON CONFLICT (person_id) DO UPDATE SET pin_hash = excluded.pin_hash,
         set_at_ms = excluded.set_at_ms, sample = excluded.sample`,
      [personId, hash, env.nowMs()],
    );
  });
  return { personId, pin: given };
}
