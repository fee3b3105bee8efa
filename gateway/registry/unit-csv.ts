import { isSerial } from '../../protocols/messages/topics.ts';
import { type Role, roles } from './fleet-table.ts';
import type { ImportReason } from './import-reasons.ts';

/** Rows of one import; a province has 1,050 screens. */
export const csvRowsMax = 2000;
export const csvBytesMax = 512 * 1024;
const modelCharsMax = 64;
const vehicleCharsMax = 64;
/** What a unit calls its model when nobody says another. */
const plainModel = 'generic';
/** Number on the SIM: 19 or 20 signs beginning with 89. ITU-T E.118; some makers write letters. */
export const simPattern = /^89[0-9A-F]{17,18}$/;
/** Code of an organisation. */
export const depotPattern = /^[\w.-]{1,64}$/;

/** Columns by their code names, and as technicians head them. */
const columnNames = {
  serial: ['序列号'],
  model: ['型号'],
  kind: ['类型'],
  vehicle: ['车辆编号'],
  plate: ['车牌', '车牌号'],
  sim: ['iccid', 'sim卡', 'sim卡号'],
  depot: ['机构', '仓库'],
} as const;
type Column = keyof typeof columnNames;
export const csvColumns = Object.keys(columnNames) as readonly Column[];

const roleNames: Readonly<Record<string, Role>> = {
  清障车: 'tow-truck',
  巡逻车: 'patrol-car',
  自助机: 'kiosk',
};

/** What a row asks for; null: it does not say. */
export interface AskedUnit {
  readonly serial: string;
  readonly model: string;
  readonly role: Role | null;
  readonly vehicleId: string | null;
  readonly plate: string | null;
  readonly sim: string | null;
  readonly depot: string | null;
}

/** One row after the head: what it asks for, or what is wrong with it. */
export type CsvRow = { readonly row: number; readonly serial: string } & (
  | { readonly ok: true; readonly asked: AskedUnit }
  | { readonly ok: false; readonly reason: ImportReason }
);

export type CsvReading =
  | { readonly ok: true; readonly rows: readonly CsvRow[] }
  | { readonly ok: false; readonly reason: 'bad-head' | 'too-many-rows' };

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

function columnOf(heading: string): Column | undefined {
  const name = heading.toLowerCase();
  return csvColumns.find(
    (column) => column === name || (columnNames[column] as readonly string[]).includes(name),
  );
}

function roleOf(kind: string): Role | null | undefined {
  if (kind === '') return null;
  const role = roleNames[kind] ?? kind;
  return roles.find((known) => known === role);
}

function askedOf(values: Readonly<Record<Column, string>>): AskedUnit | ImportReason {
  const { serial, model, kind, vehicle, plate, sim, depot } = values;
  const role = roleOf(kind);
  const iccid = sim.replaceAll(' ', '').toUpperCase();
  if (!isSerial(serial)) return 'bad-serial';
  if (model.length > modelCharsMax) return 'long-model';
  if (role === undefined) return 'bad-kind';
  if (vehicle.length > vehicleCharsMax) return 'unknown-vehicle';
  if (iccid !== '' && !simPattern.test(iccid)) return 'bad-sim';
  if (depot !== '' && !depotPattern.test(depot)) return 'bad-depot';
  const given = (text: string) => (text === '' ? null : text);
  return {
    ...{ serial, model: model === '' ? plainModel : model, role, vehicleId: given(vehicle) },
    ...{ plate: given(plate), sim: given(iccid), depot: given(depot) },
  };
}

/**
 * Reads a list as spreadsheets write it: a head line with `serial` and any of the other columns.
 * A unit needs its kind, or a vehicle or plate that tells it.
 */
export function readUnitCsv(text: string): CsvReading {
  const lines = text.replace(/^\u{feff}/u, '').split(/\r\n|\r|\n/);
  const head = fieldsOf(lines[0] ?? '').map(columnOf);
  const isWhole = head.every((column) => column !== undefined) && head.includes('serial');
  if (!isWhole) return { ok: false, reason: 'bad-head' };
  const given = lines
    .map((line, index) => ({ line, row: index + 1 }))
    .slice(1)
    .filter(({ line }) => line.trim() !== '');
  if (given.length > csvRowsMax) return { ok: false, reason: 'too-many-rows' };
  const rows = given.map(({ line, row }): CsvRow => {
    const fields = fieldsOf(line);
    const values = Object.fromEntries(
      csvColumns.map((column) => [column, fields[head.indexOf(column)] ?? '']),
    ) as Record<Column, string>;
    const { serial } = values;
    if (fields.length > head.length) return { row, serial, ok: false, reason: 'too-many-fields' };
    const asked = askedOf(values);
    return typeof asked === 'string'
      ? { row, serial, ok: false, reason: asked }
      : { row, serial, ok: true, asked };
  });
  return { ok: true, rows };
}
