import type { Reader, Writer } from '../../protocols/store/store.ts';
import type { DirectoryDocument, Organisation, Person, Vehicle } from './directory.ts';

/** A table of the directory: which property stands in which column. */
interface Mapping<Row> {
  readonly table: string;
  readonly key: keyof Row & string;
  readonly columns: { readonly [Property in keyof Row & string]: string };
  /** Properties kept as JSON text. */
  readonly json: readonly string[];
}

export const organisations: Mapping<Organisation> = {
  table: 'organisations',
  key: 'organisationId',
  columns: {
    organisationId: 'organisation_id',
    kind: 'kind',
    superiorId: 'superior_id',
    nameZh: 'name_zh',
    nameEn: 'name_en',
    addressZh: 'address_zh',
    addressEn: 'address_en',
    hotline: 'hotline',
    qualificationZh: 'qualification_zh',
    qualificationEn: 'qualification_en',
    areaZh: 'area_zh',
    areaEn: 'area_en',
    sections: 'sections',
    procedureId: 'procedure_id',
    legalBasisId: 'legal_basis_id',
    sample: 'sample',
  },
  json: ['sections'],
};

export const vehicles: Mapping<Vehicle> = {
  table: 'vehicles',
  key: 'vehicleId',
  columns: {
    vehicleId: 'vehicle_id',
    organisationId: 'organisation_id',
    role: 'role',
    plate: 'plate',
    subjectNumber: 'subject_number',
    sample: 'sample',
  },
  json: [],
};

export const people: Mapping<Person> = {
  table: 'people',
  key: 'personId',
  columns: {
    personId: 'person_id',
    organisationId: 'organisation_id',
    role: 'role',
    nameZh: 'name_zh',
    nameEn: 'name_en',
    badgeNumber: 'badge_number',
    qualificationZh: 'qualification_zh',
    qualificationEn: 'qualification_en',
    subjectNumber: 'subject_number',
    sample: 'sample',
  },
  json: [],
};

type Cell = string | number | null;

function fromRow<Row>(mapping: Mapping<Row>, row: Record<string, unknown>): Row {
  for (const property of mapping.json) row[property] = JSON.parse(String(row[property]));
  return { ...row, sample: row.sample === 1 } as Row;
}

/** Rows of a table, at most `limit`, narrowed by a condition on column names. */
export async function selectRows<Row>(
  reader: Reader,
  mapping: Mapping<Row>,
  condition: string,
  params: readonly Cell[],
): Promise<Row[]> {
  const columns = Object.entries<string>(mapping.columns)
    .map(([property, column]) => `${column} AS ${property}`)
    .join(', ');
  const rows = await reader.all<Record<string, unknown>>(
    `SELECT ${columns} FROM ${mapping.table} WHERE ${condition} ORDER BY ${mapping.columns[mapping.key]}`,
    params,
  );
  return rows.map((row) => fromRow(mapping, row));
}

/** Adds a row or puts it in place of the one with its key; sample never overwrites the real. */
export async function putRow<Row extends { readonly sample: boolean }>(
  tx: Writer,
  mapping: Mapping<Row>,
  row: Row,
): Promise<void> {
  const properties = Object.keys(mapping.columns) as (keyof Row & string)[];
  const columns = properties.map((property) => mapping.columns[property]);
  const cells = properties.map((property): Cell => {
    const value: unknown = row[property];
    if (mapping.json.includes(property)) return JSON.stringify(value);
    return typeof value === 'boolean' ? Number(value) : (value as Cell);
  });
  await tx.run(
    `INSERT INTO ${mapping.table} (${columns.join(', ')})
     VALUES (${columns.map(() => '?').join(', ')})
     ON CONFLICT (${mapping.columns[mapping.key]}) DO UPDATE SET
       ${columns.map((column) => `${column} = excluded.${column}`).join(', ')}
     WHERE ${mapping.table}.sample >= excluded.sample`,
    cells,
  );
}

/** Adds a document or puts it in place of the one with its id, under the same rule. */
export async function putDocument(tx: Writer, document: DirectoryDocument): Promise<void> {
  const { documentId, kind, version, validFrom, validTo, sample } = document;
  await tx.run(
    `INSERT INTO documents (document_id, kind, version, valid_from, valid_to, body, sample)
     VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (document_id) DO UPDATE SET kind = excluded.kind, version = excluded.version,
       valid_from = excluded.valid_from, valid_to = excluded.valid_to, body = excluded.body,
       sample = excluded.sample
     WHERE documents.sample >= excluded.sample`,
    [documentId, kind, version, validFrom, validTo, JSON.stringify(document), Number(sample)],
  );
}

/** A document by id; null when there is none. */
export async function documentById(
  reader: Reader,
  documentId: string | null,
): Promise<DirectoryDocument | null> {
  if (documentId === null) return null;
  const row = await reader.get<{ body: string }>(
    'SELECT body FROM documents WHERE document_id = ?',
    [documentId],
  );
  return row === undefined ? null : (JSON.parse(row.body) as DirectoryDocument);
}
