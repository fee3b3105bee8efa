import type { FleetRegistry } from './registry.ts';
import { readUnitCsv } from './unit-csv.ts';

/** What became of one row, in words for the technician. */
export interface ImportedRow {
  readonly row: number;
  readonly serial: string;
  readonly ok: boolean;
  readonly message: string;
}

export type ImportResult =
  | { readonly ok: true; readonly rows: readonly ImportedRow[] }
  | { readonly ok: false; readonly message: string };

/**
 * Registers the units of a CSV file: the good rows in one transaction, a reason for each other.
 * The same file again changes nothing. wire.md, "Enrolment" 1.
 */
export async function importUnits(
  registry: FleetRegistry,
  text: string,
  by: string,
): Promise<ImportResult> {
  const reading = readUnitCsv(text);
  if (!reading.ok) return reading;
  const vehicles = new Map<string, string>();
  const judged = reading.rows.map((row) => {
    if (!row.ok) return row;
    const { vehicleId, serial } = row.unit;
    if (vehicleId === null) return row;
    const other = vehicles.get(vehicleId) ?? registry.carriedBy(vehicleId)?.serial;
    if (other !== undefined && other !== serial) {
      return { ...row, ok: false as const, message: `${vehicleId} carries ${other}` };
    }
    vehicles.set(vehicleId, serial);
    return row;
  });
  const good = judged.flatMap((row) => (row.ok ? [row] : []));
  const results = await registry.registerMany(
    good.map(({ unit }) => unit),
    by,
  );
  const outcome = new Map(good.map(({ row }, index) => [row, results[index]]));
  const rows = judged.map((one): ImportedRow => {
    const { row, serial } = one;
    if (!one.ok) return { row, serial, ok: false, message: one.message };
    const result = outcome.get(row);
    if (result?.ok === true) return { row, serial, ok: true, message: 'registered' };
    return { row, serial, ok: false, message: result?.message ?? 'not registered' };
  });
  return { ok: true, rows };
}
