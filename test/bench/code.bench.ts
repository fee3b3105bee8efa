import { createPublicKey, verify } from 'node:crypto';
import { signedBytes } from '../../protocols/scan-code/bytes.ts';
import {
  codeDigitsOf,
  codeMessage,
  readCodeBytes,
  readCodeDigits,
  signCode,
} from '../../protocols/scan-code/code.ts';
import { judge, type KeyLookup } from '../../protocols/scan-code/verdict.ts';
import { privateKeyFromSeed } from '../../protocols/signed/ed25519.ts';
import { signerFromSeed } from '../support/keys.ts';
import { type BenchRow, inTurns, row } from './row.ts';

const codes = 1_000;
const rounds = 9;
const issuedAt = 1_790_000_000;

/** Digits → fields → verdict, against bare `crypto.verify` of the same signatures. */
export async function benchCode(): Promise<BenchRow[]> {
  const seed = Buffer.alloc(32, 5);
  const signer = signerFromSeed(seed);
  const publicKey = createPublicKey(privateKeyFromSeed(seed));
  const bounds = { validFrom: null, validTo: null, revoked: false };
  const key = { keyId: 'k', publicKey, matchKey: null, ...bounds };
  const keys: KeyLookup = { unitKeys: () => [key], issuerKeys: () => [] };
  const made = Array.from({ length: codes }, (_, index) =>
    signCode(
      {
        kind: 0,
        unitId: 7,
        issuedAt: issuedAt + index,
        ttlS: 3600,
        duty: 4,
        lat: 38,
        lon: 114,
        fixAgeS: 1,
        incidentRef: 9,
      },
      signer,
    ),
  );
  const digits = made.map(codeDigitsOf);
  const bare = made.map((bytes) => [codeMessage(bytes), bytes.subarray(signedBytes)] as const);
  let good = 0;
  const [verdictMs, bareMs] = await inTurns(
    rounds,
    () => {
      for (const text of digits) {
        if (judge(readCodeDigits(text), keys, { atS: issuedAt + codes }).verdict === 'fresh')
          good += 1;
      }
    },
    () => {
      for (const [message, signature] of bare) verify(null, message, publicKey, signature);
    },
  );
  if (good !== rounds * codes || !readCodeBytes(made[0] as Buffer).ok) {
    throw new Error('the bench judged codes that are not fresh');
  }
  const perSecond = (ms: number) => (codes / ms) * 1000;
  const limit = ['bare crypto.verify', perSecond(bareMs)] as const;
  return [row('code verdict', 'codes/s', perSecond(verdictMs), limit, { atLeast: 0.9 })];
}
