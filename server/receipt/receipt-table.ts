import type { Reader, Writer } from '../../protocols/store/store.ts';

/** A receipt that was kept; its numbers are stored as digests only. */
export interface StoredReceipt {
  readonly scanId: string;
  readonly returnCodeAttempt: number;
  readonly keptAtMs: number;
}

const receiptColumns = `scan_id AS scanId, return_code_attempt AS returnCodeAttempt,
  kept_at_ms AS keptAtMs`;

/** One signed statement of a receipt: the first, or one since more was said. */
export interface ReceiptIssue {
  readonly scanId: string;
  readonly issue: number;
  /** Row of the audit log that is its payload. */
  readonly seq: number;
  readonly factsDigest: string;
  readonly codeHex: string | null;
  readonly unitKey: string | null;
  readonly keyId: string;
  readonly sig: string;
}

const issueColumns = `scan_id AS scanId, issue, seq, facts_digest AS factsDigest,
  code_hex AS codeHex, unit_key AS unitKey, key_id AS keyId, sig`;

type ReceiptNumber = 'receipt_digest' | 'return_code_digest' | 'scan_id';

/** The receipt of a number's digest, or of a scan. */
export function receiptBy(
  reader: Reader,
  column: ReceiptNumber,
  value: string,
): Promise<StoredReceipt | undefined> {
  return reader.get<StoredReceipt>(`SELECT ${receiptColumns} FROM receipts WHERE ${column} = ?`, [
    value,
  ]);
}

/** A receipt with what it is found by. */
export interface NewReceipt extends StoredReceipt {
  readonly presenceId: string;
  readonly receiptDigest: string;
  readonly returnCodeDigest: string;
}

export async function insertReceipt(tx: Writer, receipt: NewReceipt): Promise<void> {
  await tx.run(
    `INSERT INTO receipts (receipt_digest, scan_id, presence_id, return_code_digest,
       return_code_attempt, kept_at_ms) VALUES (?, ?, ?, ?, ?, ?)`,
    [
      receipt.receiptDigest,
      receipt.scanId,
      receipt.presenceId,
      receipt.returnCodeDigest,
      receipt.returnCodeAttempt,
      receipt.keptAtMs,
    ],
  );
}

/** The newest issue of a receipt; undefined: none yet. */
export function newestIssue(reader: Reader, scanId: string): Promise<ReceiptIssue | undefined> {
  return reader.get<ReceiptIssue>(
    `SELECT ${issueColumns} FROM receipt_issues WHERE scan_id = ? ORDER BY issue DESC LIMIT 1`,
    [scanId],
  );
}

export async function insertIssue(tx: Writer, issue: ReceiptIssue): Promise<void> {
  await tx.run(
    `INSERT INTO receipt_issues (scan_id, issue, seq, facts_digest, code_hex, unit_key, key_id, sig)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      issue.scanId,
      issue.issue,
      issue.seq,
      issue.factsDigest,
      issue.codeHex,
      issue.unitKey,
      issue.keyId,
      issue.sig,
    ],
  );
}
