import type { RecordKind } from '../../protocols/messages/record-table.ts';
import type { UnitRecord } from '../../protocols/messages/records.ts';

/** Numbers outside are no measurement; the store keeps whole numbers of their scale. */
const fixRanges: Readonly<Record<string, readonly [min: number, max: number]>> = {
  lat: [-90, 90],
  lon: [-180, 180],
  altM: [-20_000, 100_000],
  speedMps: [0, 20_000],
  courseDeg: [0, 360],
  satsUsed: [0, 1000],
  hdop: [0, 100_000],
  quality: [0, 9],
};

/** Kinds whose values are checked by range; the others are kept as they were said. */
const ranges: Partial<Record<RecordKind, typeof fixRanges>> = { fix: fixRanges };

/** False for a record that no unit that works would write. */
export function isPlausible(record: UnitRecord): boolean {
  const values = record.values as Readonly<Record<string, unknown>>;
  return Object.entries(ranges[record.kind] ?? {}).every(([name, [min, max]]) => {
    const value = values[name];
    return typeof value !== 'number' || (value >= min && value <= max);
  });
}
