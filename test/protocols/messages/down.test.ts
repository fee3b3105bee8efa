import { createPublicKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { downBytesMax, openDown, sealDown } from '../../../protocols/messages/down.ts';
import type { ConfigMessage, DownMessage } from '../../../protocols/messages/down-schemas.ts';
import { logoCharsMax } from '../../../protocols/picture/logo.ts';
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

  it('opens with the largest logo and the longest words beside it, and without either', () => {
    const [longest, serial] = ['示'.repeat(64), 'X'.repeat(64)];
    const screen: ConfigMessage['screen'] = {
      ...{ version: Number.MAX_SAFE_INTEGER, role: 'patrol-car', plate: longest, sample: false },
      ...{ title: longest, titleEn: longest, hotline: '0'.repeat(20), area: longest },
    };
    const config = (more: Partial<ConfigMessage['screen']>): ConfigMessage => ({
      ...{
        type: 'config',
        version: Number.MAX_SAFE_INTEGER,
        training: true,
        offlineAfterS: 86_400,
      },
      ...{ trainingUntilMs: Number.MAX_SAFE_INTEGER, screen: { ...screen, ...more } },
    });
    for (const more of [{}, { language: 'zh', logo: 'A'.repeat(logoCharsMax) } as const]) {
      const message = config(more);
      const bytes = Buffer.from(sealDown(serial, 10, message, 'g1', signer));
      expect(bytes.length).toBeLessThan(downBytesMax * 0.9);
      expect(openDown(serial, bytes, pinned, 9)).toStrictEqual({ ok: true, counter: 10, message });
    }
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
