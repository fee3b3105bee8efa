import { createPublicKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readCodeBytes, signCode } from '../../../protocols/scan-code/code.ts';
import { readKeyFile } from '../../../protocols/scan-code/key-file.ts';
import { type CodeKey, type Judging, judge } from '../../../protocols/scan-code/verdict.ts';
import { isSmallOrder, privateKeyFromSeed } from '../../../protocols/signed/ed25519.ts';
import { signerFromSeed } from '../../support/keys.ts';

const issuedAt = 1_790_000_000;
const place = { lat: 38.04, lon: 114.51, fixAgeS: 1, incidentRef: 0 };

function keyFrom(byte: number, changes: Partial<CodeKey> = {}): CodeKey {
  const publicKey = createPublicKey(privateKeyFromSeed(Buffer.alloc(32, byte)));
  const base = {
    keyId: `k${byte}`,
    matchKey: null,
    validFrom: null,
    validTo: null,
    revoked: false,
  };
  return { ...base, publicKey, ...changes };
}

function judged(judging: Judging, unitKeys: readonly CodeKey[], signedBy = 1) {
  const code = signCode(
    { kind: 0, unitId: 7, issuedAt, ttlS: 30, duty: 4, ...place },
    signerFromSeed(Buffer.alloc(32, signedBy)),
  );
  return judge(readCodeBytes(code), { unitKeys: () => unitKeys, issuerKeys: () => [] }, judging);
}

describe('a verdict', () => {
  it.each([
    [issuedAt - 11, { verdict: 'early', earlyS: 1 }],
    [issuedAt - 10, { verdict: 'fresh' }],
    [issuedAt + 60, { verdict: 'fresh' }],
    [issuedAt + 61, { verdict: 'stale', lateS: 1 }],
  ])('at %i keeps to the window of 10 s before and ttl and 30 s after', (atS, expected) => {
    expect(judged({ atS }, [keyFrom(1)])).toMatchObject(expected);
  });

  it('moves the window by the offset of the unit clock', () => {
    expect(judged({ atS: issuedAt + 100, offsetS: -100 }, [keyFrom(1)]).verdict).toBe('fresh');
    expect(judged({ atS: issuedAt, offsetS: -100 }, [keyFrom(1)]).verdict).toBe('early');
  });

  it('closes a code 30 s after a later one of its key is known', () => {
    const laterCodeKnownAtS = issuedAt + 5;
    const at = (atS: number) => judged({ atS, laterCodeKnownAtS }, [keyFrom(1)]).verdict;
    expect(at(issuedAt + 35)).toBe('fresh');
    expect(at(issuedAt + 36)).toBe('stale');
  });

  it('lets any key in force at issuedAt that verifies win', () => {
    const keys = [keyFrom(2), keyFrom(1, { validTo: issuedAt })];
    expect(judged({ atS: issuedAt }, keys)).toMatchObject({
      verdict: 'fresh',
      key: { keyId: 'k1' },
    });
    expect(judged({ atS: issuedAt }, [keyFrom(1, { validFrom: issuedAt + 1 })]).verdict).toBe(
      'bad-signature',
    );
  });

  it('names the unit of a revoked key only after its signature held', () => {
    const revoked = [keyFrom(1, { revoked: true })];
    expect(judged({ atS: issuedAt + 9_999 }, revoked).verdict).toBe('revoked');
    expect(judged({ atS: issuedAt }, revoked, 2).verdict).toBe('bad-signature');
    expect(judged({ atS: issuedAt }, []).verdict).toBe('unknown-unit');
  });
});

describe('a key file', () => {
  it('refuses public keys of small order, which bind nobody', () => {
    const identity = Buffer.alloc(32);
    identity[0] = 1;
    const orderEight = Buffer.from(
      'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
      'hex',
    );
    for (const key of [identity, Buffer.alloc(32), orderEight]) {
      expect(isSmallOrder(key)).toBe(true);
      const text = JSON.stringify([{ unitId: 1, publicKey: key.toString('base64url') }]);
      expect(readKeyFile(text)).toMatchObject({ ok: false, message: /small order/ });
    }
  });

  it.each([
    ['nonsense', /not JSON/],
    ['{}', /not a JSON array/],
    ['[{"unitId":1}]', /key 1 of the key file/],
    ['[{"unitId":1,"publicKey":"AAAA"}]', /32 bytes/],
  ])('says what is wrong with %s', (text, message) => {
    const reading = readKeyFile(text);
    expect(reading.ok ? '' : reading.message).toMatch(message);
  });
});
