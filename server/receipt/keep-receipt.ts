import { toBase64url } from '../../protocols/audit/base64url.ts';
import { keyIdOf } from '../../protocols/audit/key-id.ts';
import { saltBytes } from '../../protocols/audit/merkle-hash.ts';
import { receiptBytes, sha256Hex } from '../../protocols/receipt/receipt.ts';
import type { Signer } from '../../protocols/signed/ed25519.ts';
import type { Store, Writer } from '../../protocols/store/store.ts';
import { appendSalted } from '../audit/append-audit.ts';
import { sha256OfJson } from '../fees/canonical-json.ts';
import type { StoredScan } from '../intake/scan-table.ts';
import { type Act, type ActResult, redeem } from '../scan-page/acts.ts';
import { openingOf } from '../scan-page/openings.ts';
import { mayAct } from '../scan-page/standing.ts';
import { digestOf, type SecretBox } from '../secrets.ts';
import { factsOf, jsonOf } from './receipt-facts.ts';
import { receiptIdOf, returnCodeFor } from './receipt-names.ts';
import { insertIssue, insertReceipt, newestIssue, receiptBy } from './receipt-table.ts';

/** What signs receipts and names them. */
export interface ReceiptMaker {
  readonly secrets: SecretBox;
  readonly signer: Signer;
}

/** Codes drawn for one receipt until one is free: two of 31^11 are hardly ever the same. */
const codeAttemptsMax = 8;

async function openReceipt(
  tx: Writer,
  { secrets }: ReceiptMaker,
  { report }: StoredScan,
  nowMs: number,
): Promise<void> {
  const { scanId, presenceId } = report;
  if ((await receiptBy(tx, 'scan_id', scanId)) !== undefined) return;
  for (let attempt = 0; attempt < codeAttemptsMax; attempt += 1) {
    const returnCodeDigest = digestOf(returnCodeFor(secrets, scanId, attempt));
    if ((await receiptBy(tx, 'return_code_digest', returnCodeDigest)) !== undefined) continue;
    const receiptDigest = digestOf(receiptIdOf(secrets, scanId));
    const stored = { scanId, presenceId, returnCodeAttempt: attempt, keptAtMs: nowMs };
    await insertReceipt(tx, { ...stored, receiptDigest, returnCodeDigest });
    return;
  }
  throw new Error('no return code is free');
}

/** Signs what is true now, unless the newest issue says just that. */
async function issue(
  tx: Writer,
  { signer }: ReceiptMaker,
  scan: StoredScan,
  { nowMs, randomBytes }: Act,
): Promise<void> {
  const { scanId, code } = scan.report;
  const facts = jsonOf(await factsOf(tx, scan));
  const factsDigest = sha256OfJson(facts);
  const newest = await newestIssue(tx, scanId);
  if (newest?.factsDigest === factsDigest) return;
  const number = (newest?.issue ?? 0) + 1;
  const salt = randomBytes(saltBytes);
  const own = { issue: number, keptAtMs: nowMs, saltSha256: sha256Hex(salt) };
  const event = {
    actor: 'driver',
    action: 'receipt.issue',
    subject: `presence:${scan.report.presenceId}`,
    reason: number === 1 ? 'kept' : 'more was said',
    before: newest === undefined ? null : { issue: newest.issue, seq: newest.seq },
    after: { ...facts, ...own },
  };
  const { seq, payload } = await appendSalted(tx, event, salt, nowMs);
  await insertIssue(tx, {
    scanId,
    issue: number,
    seq,
    factsDigest,
    codeHex: code?.hex ?? null,
    unitKey: code?.unitKey ?? null,
    keyId: keyIdOf(signer.publicKey),
    sig: toBase64url(signer.sign(receiptBytes(payload))),
  });
}

/**
 * Keeps a receipt of a scan: redeems the presence as any other act does, and signs what was seen
 * and said so far. Done again, it signs again only what has come since; the address stays.
 */
export function keepReceipt(store: Store, act: Act, maker: ReceiptMaker): Promise<ActResult> {
  return store.write(async (tx) => {
    const opening = await openingOf(tx, act.scanId, act.cookie);
    if (opening === undefined) return { outcome: 'unknown' };
    if (!mayAct(opening.standing)) return { outcome: 'refused', opening };
    const { scan } = opening;
    await redeem(tx, scan, 'receipt', act.nowMs);
    await openReceipt(tx, maker, scan, act.nowMs);
    await issue(tx, maker, scan, act);
    return { outcome: 'done' };
  });
}
