import { checkPlate, normalizeId } from '../../protocols/ids/ids.ts';
import type { Store, Writer } from '../../protocols/store/store.ts';
import { rightsCover } from '../access/right-table.ts';
import type { Right } from '../access/roles.ts';
import { chinaDayOf } from '../calendar/china-day.ts';
import type { VehicleRole } from '../directory/directory.ts';
import { putRow, selectRows, vehicles } from '../directory/directory-table.ts';
import { publishScreens } from '../directory/screens.ts';
import { type Change, found, versionOn } from './change-organisation.ts';
import { addPerson, readPerson } from './change-person.ts';
import { type CsvRow, readCsv } from './csv.ts';
import { blankDetails, crewedLevels, isLevel, readDetails } from './organisation.ts';
import { versionsOf } from './version-table.ts';

/** Columns of each kind of table; those with a star must be there. */
export const importColumns = {
  organisations:
    'id* level* superior nameZh* nameEn addressZh addressEn hotline qualificationZh qualificationEn areaZh areaEn sections uscc usccDocument from*',
  people:
    'id* organisation* role* nameZh* nameEn badgeNumber qualificationZh qualificationEn from*',
  vehicles: 'id* organisation* role* plate*',
} as const;
export type ImportKind = keyof typeof importColumns;

/** What became of a row: null reason: taken (or would be). */
export interface RowResult {
  readonly line: number;
  readonly id: string;
  readonly reason: string | null;
}

export type ImportResult =
  | { readonly rows: readonly RowResult[] }
  | { readonly problem: string; readonly column: string };

type Cells = Readonly<Record<string, string>>;
type TakeRow = (
  tx: Writer,
  row: Cells,
  change: Change,
  rights: readonly Right[],
) => Promise<string | null>;

function covers(tx: Writer, rights: readonly Right[], organisationId: string | null) {
  return rightsCover(tx, rights, ['business-administrator'], organisationId);
}

const takeOrganisation: TakeRow = async (tx, row, change, rights) => {
  const { id = '', level = '', superior = '', from = '' } = row;
  const superiorId = superior === '' ? null : superior;
  if (!isLevel(level)) return 'bad-level';
  if (!(await covers(tx, rights, superiorId))) return 'not-covered';
  const details = readDetails(blankDetails(level, superiorId), row);
  return found(tx, { ...details, organisationId: id, validFrom: from }, change);
};

const takePerson: TakeRow = async (tx, row, change, rights) => {
  const { id = '', organisation = '', from = '' } = row;
  if (!(await covers(tx, rights, organisation))) return 'not-covered';
  const typed = readPerson({
    role: row.role ?? '',
    nameZh: row.nameZh ?? '',
    nameEn: row.nameEn ?? '',
    badgeNumber: row.badgeNumber ?? '',
    qualificationZh: row.qualificationZh ?? '',
    qualificationEn: row.qualificationEn ?? '',
  });
  return addPerson(tx, id, organisation, typed, from, change);
};

const vehicleRoles: readonly string[] = ['tow-truck', 'patrol-car'];

const takeVehicle: TakeRow = async (tx, row, { byWhom, nowMs, audit }, rights) => {
  const { id = '', organisation: organisationId = '', role = '' } = row;
  const plate = normalizeId(row.plate ?? '');
  if (!/^[A-Za-z0-9][\w-]{1,39}$/.test(id)) return 'bad-id';
  if (!(await covers(tx, rights, organisationId))) return 'not-covered';
  const version = versionOn(await versionsOf(tx, organisationId), chinaDayOf(nowMs));
  if (version === undefined) return 'no-organisation';
  if (!crewedLevels.includes(version.level)) return 'no-crew-here';
  if (!vehicleRoles.includes(role)) return 'bad-role';
  if ((role === 'tow-truck') !== (version.level === 'rescue-firm')) return 'role-does-not-fit';
  const { reason } = checkPlate(plate);
  if (reason !== null) return `plate-${reason}`;
  const same = await selectRows(tx, vehicles, 'vehicle_id = ? OR plate = ?', [id, plate]);
  if (same.length > 0) return same[0]?.plate === plate ? 'plate-taken' : 'id-taken';
  const next = await tx.get<{ number: number }>(
    'SELECT coalesce(max(subject_number), 0) + 1 AS number FROM vehicles',
  );
  const subjectNumber = next?.number ?? 1;
  const vehicle = { vehicleId: id, organisationId, role: role as VehicleRole, plate };
  await putRow(tx, vehicles, { ...vehicle, subjectNumber, sample: false });
  const told = { actor: byWhom, action: 'vehicle.added', subject: `vehicle:${id}`, reason: '' };
  await audit(tx, { ...told, before: null, after: { organisationId, role, plate } }, nowMs);
  return null;
};

const takers: { readonly [Kind in ImportKind]: TakeRow } = {
  organisations: takeOrganisation,
  people: takePerson,
  vehicles: takeVehicle,
};

/** A transaction that was only to see what would happen. */
class OnlyChecked extends Error {
  override readonly name = 'OnlyChecked';
}

function cellsOf(header: readonly string[], { cells }: CsvRow): Cells {
  return Object.fromEntries(header.map((name, index) => [name, (cells[index] ?? '').trim()]));
}

/** Why the header does not fit the kind; null: it does. */
function headerProblem(kind: ImportKind, header: readonly string[]) {
  const columns = importColumns[kind].split(' ');
  const names = columns.map((column) => column.replace('*', ''));
  const unknown = header.find((name) => !names.includes(name));
  if (unknown !== undefined) return { problem: 'unknown-column', column: unknown };
  const missing = columns.find((name) => name.endsWith('*') && !header.includes(name.slice(0, -1)));
  return missing === undefined ? null : { problem: 'missing-column', column: missing.slice(0, -1) };
}

/**
 * Takes a table row by row, each with its own reason when it is refused; rows may build on those
 * above. All in one transaction; with `onlyCheck` nothing is kept.
 */
export async function importRows(
  store: Store,
  { kind, csv, onlyCheck }: { kind: ImportKind; csv: string; onlyCheck: boolean },
  change: Change,
  rights: readonly Right[],
): Promise<ImportResult> {
  const table = readCsv(csv);
  if ('problem' in table) return { problem: table.problem, column: '' };
  const wrong = headerProblem(kind, table.header);
  if (wrong !== null) return wrong;
  let rows: RowResult[] = [];
  try {
    await store.write(async (tx) => {
      rows = [];
      for (const row of table.rows) {
        const cells = cellsOf(table.header, row);
        const tooMany = row.cells.length > table.header.length;
        const reason = tooMany ? 'too-many-cells' : await takers[kind](tx, cells, change, rights);
        rows.push({ line: row.line, id: cells.id ?? '', reason });
      }
      await publishScreens(tx);
      if (onlyCheck) throw new OnlyChecked();
    });
  } catch (error) {
    if (!(error instanceof OnlyChecked)) throw error;
  }
  return { rows };
}
