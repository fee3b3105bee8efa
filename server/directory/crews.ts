import { createHash } from 'node:crypto';
import type { Directory } from '../../protocols/http/link-bodies.ts';
import { hashPin, pinSaltBytes } from '../../protocols/signed/pin-hash.ts';
import type { Reader, Store, Writer } from '../../protocols/store/store.ts';

export type Crews = NonNullable<Directory['crews']>;

/** A PIN of a person: digits that are typed on the unit, long enough to outlast a few tries. */
export const crewPinPattern = /^\d{6,12}$/;

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

/** Puts a hash in place of the one before; sample never overwrites the real. */
export async function putCrewPin(
  tx: Writer,
  personId: string,
  pinHash: string,
  nowMs: number,
  sample: boolean,
): Promise<void> {
  await tx.run(
    `INSERT INTO crew_pins (person_id, pin_hash, set_at_ms, sample) VALUES (?, ?, ?, ?)
     ON CONFLICT (person_id) DO UPDATE SET pin_hash = excluded.pin_hash,
       set_at_ms = excluded.set_at_ms, sample = excluded.sample
     WHERE crew_pins.sample >= excluded.sample`,
    [personId, pinHash, nowMs, Number(sample)],
  );
}

/** Gives a person a PIN. Null: done; the units of the organisation learn it at the next poll. */
export async function setCrewPin(
  {
    store,
    env,
  }: {
    readonly store: Store;
    readonly env: { nowMs(): number; randomBytes(bytes: number): Buffer };
  },
  personId: string,
  pin: string,
): Promise<'not-found' | 'bad-request' | null> {
  if (!crewPinPattern.test(pin)) return 'bad-request';
  const known = await store.get('SELECT 1 AS known FROM people WHERE person_id = ?', [personId]);
  if (known === undefined) return 'not-found';
  const hash = await hashPin(pin, env.randomBytes(pinSaltBytes));
  await store.write((tx) => putCrewPin(tx, personId, hash, env.nowMs(), false));
  return null;
}
