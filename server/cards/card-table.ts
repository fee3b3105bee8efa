import type { PrintChange } from '../../protocols/http/print-bodies.ts';
import type { Reader, SqlValue, Writer } from '../../protocols/store/store.ts';

export type CardKind = 2 | 3;

/** One print of a card, as the register keeps it. Unix ms; `issuedAt` in seconds. */
export interface CardPrint {
  /** SHA-256 of the 82 bytes, hexadecimal. */
  readonly printId: string;
  readonly kind: CardKind;
  readonly subjectId: string;
  readonly subjectNumber: number;
  readonly organisationId: string;
  readonly keyId: string;
  readonly issuedAt: number;
  /** The 82 bytes, hexadecimal. */
  readonly code: string;
  readonly sheetId: string;
  readonly printedAtMs: number;
  readonly printedBy: string;
  readonly reason: string;
  readonly revokedAtMs: number | null;
  readonly revokedBy: string | null;
  readonly revokedReason: string | null;
  readonly sample: number;
}

const columns = `print_id AS printId, kind, subject_id AS subjectId,
  subject_number AS subjectNumber, organisation_id AS organisationId, key_id AS keyId,
  issued_at AS issuedAt, code, sheet_id AS sheetId, printed_at_ms AS printedAtMs,
  printed_by AS printedBy, reason, revoked_at_ms AS revokedAtMs, revoked_by AS revokedBy,
  revoked_reason AS revokedReason, sample`;
/** Prints shown of one organisation, the newest first. */
const listedMax = 500;

async function nextChangeNo(tx: Writer): Promise<number> {
  return (await lastChangeNo(tx)) + 1;
}

/** Number of the newest change; 0: there was none. */
export async function lastChangeNo(reader: Reader): Promise<number> {
  const row = await reader.get<{ last: number | null }>(
    'SELECT max(change_no) AS last FROM card_prints',
  );
  return row?.last ?? 0;
}

export async function insertPrint(
  tx: Writer,
  print: Omit<CardPrint, 'revokedAtMs' | 'revokedBy' | 'revokedReason'>,
): Promise<void> {
  const values: SqlValue[] = [
    ...[print.printId, print.kind, print.subjectId, print.subjectNumber, print.organisationId],
    ...[print.keyId, print.issuedAt, print.code, print.sheetId, print.printedAtMs],
    ...[print.printedBy, print.reason, print.sample, await nextChangeNo(tx)],
  ];
  await tx.run(
    `INSERT INTO card_prints (print_id, kind, subject_id, subject_number, organisation_id, key_id,
       issued_at, code, sheet_id, printed_at_ms, printed_by, reason, sample, change_no)
     VALUES (${values.map(() => '?').join(', ')})`,
    values,
  );
}

/** Revokes a print; false: there is none, or it was revoked before. */
export async function markRevoked(
  tx: Writer,
  printId: string,
  { by, reason, atMs }: { readonly by: string; readonly reason: string; readonly atMs: number },
): Promise<boolean> {
  const { changes } = await tx.run(
    `UPDATE card_prints SET revoked_at_ms = ?, revoked_by = ?, revoked_reason = ?, change_no = ?
     WHERE print_id = ? AND revoked_at_ms IS NULL`,
    [atMs, by, reason, await nextChangeNo(tx), printId],
  );
  return changes === 1;
}

export function printById(reader: Reader, printId: string): Promise<CardPrint | undefined> {
  return reader.get<CardPrint>(`SELECT ${columns} FROM card_prints WHERE print_id = ?`, [printId]);
}

/** Prints of a subject that still count. */
export function printsInForce(
  reader: Reader,
  kind: CardKind,
  subjectNumber: number,
): Promise<CardPrint[]> {
  return reader.all<CardPrint>(
    `SELECT ${columns} FROM card_prints
     WHERE kind = ? AND subject_number = ? AND revoked_at_ms IS NULL ORDER BY printed_at_ms`,
    [kind, subjectNumber],
  );
}

export function printsOfSheet(reader: Reader, sheetId: string): Promise<CardPrint[]> {
  return reader.all<CardPrint>(
    `SELECT ${columns} FROM card_prints WHERE sheet_id = ? ORDER BY kind, issued_at DESC`,
    [sheetId],
  );
}

/** The history of an organisation's cards; null: of all. */
export function listPrints(reader: Reader, organisationId: string | null): Promise<CardPrint[]> {
  const order = 'ORDER BY printed_at_ms DESC, issued_at DESC LIMIT ?';
  return organisationId === null
    ? reader.all<CardPrint>(`SELECT ${columns} FROM card_prints ${order}`, [listedMax])
    : reader.all<CardPrint>(
        `SELECT ${columns} FROM card_prints WHERE organisation_id = ? ${order}`,
        [organisationId, listedMax],
      );
}

/** Seconds of a key that are taken, in a span with both ends. */
export async function takenSeconds(
  reader: Reader,
  keyId: string,
  fromS: number,
  toS: number,
): Promise<ReadonlySet<number>> {
  const rows = await reader.all<{ second: number }>(
    `SELECT issued_at AS second FROM card_prints
     WHERE key_id = ? AND issued_at >= ? AND issued_at <= ?`,
    [keyId, fromS, toS],
  );
  return new Set(rows.map(({ second }) => second));
}

/** Changes after a number, in their order. */
export async function changesAfter(
  reader: Reader,
  changeNo: number,
  rowsMax: number,
): Promise<{ readonly changeNo: number; readonly changes: readonly PrintChange[] }> {
  const rows = await reader.all<{ no: number; sha256: string; revoked: number | null }>(
    `SELECT change_no AS no, print_id AS sha256, revoked_at_ms AS revoked FROM card_prints
     WHERE change_no > ? ORDER BY change_no LIMIT ?`,
    [changeNo, rowsMax],
  );
  return {
    changeNo: rows.at(-1)?.no ?? changeNo,
    changes: rows.map(({ sha256, revoked }) => ({ sha256, revoked: revoked !== null })),
  };
}
