import { isSerial } from '../../protocols/messages/topics.ts';
import { type Role, roles } from './fleet-table.ts';
import type { NewUnit } from './registry-change.ts';

/** Rows of one import; a province has 1,050 screens. */
export const csvRowsMax = 2000;
export const csvBytesMax = 512 * 1024;
const modelCharsMax = 64;
const vehicleCharsMax = 64;

const columns = ['serial', 'model', 'kind', 'vehicle'] as const;
type Column = (typeof columns)[number];
const needed: readonly Column[] = ['serial', 'model', 'kind'];

/** One row after the head: what it asks for, or what is wrong with it. */
export type CsvRow = { readonly row: number; readonly serial: string } & (
  | { readonly ok: true; readonly unit: NewUnit }
  | { readonly ok: false; readonly message: string }
);

export type CsvReading =
  | { readonly ok: true; readonly rows: readonly CsvRow[] }
  | { readonly ok: false; readonly message: string };

/** Fields of a line: separated by commas, in quotes where they hold one. RFC 4180. */
function fieldsOf(line: string): string[] {
  const fields = [''];
  let isQuoted = false;
  for (const char of line.replaceAll('""', '\u{0}')) {
    if (char === '"') isQuoted = !isQuoted;
    else if (char === ',' && !isQuoted) fields.push('');
    else fields.push(`${fields.pop()}${char}`);
  }
  return fields.map((field) => field.replaceAll('\u{0}', '"').trim());
}

function unitOf(values: Readonly<Record<Column, string>>): NewUnit | string {
  const { serial, model, kind, vehicle } = values;
  if (!isSerial(serial)) return 'serial must be 4 to 20 characters of A-Z 0-9 -';
  if (model === '' || model.length > modelCharsMax) return 'model is missing or too long';
  if (!(roles as readonly string[]).includes(kind)) return `kind is one of ${roles.join(', ')}`;
  if (vehicle.length > vehicleCharsMax) return 'vehicle is too long';
  return { serial, model, role: kind as Role, vehicleId: vehicle === '' ? null : vehicle };
}

/** Reads `serial,model,kind[,vehicle]` with a head line, as spreadsheets write it. */
export function readUnitCsv(text: string): CsvReading {
  const lines = text.replace(/^\u{feff}/u, '').split(/\r\n|\r|\n/);
  const head = fieldsOf(lines[0] ?? '').map((name) => name.toLowerCase());
  const unknown = head.find((name) => !(columns as readonly string[]).includes(name));
  const missing = needed.find((name) => !head.includes(name));
  if (missing !== undefined || unknown !== undefined) {
    return { ok: false, message: `the first line must read ${columns.join(',')}` };
  }
  const given = lines
    .map((line, index) => ({ line, row: index + 1 }))
    .slice(1)
    .filter(({ line }) => line.trim() !== '');
  if (given.length > csvRowsMax) return { ok: false, message: `at most ${csvRowsMax} rows` };
  const rows = given.map(({ line, row }): CsvRow => {
    const fields = fieldsOf(line);
    const value = (name: Column) => fields[head.indexOf(name)] ?? '';
    const serial = value('serial');
    if (fields.length > head.length) {
      return { row, serial, ok: false, message: 'more fields than the first line names' };
    }
    const values = {
      serial,
      model: value('model'),
      kind: value('kind'),
      vehicle: value('vehicle'),
    };
    const unit = unitOf(values);
    return typeof unit === 'string'
      ? { row, serial, ok: false, message: unit }
      : { row, serial, ok: true, unit };
  });
  return { ok: true, rows };
}
