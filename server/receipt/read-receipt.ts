import { toBase64url } from '../../protocols/audit/base64url.ts';
import type { Checkpoint } from '../../protocols/audit/checkpoint.ts';
import type { Receipt } from '../../protocols/receipt/receipt.ts';
import type { Reader } from '../../protocols/store/store.ts';
import { inclusionPath, rowAt } from '../audit/audit-table.ts';
import { firstCheckpointOver } from '../audit/checkpoints.ts';
import type { ReceiptFacts } from './receipt-facts.ts';
import { newestIssue, type StoredReceipt } from './receipt-table.ts';

/** What the payload of a receipt says: the facts, and its own number and time. */
export interface IssuedFacts extends ReceiptFacts {
  readonly issue: number;
  readonly keptAtMs: number;
}

/** A receipt as it is shown and given away. */
export interface ReadReceipt {
  readonly receipt: Receipt;
  readonly facts: IssuedFacts;
  /** The checkpoint its proof leads to; null: pending. */
  readonly checkpoint: Checkpoint | null;
}

/**
 * The newest issue of a receipt, with its proof as soon as there is a checkpoint over it: always
 * the first such one, so that the file stays the same for ever. `erased`: the payload was deleted
 * on request, and only its place in the log is left.
 */
export async function readReceipt(
  reader: Reader,
  { scanId }: StoredReceipt,
): Promise<ReadReceipt | 'erased'> {
  const issue = await newestIssue(reader, scanId);
  if (issue === undefined) throw new Error(`receipt of ${scanId} was never issued`);
  const row = await rowAt(reader, issue.seq);
  if (row === undefined) throw new Error(`audit event ${issue.seq} is gone: run audit verify`);
  if (row.payload === null || row.salt === null) return 'erased';
  const { after } = JSON.parse(row.payload) as { after: IssuedFacts };
  const checkpoint = (await firstCheckpointOver(reader, issue.seq)) ?? null;
  const path = checkpoint && (await inclusionPath(reader, issue.seq, checkpoint.size));
  const receipt: Receipt = {
    v: 1,
    payload: row.payload,
    salt: toBase64url(row.salt),
    codeHex: issue.codeHex,
    unitKey: issue.unitKey,
    leafIndex: checkpoint && issue.seq,
    path: path === null ? null : path.map(toBase64url),
    checkpoint,
    keyId: issue.keyId,
    sig: issue.sig,
    ...(checkpoint === null && { pending: true as const }),
  };
  return { receipt, facts: after, checkpoint };
}
