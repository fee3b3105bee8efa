import { createPublicKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { openDown, sealDown } from '../../../protocols/messages/down.ts';
import type { DownMessage } from '../../../protocols/messages/down-schemas.ts';
import { privateKeyFromSeed } from '../../../protocols/signed/ed25519.ts';
import { signerFromSeed } from '../../support/keys.ts';

const signer = signerFromSeed(Buffer.alloc(32, 4));
const pinned = new Map([['g1', createPublicKey(privateKeyFromSeed(Buffer.alloc(32, 4)))]]);
const scanned: DownMessage = { type: 'scanned', issuedAt: 1_790_000_000, openedAtMs: 1 };
const sealed = Buffer.from(sealDown('XL-0001', 10, scanned, 'g1', signer));

describe('a message to a unit', () => {
  it('opens for its own unit with the pinned key', () => {
    expect(openDown('XL-0001', sealed, pinned, 9)).toStrictEqual({
      ok: true,
      counter: 10,
      message: scanned,
    });
  });

  it.each([
    ['another unit', 'XL-0002', sealed, pinned, 9, 'bad-signature'],
    ['a counter seen before', 'XL-0001', sealed, pinned, 10, 'replayed'],
    ['a key that is not pinned', 'XL-0001', sealed, new Map(), 9, 'unknown-key'],
    ['something that is no JSON', 'XL-0001', Buffer.from('{'), pinned, 9, 'not-an-envelope'],
    ['too many bytes', 'XL-0001', Buffer.alloc(20_000, 32), pinned, 9, 'too-large'],
  ] as const)('refuses %s', (_what, serial, bytes, keys, counter, problem) => {
    expect(openDown(serial, bytes, keys, counter)).toStrictEqual({ ok: false, problem });
  });

  it('refuses a counter that was raised after signing', () => {
    const envelope = { ...JSON.parse(sealed.toString()), counter: 11 };
    const raised = Buffer.from(JSON.stringify(envelope));
    expect(openDown('XL-0001', raised, pinned, 9)).toMatchObject({ problem: 'bad-signature' });
  });

  it('refuses a signed message of a kind it does not know', () => {
    const unknown = { type: 'dance' } as unknown as DownMessage;
    const bytes = Buffer.from(sealDown('XL-0001', 12, unknown, 'g1', signer));
    expect(openDown('XL-0001', bytes, pinned, 9)).toMatchObject({ problem: 'unknown-message' });
  });
});
