import type { VehicleFinder } from '../parts.ts';
import { type ImportReason, importWords } from './import-reasons.ts';
import type { FleetRegistry } from './registry.ts';
import type { NewUnit } from './registry-change.ts';
import { type AskedUnit, csvColumns, csvRowsMax, readUnitCsv } from './unit-csv.ts';

/** What became of one row. `message` says the reason in words. */
export interface ImportedRow {
  readonly row: number;
  readonly serial: string;
  readonly ok: boolean;
  readonly reason: ImportReason;
  readonly about: string | null;
  readonly message: string;
}

export type ImportResult =
  | { readonly ok: true; readonly rows: readonly ImportedRow[] }
  | { readonly ok: false; readonly message: string };

export interface ImportSettings {
  readonly by: string;
  readonly vehicles: VehicleFinder;
  /** Depot of rows that name none. */
  readonly depot: string | null;
  /** Whether whoever imports may do so for an organisation; null: a unit of nobody yet. */
  readonly covers: (organisation: string | null) => boolean;
}

const headProblems = {
  'bad-head': `the first line must name serial and may name ${csvColumns.slice(1).join(', ')}`,
  'too-many-rows': `at most ${csvRowsMax} rows`,
} as const;

interface Refused {
  readonly reason: ImportReason;
  readonly about: string | null;
}

function no(reason: ImportReason, about: string | null = null): Refused {
  return { reason, about };
}

/** Judges the rows one after the other: each sees what those above it take. */
class Judge {
  readonly #registry: FleetRegistry;
  readonly #settings: ImportSettings;
  readonly #serialOfVehicle = new Map<string, string>();
  readonly #serialOfSim = new Map<string, string>();
  readonly #serials = new Set<string>();

  constructor(registry: FleetRegistry, settings: ImportSettings) {
    this.#registry = registry;
    this.#settings = settings;
    for (const { serial, sim } of registry.all()) {
      if (sim !== null) this.#serialOfSim.set(sim, serial);
    }
  }

  /** The unit a row registers, or why it does not. */
  take(asked: AskedUnit): NewUnit | Refused {
    const { serial, sim } = asked;
    const { vehicles, covers } = this.#settings;
    if (this.#registry.bySerial(serial) !== undefined || this.#serials.has(serial)) {
      return no('already-registered');
    }
    const vehicle = this.#vehicle(asked);
    if ('reason' in vehicle) return vehicle;
    const { vehicleId } = vehicle;
    const role = asked.role ?? vehicle.role;
    if (role === null) return no('no-kind');
    if (vehicle.role !== null && vehicle.role !== role) return no('wrong-kind', asked.plate);
    const depot = asked.depot ?? this.#settings.depot;
    const organisation = vehicleId === null ? null : (vehicles.organisationOf(vehicleId) ?? null);
    const places = [depot, organisation].filter((place) => place !== null);
    const isCovered = places.length === 0 ? covers(null) : places.every(covers);
    if (!isCovered) return no('other-organisation');
    const carrier = this.#carrier(vehicleId);
    if (carrier !== undefined) return no('vehicle-taken', carrier);
    const other = sim === null ? undefined : this.#serialOfSim.get(sim);
    if (sim !== null && other !== undefined) return no('sim-taken', other);
    this.#serials.add(serial);
    if (vehicleId !== null) this.#serialOfVehicle.set(vehicleId, serial);
    if (sim !== null) this.#serialOfSim.set(sim, serial);
    return { serial, model: asked.model, role, vehicleId, depot, sim };
  }

  #carrier(vehicleId: string | null): string | undefined {
    if (vehicleId === null) return undefined;
    return this.#serialOfVehicle.get(vehicleId) ?? this.#registry.carriedBy(vehicleId)?.serial;
  }

  #vehicle({ vehicleId, plate }: AskedUnit) {
    const { vehicles } = this.#settings;
    const byPlate = plate === null ? null : vehicles.vehicleOfPlate(plate);
    if (byPlate === undefined) return no('unknown-plate', plate);
    if (vehicleId !== null && byPlate !== null && byPlate !== vehicleId) return no('plate-differs');
    const found = vehicleId ?? byPlate;
    const role = found === null ? null : (vehicles.screenOf(found)?.role ?? null);
    return { vehicleId: found, role };
  }
}

/**
 * Registers the units of a CSV file: the good rows in one transaction, a reason for each other.
 * The same file again changes nothing. wire.md, "Enrolment" 1.
 */
export async function importUnits(
  registry: FleetRegistry,
  text: string,
  settings: ImportSettings,
): Promise<ImportResult> {
  const reading = readUnitCsv(text);
  if (!reading.ok) return { ok: false, message: headProblems[reading.reason] };
  const judge = new Judge(registry, settings);
  const judged = reading.rows.map((row) => {
    const outcome = row.ok ? judge.take(row.asked) : no(row.reason);
    return { row: row.row, serial: row.serial, outcome };
  });
  const good = judged.flatMap(({ outcome }) => ('reason' in outcome ? [] : [outcome]));
  const results = await registry.registerMany(good, settings.by);
  // Between judging and writing another list may have taken a serial.
  const taken = new Set(good.filter((_unit, index) => results[index]?.ok !== true));
  const rows = judged.map(({ row, serial, outcome }): ImportedRow => {
    const lost = !('reason' in outcome) && taken.has(outcome);
    const said = 'reason' in outcome ? outcome : no(lost ? 'already-registered' : 'registered');
    const message = importWords(said.reason, said.about);
    return { row, serial, ok: said.reason === 'registered', ...said, message };
  });
  return { ok: true, rows };
}
