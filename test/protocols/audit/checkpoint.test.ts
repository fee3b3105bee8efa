import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  checkpointBytes,
  isSignedBy,
  readCheckpoint,
  signCheckpoint,
} from '../../../protocols/audit/checkpoint.ts';
import { keyIdOf } from '../../../protocols/audit/key-id.ts';
import { firstRowHash, rowHash } from '../../../protocols/audit/row-chain.ts';
import { publicKeyFromRaw, signerFromSeed } from '../../../protocols/signed/ed25519.ts';

const signerOf = (name: string) => signerFromSeed(createHash('sha256').update(name).digest());

const body = {
  number: 3,
  size: 70_000_000_000,
  timeMs: 1_780_000_000_123,
  root: Buffer.alloc(32, 1),
  rowHash: Buffer.alloc(32, 2),
};
const signer = signerOf('checkpoint');
const publicKey = publicKeyFromRaw(signer.publicKey);
if (publicKey === null) throw new Error('the test key is none');

describe('a checkpoint', () => {
  it('signs its domain, a zero byte, three numbers and two hashes', () => {
    const bytes = checkpointBytes(body);
    expect(bytes.subarray(0, 20).toString('latin1')).toBe('xinlu.checkpoint.v1\0');
    expect(bytes.subarray(20).toString('hex')).toBe(
      `0000000000000003${'000000104c533c00'}${'0000019e7044887b'}${'01'.repeat(32)}${'02'.repeat(32)}`,
    );
  });

  it('verifies under its key alone, and names it', () => {
    const checkpoint = signCheckpoint(body, signer);
    expect(isSignedBy(checkpoint, publicKey)).toBe(true);
    expect(checkpoint.keyId).toBe(keyIdOf(signer.publicKey));
    const other = publicKeyFromRaw(signerOf('other').publicKey);
    expect(other !== null && isSignedBy(checkpoint, other)).toBe(false);
    expect(readCheckpoint(checkpoint)).toEqual(body);
  });

  it('does not verify with any field changed', () => {
    const checkpoint = signCheckpoint(body, signer);
    const changes = [
      { number: 4 },
      { size: 1 },
      { timeMs: 1 },
      { root: checkpoint.rowHash },
      { rowHash: checkpoint.root },
      { sig: `${checkpoint.sig.slice(0, -1)}x` },
      { root: `${checkpoint.root}=` },
    ];
    for (const change of changes)
      expect(isSignedBy({ ...checkpoint, ...change }, publicKey)).toBe(false);
  });

  it('is read only when it is one', () => {
    const checkpoint = signCheckpoint(body, signer);
    for (const wrong of [null, [], {}, { ...checkpoint, v: 2 }, { ...checkpoint, more: 1 }]) {
      expect(readCheckpoint(wrong)).toBeNull();
    }
  });
});

describe('the row chain', () => {
  it('depends on the row before, the number and the leaf', () => {
    const leaf = Buffer.alloc(32, 9);
    const hash = rowHash(firstRowHash, 0, leaf);
    expect(rowHash(firstRowHash, 1, leaf)).not.toEqual(hash);
    expect(rowHash(hash, 0, leaf)).not.toEqual(hash);
    expect(rowHash(firstRowHash, 0, Buffer.alloc(32, 8))).not.toEqual(hash);
    expect(hash).toEqual(
      createHash('sha256')
        .update(Buffer.concat([Buffer.from('xinlu.audit-row.v1\0'), Buffer.alloc(40), leaf]))
        .digest(),
    );
  });
});
