import type { KeyObject } from 'node:crypto';
import { verifyEd25519 } from '../signed/ed25519.ts';
import type { MalformedReason } from './bytes.ts';
import { signedBytes } from './bytes.ts';
import type { CodeReading, ScanCode } from './code.ts';
import { codeMessage } from './code.ts';
import type { ScanFields } from './fields.ts';
import { isPrinted } from './fields.ts';

/** A code may be this much ahead of the judge's clock, in seconds. */
export const earlyToleranceS = 10;
/** A code is still taken this long after its ttl, in seconds. */
export const lateToleranceS = 30;

/** A public key that may have signed a code, with the time it was in force. */
export interface CodeKey {
  readonly keyId: string;
  readonly publicKey: KeyObject;
  readonly matchKey: Uint8Array | null;
  /** Unix seconds, inclusive; null: no bound. */
  readonly validFrom: number | null;
  readonly validTo: number | null;
  readonly revoked: boolean;
}

/** Who may have signed: asked once a code. */
export interface KeyLookup {
  /** Keys of a unit's screen; empty: the unit is unknown. */
  unitKeys(unitId: number): readonly CodeKey[];
  /** Keys that sign printed cards; empty: no printed code is known here. */
  issuerKeys(): readonly CodeKey[];
}

/** The moment of judging and what is known of the unit's clock and later codes. */
export interface Judging {
  /** Unix seconds on the judge's clock. */
  readonly atS: number;
  /** Unit clock minus judge's clock, in seconds. */
  readonly offsetS?: number;
  /** When a later code of the same key became known here (judge's clock), if one did. */
  readonly laterCodeKnownAtS?: number;
}

/** The first that holds, in this order. Values, never exceptions. Scan code, "Verdicts". */
export type Verdict =
  | { readonly verdict: 'malformed'; readonly reason: MalformedReason }
  | { readonly verdict: 'unknown-unit' | 'bad-signature'; readonly code: ScanCode }
  | { readonly verdict: 'revoked' | 'static'; readonly code: ScanCode; readonly key: CodeKey }
  | {
      readonly verdict: 'early';
      readonly code: ScanCode;
      readonly key: CodeKey;
      readonly earlyS: number;
    }
  | {
      readonly verdict: 'stale';
      readonly code: ScanCode;
      readonly key: CodeKey;
      readonly lateS: number;
    }
  | { readonly verdict: 'fresh'; readonly code: ScanCode; readonly key: CodeKey };

export type VerdictName = Verdict['verdict'];

function inForce(key: CodeKey, issuedAt: number): boolean {
  return (
    (key.validFrom === null || issuedAt >= key.validFrom) &&
    (key.validTo === null || issuedAt <= key.validTo)
  );
}

/** Seconds before or after the window in which the code is worth something; null inside it. */
function outsideWindow(
  fields: ScanFields,
  judging: Judging,
): { earlyS: number } | { lateS: number } | null {
  if (fields.ttlS === 'static') return null;
  const issuedAtS = fields.issuedAt - (judging.offsetS ?? 0);
  const opensS = issuedAtS - earlyToleranceS;
  const closesS = Math.min(
    issuedAtS + fields.ttlS + lateToleranceS,
    (judging.laterCodeKnownAtS ?? Number.POSITIVE_INFINITY) + lateToleranceS,
  );
  if (judging.atS < opensS) return { earlyS: opensS - judging.atS };
  return judging.atS > closesS ? { lateS: judging.atS - closesS } : null;
}

/** Judges a reading. Several keys may stand for one unit; any in force that verifies wins. */
export function judge(reading: CodeReading, keys: KeyLookup, judging: Judging): Verdict {
  if (!reading.ok) return { verdict: 'malformed', reason: reading.malformed };
  const { code } = reading;
  const { fields } = code;
  const known = isPrinted(fields.kind) ? keys.issuerKeys() : keys.unitKeys(fields.unitId);
  if (known.length === 0) return { verdict: 'unknown-unit', code };
  const message = codeMessage(code.bytes);
  const signature = code.bytes.subarray(signedBytes);
  const key = known.find(
    (candidate) =>
      inForce(candidate, fields.issuedAt) && verifyEd25519(candidate.publicKey, message, signature),
  );
  if (key === undefined) return { verdict: 'bad-signature', code };
  if (key.revoked) return { verdict: 'revoked', code, key };
  if (isPrinted(fields.kind)) return { verdict: 'static', code, key };
  const outside = outsideWindow(fields, judging);
  return outside === null ? { verdict: 'fresh', code, key } : judgedLate(outside, code, key);
}

function judgedLate(
  outside: { earlyS: number } | { lateS: number },
  code: ScanCode,
  key: CodeKey,
): Verdict {
  return 'earlyS' in outside
    ? { verdict: 'early', code, key, earlyS: outside.earlyS }
    : { verdict: 'stale', code, key, lateS: outside.lateS };
}
