import type { ImportedRowView } from '../../protocols/http/fleet-bodies.ts';
import type { Reader, Writer } from '../../protocols/store/store.ts';

export interface UnitImport {
  readonly importId: string;
  readonly importedAtMs: number;
  readonly rows: readonly ImportedRowView[];
}

/** Imports kept an account; a result is looked at once or twice. */
const keptMax = 20;

/** Keeps what became of a list, and forgets the oldest ones of the account. */
export async function keepImport(
  tx: Writer,
  accountId: string,
  { importId, importedAtMs, rows }: UnitImport,
): Promise<void> {
  await tx.run(
    `INSERT INTO unit_imports (import_id, account_id, imported_at_ms, outcome)
     VALUES (?, ?, ?, ?)`,
    [importId, accountId, importedAtMs, JSON.stringify(rows)],
  );
  await tx.run(
    `DELETE FROM unit_imports WHERE account_id = ? AND import_id NOT IN
       (SELECT import_id FROM unit_imports WHERE account_id = ?
        ORDER BY imported_at_ms DESC, import_id LIMIT ?)`,
    [accountId, accountId, keptMax],
  );
}

/** An import of this account; undefined: there is none. */
export async function importOf(
  reader: Reader,
  accountId: string,
  importId: string,
): Promise<UnitImport | undefined> {
  const row = await reader.get<{ importedAtMs: number; outcome: string }>(
    `SELECT imported_at_ms AS importedAtMs, outcome FROM unit_imports
     WHERE import_id = ? AND account_id = ?`,
    [importId, accountId],
  );
  if (row === undefined) return undefined;
  const { importedAtMs, outcome } = row;
  return { importId, importedAtMs, rows: JSON.parse(outcome) as ImportedRowView[] };
}

/**
 * A list as text: UTF-8, or what Chinese spreadsheets write by default (GB 18030).
 * https://encoding.spec.whatwg.org/#gb18030
 */
export function textOfList(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('gb18030').decode(bytes);
  }
}

/** One cell; what a spreadsheet would take for a formula is made text. */
function cell(text: string): string {
  const safe = /^[=+\-@\t]/.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}

/** Rows of cells as spreadsheets read them: a mark of UTF-8 first, CR LF. RFC 4180. */
export function csvOf(rows: readonly (readonly string[])[]): string {
  return `\u{feff}${rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('')}`;
}
