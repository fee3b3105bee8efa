import { createHash } from 'node:crypto';
import { type Static, Type } from 'typebox';
import { checkpointSchema } from '../audit/checkpoint.ts';
import { domainBytes, domains } from '../signed/domain.ts';

const nullable = <Schema extends Parameters<typeof Type.Union>[0][number]>(schema: Schema) =>
  Type.Union([schema, Type.Null()]);

/** Most nodes of a path: a tree of 2^53 leaves. */
const pathNodesMax = 53;

/**
 * A driver's proof, to be kept for years: what was seen and said, signed, and its place in the
 * audit log. credit.md, "Audit". Bytes are base64url but for the code, which is hex.
 */
export const receiptSchema = Type.Object(
  {
    v: Type.Literal(1),
    payload: Type.String({ description: 'the exact text that is signed and a leaf of the log' }),
    salt: Type.String({ description: '16 bytes before the payload in its leaf' }),
    codeHex: nullable(Type.String({ description: 'the 82 bytes that were scanned' })),
    unitKey: nullable(Type.String({ description: 'raw Ed25519 key that signed the code' })),
    leafIndex: nullable(Type.Integer({ minimum: 0, description: 'place in the log' })),
    path: nullable(Type.Array(Type.String(), { maxItems: pathNodesMax })),
    checkpoint: nullable(checkpointSchema),
    keyId: Type.String({ description: 'receipt key' }),
    sig: Type.String({ description: 'Ed25519 over domain, zero byte, payload' }),
    pending: Type.Optional(Type.Literal(true)),
  },
  { additionalProperties: false },
);
export type Receipt = Static<typeof receiptSchema>;

/** What of the payload a reader relies on; there is more in it for people. */
export const receiptPayloadSchema = Type.Object({
  action: Type.Literal('receipt.issue'),
  after: Type.Object({
    v: Type.Literal(1),
    unitId: Type.Integer({ minimum: 0 }),
    issuedAt: Type.Integer({ minimum: 0, description: 'of the code, Unix seconds' }),
    keptAtMs: Type.Integer({ minimum: 0, description: 'of the receipt, Unix milliseconds' }),
    saltSha256: Type.String(),
    code: nullable(Type.Object({ sha256: Type.String(), unitKey: Type.String() })),
  }),
});
export type ReceiptPayload = Static<typeof receiptPayloadSchema>;

/** The signed bytes: the domain, a zero byte, the exact payload. */
export function receiptBytes(payload: string): Buffer {
  return domainBytes(domains.receipt, Buffer.from(payload));
}

export function sha256Hex(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/**
 * The one text of a receipt file: members in the order of the schema, no blanks, no line end. A
 * file that is written in any other way is not genuine, so that no byte of it is without meaning.
 */
export function receiptText(receipt: Receipt): string {
  const { checkpoint } = receipt;
  const ordered: Receipt = {
    v: 1,
    payload: receipt.payload,
    salt: receipt.salt,
    codeHex: receipt.codeHex,
    unitKey: receipt.unitKey,
    leafIndex: receipt.leafIndex,
    path: receipt.path,
    checkpoint: checkpoint && {
      v: 1,
      number: checkpoint.number,
      size: checkpoint.size,
      timeMs: checkpoint.timeMs,
      root: checkpoint.root,
      rowHash: checkpoint.rowHash,
      keyId: checkpoint.keyId,
      sig: checkpoint.sig,
    },
    keyId: receipt.keyId,
    sig: receipt.sig,
    ...(receipt.pending && { pending: true }),
  };
  return JSON.stringify(ordered);
}
