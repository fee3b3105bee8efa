import type { KeyObject } from 'node:crypto';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { domainBytes, domains } from '../signed/domain.ts';
import { type Signer, signatureBytes, verifyEd25519 } from '../signed/ed25519.ts';
import { fromBase64url, toBase64url } from './base64url.ts';
import { keyIdOf } from './key-id.ts';
import { hashBytes } from './merkle-hash.ts';
import { uint64 } from './row-chain.ts';

const count = (description: string) =>
  Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description });

/** A signed statement: the log held exactly this at that moment. credit.md, "Audit". */
export const checkpointSchema = Type.Object(
  {
    v: Type.Literal(1),
    number: count('from 0, without a gap'),
    size: count('leaves of the tree'),
    timeMs: count('Unix milliseconds of signing'),
    root: Type.String({ description: 'root of the tree, base64url' }),
    rowHash: Type.String({ description: 'hash of the last row of the chain, base64url' }),
    keyId: Type.String(),
    sig: Type.String({ description: 'Ed25519, base64url' }),
  },
  { additionalProperties: false },
);
export type Checkpoint = Static<typeof checkpointSchema>;

/** What a checkpoint says, before it is signed. */
export interface CheckpointBody {
  readonly number: number;
  readonly size: number;
  readonly timeMs: number;
  readonly root: Uint8Array;
  readonly rowHash: Uint8Array;
}

/** The signed bytes: domain, zero byte, three numbers of eight bytes, two hashes. */
export function checkpointBytes({ number, size, timeMs, root, rowHash }: CheckpointBody): Buffer {
  const numbers = [number, size, timeMs].map(uint64);
  return domainBytes(domains.checkpoint, ...numbers, root, rowHash);
}

export function signCheckpoint(body: CheckpointBody, signer: Signer): Checkpoint {
  return {
    v: 1,
    number: body.number,
    size: body.size,
    timeMs: body.timeMs,
    root: toBase64url(body.root),
    rowHash: toBase64url(body.rowHash),
    keyId: keyIdOf(signer.publicKey),
    sig: toBase64url(signer.sign(checkpointBytes(body))),
  };
}

/** The body of a checkpoint as it was written; null: not a checkpoint. */
export function readCheckpoint(value: unknown): CheckpointBody | null {
  if (!Value.Check(checkpointSchema, value)) return null;
  const root = fromBase64url(value.root, hashBytes);
  const rowHash = fromBase64url(value.rowHash, hashBytes);
  if (root === null || rowHash === null) return null;
  return { number: value.number, size: value.size, timeMs: value.timeMs, root, rowHash };
}

/** Whether this key signed this checkpoint. Never throws. */
export function isSignedBy(checkpoint: Checkpoint, publicKey: KeyObject): boolean {
  const body = readCheckpoint(checkpoint);
  const signature = fromBase64url(checkpoint.sig, signatureBytes);
  if (body === null || signature === null) return false;
  return verifyEd25519(publicKey, checkpointBytes(body), signature);
}
