import { createHash } from 'node:crypto';
import type { UnitRecord } from '../../../protocols/messages/records.ts';
import type { Signer } from '../../../protocols/signed/ed25519.ts';
import { signerFromSeed } from '../../support/keys.ts';

/** Serial of the n-th unit of a fleet that both sides of the bench know. */
export function serialOf(index: number): string {
  return `XL-BENCH-${String(index).padStart(5, '0')}`;
}

export function signerOf(index: number): Signer {
  return signerFromSeed(createHash('sha256').update(`bench unit ${index}`).digest());
}

/** What a bench fleet is handed on disk: the CA, one TLS key for all, a certificate each. */
export interface FleetFile {
  readonly caPem: string;
  readonly keyPem: string;
  readonly certificates: readonly string[];
}

/** A fix of a truck on its way north. */
export function fixOf(index: number, seq: number, happenedAtMs: number): UnitRecord {
  return {
    kind: 'fix',
    seq,
    happenedAtMs,
    clock: 'gnss',
    values: {
      lat: 38 + (index % 1000) / 1000 + seq * 1e-4,
      lon: 114.5,
      altM: 60,
      speedMps: 22,
      courseDeg: 0,
      satsUsed: 12,
      hdop: 0.8,
      quality: 3,
    },
  };
}
