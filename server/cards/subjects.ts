import { kinds } from '../../protocols/scan-code/fields.ts';
import type { Reader } from '../../protocols/store/store.ts';
import type { Organisation, Person, Vehicle } from '../directory/directory.ts';
import { people, selectRows, vehicles } from '../directory/directory-table.ts';
import { organisationById, supervisionHotline } from '../directory/identity.ts';
import type { CardKind, CardPrint } from './card-table.ts';

/** Who or what a card is for, with what stands on it. */
export interface CardSubject {
  readonly kind: CardKind;
  readonly subjectId: string;
  readonly subjectNumber: number;
  readonly organisation: Organisation;
  /** Number that is called about it. */
  readonly hotline: string;
  readonly person: Person | null;
  readonly vehicle: Vehicle | null;
  readonly sample: boolean;
}

/** What is asked for: `person:ID` or `vehicle:ID`. */
export interface SubjectName {
  readonly kind: CardKind;
  readonly subjectId: string;
}

const kindOfWord = { person: kinds.personCard, vehicle: kinds.vehiclePlate } as const;

/** The name in `person:ID` or `vehicle:ID`; null for any other text. */
export function subjectNameOf(text: string): SubjectName | null {
  const match = /^(person|vehicle):(.{1,64})$/.exec(text);
  if (match === null) return null;
  return { kind: kindOfWord[match[1] as keyof typeof kindOfWord], subjectId: match[2] as string };
}

export function nameText({ kind, subjectId }: SubjectName): string {
  return `${kind === kinds.personCard ? 'person' : 'vehicle'}:${subjectId}`;
}

async function withOrganisation(
  reader: Reader,
  row: Person | Vehicle,
  own: Pick<CardSubject, 'kind' | 'subjectId' | 'person' | 'vehicle'>,
): Promise<CardSubject | null> {
  const organisation = await organisationById(reader, row.organisationId);
  if (organisation === null) return null;
  const superior = await organisationById(reader, organisation.superiorId);
  const hotline = supervisionHotline({ organisation, superior });
  const { subjectNumber, sample } = row;
  return { ...own, subjectNumber, organisation, hotline, sample };
}

/** The subject by the directory of today; null: there is none. */
export async function subjectByName(
  reader: Reader,
  { kind, subjectId }: SubjectName,
): Promise<CardSubject | null> {
  if (kind === kinds.personCard) {
    const [person] = await selectRows(reader, people, 'person_id = ?', [subjectId]);
    if (person === undefined) return null;
    return withOrganisation(reader, person, { kind, subjectId, person, vehicle: null });
  }
  const [vehicle] = await selectRows(reader, vehicles, 'vehicle_id = ?', [subjectId]);
  // A kiosk stands where everybody sees it, and has a screen.
  if (vehicle === undefined || vehicle.role === 'kiosk') return null;
  return withOrganisation(reader, vehicle, { kind, subjectId, person: null, vehicle });
}

/** Subject of a print that was made; null: it is gone from the directory. */
export function subjectOfPrint(reader: Reader, print: CardPrint): Promise<CardSubject | null> {
  return subjectByName(reader, print);
}

/** Everybody and everything of an organisation that may have a card. */
export async function subjectsOf(reader: Reader, organisationId: string): Promise<CardSubject[]> {
  const persons = await selectRows(reader, people, 'organisation_id = ?', [organisationId]);
  const cars = await selectRows(reader, vehicles, 'organisation_id = ?', [organisationId]);
  const names: SubjectName[] = [
    ...persons.map(({ personId }) => ({ kind: kinds.personCard, subjectId: personId })),
    ...cars.map(({ vehicleId }) => ({ kind: kinds.vehiclePlate, subjectId: vehicleId })),
  ];
  const found = await Promise.all(names.map((name) => subjectByName(reader, name)));
  return found.filter((subject) => subject !== null);
}
