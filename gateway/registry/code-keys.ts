import type { CodeKey } from '../../protocols/scan-code/verdict.ts';
import { publicKeyFromRaw } from '../../protocols/signed/ed25519.ts';
import type { FleetUnit, KeySet } from './fleet-table.ts';
import { rights } from './states.ts';

/** A unit whose keys have been made ready to verify with. */
export interface UnitKeys {
  /** Every key set the unit ever had, newest first. */
  readonly codes: readonly CodeKey[];
  /** The key set in force. */
  readonly current: { readonly enrolment: number; readonly key: CodeKey } | undefined;
}

/**
 * Keys of a unit for verdicts, from its key sets (newest first). A unit whose state takes its
 * codes away has them revoked; a key set that a newer one replaced has an end, and is revoked only
 * if it may be in other hands.
 */
export function codeKeysOf(unit: FleetUnit, sets: readonly KeySet[]): UnitKeys {
  const revoked = !rights[unit.state].codes;
  const keys = sets.flatMap((set) => {
    const publicKey = publicKeyFromRaw(set.publicKey);
    if (publicKey === null) return [];
    const { keyId, matchKey, validFromS, validToS } = set;
    const key: CodeKey = {
      keyId,
      publicKey,
      matchKey,
      validFrom: validFromS,
      validTo: validToS,
      revoked: revoked || set.revoked === 1,
    };
    return [{ enrolment: set.enrolment, key }];
  });
  return {
    codes: keys.map(({ key }) => key),
    current: keys.find(({ key }) => key.validTo === null),
  };
}
