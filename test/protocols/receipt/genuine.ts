import { createHash } from 'node:crypto';
import { toBase64url } from '../../../protocols/audit/base64url.ts';
import { signCheckpoint } from '../../../protocols/audit/checkpoint.ts';
import { keyIdOf } from '../../../protocols/audit/key-id.ts';
import { leafHash } from '../../../protocols/audit/merkle-hash.ts';
import {
  foldNodes,
  inclusionRanges,
  type LeafRange,
  nodesOfRange,
} from '../../../protocols/audit/merkle-shape.ts';
import { type Receipt, receiptBytes, sha256Hex } from '../../../protocols/receipt/receipt.ts';
import { signCode } from '../../../protocols/scan-code/code.ts';
import { type Signer, signerFromSeed } from '../../../protocols/signed/ed25519.ts';

export const seedOf = (name: string) => createHash('sha256').update(name).digest();
export const signerOf = (name: string): Signer => signerFromSeed(seedOf(name));

export const keptAtMs = 1_780_000_030_000;
const issuedAt = 1_780_000_000;
const unitId = 7;

/** What a genuine receipt is made of; a test changes what it is about. */
export interface Making {
  readonly receiptKey?: string;
  readonly words?: string;
  readonly payload?: object;
}

/** A row of KEYS.json. */
export function keyEntry(use: 'receipt' | 'checkpoint', name: string, more: object = {}) {
  const { publicKey } = signerOf(name);
  return { use, keyId: keyIdOf(publicKey), publicKey: toBase64url(publicKey), ...more };
}

export const genuineKeys = [keyEntry('receipt', 'receipt'), keyEntry('checkpoint', 'checkpoint')];

/** A receipt before its first checkpoint. */
export function pendingReceipt({ receiptKey = 'receipt', words, payload }: Making = {}): Receipt {
  const unit = signerOf('unit');
  const position = { lat: 38.04, lon: 114.5, fixAgeS: 2 };
  const fields = { kind: 0, unitId, issuedAt, ttlS: 600, duty: 4, ...position, incidentRef: 12 };
  const code = signCode(fields as Parameters<typeof signCode>[0], unit);
  const salt = seedOf('salt').subarray(0, 16);
  const unitKey = toBase64url(unit.publicKey);
  const text = JSON.stringify({
    action: 'receipt.issue',
    after: {
      v: 1,
      unitId,
      issuedAt,
      keptAtMs,
      saltSha256: sha256Hex(salt),
      code: { sha256: sha256Hex(code), unitKey },
      words: words ?? '来得快，价格讲得清楚。',
      ...payload,
    },
  });
  const signer = signerOf(receiptKey);
  return {
    v: 1,
    payload: text,
    salt: toBase64url(salt),
    codeHex: code.toString('hex'),
    unitKey,
    leafIndex: null,
    path: null,
    checkpoint: null,
    keyId: keyIdOf(signer.publicKey),
    sig: toBase64url(signer.sign(receiptBytes(text))),
    pending: true,
  };
}

/** The same receipt in a log of `size` leaves, at `index`. */
export function completed(pending: Receipt, index = 5, size = 11): Receipt {
  const leaves = Array.from({ length: size }, (_, at) => leafHash(seedOf('s'), Buffer.of(at)));
  leaves[index] = leafHash(Buffer.from(pending.salt, 'base64url'), Buffer.from(pending.payload));
  const rootOf = (range: LeafRange): Buffer =>
    foldNodes(
      nodesOfRange(range).map(({ level, index: at }) => {
        const [start, end] = [at * 2 ** level, (at + 1) * 2 ** level];
        const middle = (start + end) / 2;
        if (level === 0) return leaves[at] as Buffer;
        return foldNodes([rootOf({ start, end: middle }), rootOf({ start: middle, end })]);
      }),
    );
  const body = {
    number: 2,
    size,
    timeMs: keptAtMs + 60_000,
    root: rootOf({ start: 0, end: size }),
    rowHash: seedOf('row'),
  };
  const { pending: _, ...rest } = pending;
  return {
    ...rest,
    leafIndex: index,
    path: inclusionRanges(index, size).map((range) => toBase64url(rootOf(range))),
    checkpoint: signCheckpoint(body, signerOf('checkpoint')),
  };
}
