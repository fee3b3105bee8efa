import type { ScanReport } from '../../protocols/http/link-bodies.ts';
import { kinds } from '../../protocols/scan-code/fields.ts';
import type { Reader } from '../../protocols/store/store.ts';
import type { Organisation, Person, Vehicle } from './directory.ts';
import { organisations, people, selectRows, vehicles } from './directory-table.ts';

/** Everything the directory knows of the subject of a scan, at the moment of the scan. */
export interface Identity {
  readonly organisation: Organisation;
  /** Unit above it; its hotline takes complaints about an enforcement unit. */
  readonly superior: Organisation | null;
  readonly vehicle: Vehicle | null;
  /** The person of a printed card, else those signed on aboard the vehicle. */
  readonly people: readonly Person[];
}

async function vehicleOf(reader: Reader, unit: ScanReport['unit']): Promise<Vehicle | undefined> {
  const byNumber = unit.kind === kinds.vehiclePlate && unit.vehicleId === null;
  const [condition, value] = byNumber
    ? (['subject_number = ?', unit.unitId] as const)
    : (['vehicle_id = ?', unit.vehicleId] as const);
  return (await selectRows(reader, vehicles, condition, [value]))[0];
}

/** More never fit a vehicle. */
const crewMax = 16;

/**
 * Who is aboard at a moment, in Unix milliseconds: those signed on here, and those the unit itself
 * says signed on at it.
 */
function aboard(
  reader: Reader,
  vehicleId: string,
  atMs: number,
  signedOn: readonly string[],
): Promise<Person[]> {
  const ids = signedOn.slice(0, crewMax);
  const unitSays = ids.length === 0 ? '' : ` OR person_id IN (${ids.map(() => '?').join(', ')})`;
  return selectRows(
    reader,
    people,
    `(person_id IN (SELECT person_id FROM crew_duties WHERE vehicle_id = ? AND from_ms <= ?
                   AND (to_ms IS NULL OR to_ms > ?))${unitSays})`,
    [vehicleId, atMs, atMs, ...ids],
  );
}

export async function organisationById(
  reader: Reader,
  id: string | null,
): Promise<Organisation | null> {
  return (await selectRows(reader, organisations, 'organisation_id = ?', [id]))[0] ?? null;
}

/** Who a scan shows; null when the directory does not know the vehicle or person. */
export async function identityOf(
  reader: Reader,
  { unit, scannedAtMs, crew = [] }: ScanReport,
): Promise<Identity | null> {
  const isPerson = unit.kind === kinds.personCard;
  const vehicle = isPerson ? undefined : await vehicleOf(reader, unit);
  const shown = isPerson
    ? await selectRows(reader, people, 'subject_number = ?', [unit.unitId])
    : vehicle === undefined
      ? []
      : await aboard(reader, vehicle.vehicleId, scannedAtMs, crew);
  const organisation = await organisationById(
    reader,
    vehicle?.organisationId ?? (isPerson ? shown[0]?.organisationId : null) ?? null,
  );
  if (organisation === null) return null;
  return {
    organisation,
    superior: await organisationById(reader, organisation.superiorId),
    vehicle: vehicle ?? null,
    people: shown,
  };
}

/** The number to call about this organisation: of an enforcement unit its superior's. */
export function supervisionHotline({
  organisation,
  superior,
}: Pick<Identity, 'organisation' | 'superior'>): string {
  const above = organisation.kind === 'enforcement' ? superior : null;
  return (above ?? organisation).hotline;
}
