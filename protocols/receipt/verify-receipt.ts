import { Value } from 'typebox/value';
import { fromBase64url } from '../audit/base64url.ts';
import { type Checkpoint, isSignedBy, readCheckpoint } from '../audit/checkpoint.ts';
import { hashBytes, leafHash, saltBytes } from '../audit/merkle-hash.ts';
import { rootOfInclusion } from '../audit/merkle-proof.ts';
import { signedBytes } from '../scan-code/bytes.ts';
import { codeMessage, readCodeBytes } from '../scan-code/code.ts';
import {
  publicKeyBytes,
  publicKeyFromRaw,
  signatureBytes,
  verifyEd25519,
} from '../signed/ed25519.ts';
import {
  type Receipt,
  type ReceiptPayload,
  receiptBytes,
  receiptPayloadSchema,
  receiptSchema,
  receiptText,
  sha256Hex,
} from './receipt.ts';
import type { ReceiptKey, ReceiptKeys } from './receipt-keys.ts';

/** Largest receipt file that is looked at, in bytes. */
export const receiptBytesMax = 256 * 1024;

export type ReceiptProblem =
  | 'too-large'
  | 'not-a-receipt'
  | 'not-as-written'
  | 'unknown-key'
  | 'bad-signature'
  | 'key-not-in-force'
  | 'revoked-key'
  | 'bad-payload'
  | 'salt-differs'
  | 'code-differs'
  | 'bad-code-signature'
  | 'unknown-checkpoint-key'
  | 'bad-checkpoint-signature'
  | 'not-in-log';

/** What `receipt verify` prints; issuedAt and unitId only when they are vouched for. */
export interface ReceiptVerdict {
  readonly valid: boolean;
  /** Null when valid. */
  readonly reason: ReceiptProblem | null;
  /** Of the code that was scanned, Unix seconds. */
  readonly issuedAt: number | null;
  readonly unitId: number | null;
  /** True: signed, not yet in a checkpoint of the log; null: not valid. */
  readonly pending: boolean | null;
}

/** The receipt in a file that is exactly as it was written; else what is wrong. */
function readReceipt(file: Uint8Array): Receipt | ReceiptProblem {
  if (file.length > receiptBytesMax) return 'too-large';
  const bytes = Buffer.from(file);
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch {
    return 'not-a-receipt';
  }
  if (!Value.Check(receiptSchema, value)) return 'not-a-receipt';
  return Buffer.from(receiptText(value)).equals(bytes) ? value : 'not-as-written';
}

function isInForce({ validFrom, validTo }: ReceiptKey, atS: number): boolean {
  return (validFrom === null || atS >= validFrom) && (validTo === null || atS <= validTo);
}

function readPayload(text: string): ReceiptPayload | null {
  try {
    const value: unknown = JSON.parse(text);
    return Value.Check(receiptPayloadSchema, value) ? value : null;
  } catch {
    return null;
  }
}

/** Any key of that id that signed the payload while it was in force. */
function checkSignature(
  { payload, keyId, sig }: Receipt,
  keptAtS: number | null,
  keys: readonly ReceiptKey[],
): ReceiptProblem | null {
  const named = keys.filter((key) => key.keyId === keyId);
  if (named.length === 0) return 'unknown-key';
  const signature = fromBase64url(sig, signatureBytes);
  const signers = named.filter(
    ({ publicKey }) =>
      signature !== null && verifyEd25519(publicKey, receiptBytes(payload), signature),
  );
  if (signers.length === 0) return 'bad-signature';
  if (keptAtS === null) return 'bad-payload';
  const inForce = signers.filter((key) => isInForce(key, keptAtS));
  if (inForce.length === 0) return 'key-not-in-force';
  return inForce.some(({ revoked }) => !revoked) ? null : 'revoked-key';
}

/** The salt is the one the signed payload vouches for. */
function checkSalt(salt: Buffer | null, { after }: ReceiptPayload): ReceiptProblem | null {
  return salt !== null && sha256Hex(salt) === after.saltSha256 ? null : 'salt-differs';
}

/** The code is the one the payload vouches for, of that unit and second, and that key signed it. */
function checkCode(
  { codeHex, unitKey }: Receipt,
  { after: { code, unitId, issuedAt } }: ReceiptPayload,
): ReceiptProblem | null {
  if (code === null && codeHex === null && unitKey === null) return null;
  if (code === null || codeHex === null || unitKey !== code.unitKey) return 'code-differs';
  const bytes = Buffer.from(codeHex, 'hex');
  if (bytes.toString('hex') !== codeHex || sha256Hex(bytes) !== code.sha256) return 'code-differs';
  const reading = readCodeBytes(bytes);
  if (!reading.ok) return 'code-differs';
  const { fields } = reading.code;
  if (fields.unitId !== unitId || fields.issuedAt !== issuedAt) return 'code-differs';
  const raw = fromBase64url(unitKey, publicKeyBytes);
  const publicKey = raw && publicKeyFromRaw(raw);
  if (publicKey === null) return 'bad-code-signature';
  const isSigned = verifyEd25519(publicKey, codeMessage(bytes), bytes.subarray(signedBytes));
  return isSigned ? null : 'bad-code-signature';
}

function checkCheckpoint(
  checkpoint: Checkpoint,
  keys: readonly ReceiptKey[],
): ReceiptProblem | null {
  const named = keys.filter(({ keyId }) => keyId === checkpoint.keyId);
  if (named.length === 0) return 'unknown-checkpoint-key';
  const atS = checkpoint.timeMs / 1000;
  const isSigned = named.some(
    (key) => !key.revoked && isInForce(key, atS) && isSignedBy(checkpoint, key.publicKey),
  );
  return isSigned ? null : 'bad-checkpoint-signature';
}

/** The payload is a leaf of the tree that the checkpoint signs. */
function checkInclusion(receipt: Receipt, salt: Buffer): ReceiptProblem | null {
  const { leafIndex, path, checkpoint, payload } = receipt;
  const nodes = (path ?? []).map((node) => fromBase64url(node, hashBytes));
  const body = readCheckpoint(checkpoint);
  if (leafIndex === null || path === null || body === null || nodes.includes(null)) {
    return 'not-in-log';
  }
  const leaf = leafHash(salt, Buffer.from(payload));
  const root = rootOfInclusion(leaf, leafIndex, body.size, nodes as Buffer[]);
  return root?.equals(body.root) ? null : 'not-in-log';
}

/** Before the first checkpoint a receipt claims no place in the log at all. */
function checkLog(receipt: Receipt, salt: Buffer, keys: ReceiptKeys): ReceiptProblem | null {
  const { pending, leafIndex, path, checkpoint } = receipt;
  if (pending) {
    const claims = leafIndex !== null || path !== null || checkpoint !== null;
    return claims ? 'not-as-written' : null;
  }
  if (checkpoint === null) return 'not-in-log';
  return checkCheckpoint(checkpoint, keys.checkpoint) ?? checkInclusion(receipt, salt);
}

/**
 * Judges a receipt file by keys alone: no network, no clock. credit.md, "Audit". Every byte of the
 * file counts: the payload by its signature; salt, code and unit key by what the payload says of
 * them; the place in the log by the checkpoint; and the writing itself must be the only one.
 * Never throws.
 */
export function verifyReceipt(file: Uint8Array, keys: ReceiptKeys): ReceiptVerdict {
  const refused = (reason: ReceiptProblem): ReceiptVerdict => ({
    valid: false,
    reason,
    issuedAt: null,
    unitId: null,
    pending: null,
  });
  const receipt = readReceipt(file);
  if (typeof receipt === 'string') return refused(receipt);
  const payload = readPayload(receipt.payload);
  const keptAtS = payload === null ? null : payload.after.keptAtMs / 1000;
  const unsigned = checkSignature(receipt, keptAtS, keys.receipt);
  if (unsigned !== null) return refused(unsigned);
  if (payload === null) return refused('bad-payload');
  const salt = fromBase64url(receipt.salt, saltBytes);
  const problem =
    checkSalt(salt, payload) ??
    checkCode(receipt, payload) ??
    checkLog(receipt, salt as Buffer, keys);
  if (problem !== null) return refused(problem);
  const { issuedAt, unitId } = payload.after;
  return { valid: true, reason: null, issuedAt, unitId, pending: receipt.pending ?? false };
}
