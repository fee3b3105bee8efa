import type { ScanReport } from '../../protocols/http/link-bodies.ts';
import { isPrinted } from '../../protocols/scan-code/fields.ts';
import { type Match, matchOf } from '../../protocols/scan-code/match.ts';
import type { Verdict } from '../../protocols/scan-code/verdict.ts';

/** Later openings of a presence count as replayed after this, seconds. Scan code, "Opening", 2. */
export const candidateS = 60;

/** A verdict that is answered with a page of the gateway: counted, not stored. */
export type RefusedVerdict = Extract<
  Verdict,
  { verdict: 'malformed' | 'unknown-unit' | 'bad-signature' }
>;
/** A verdict whose signature holds: stored, linked and told to the server. */
export type GenuineVerdict = Exclude<Verdict, RefusedVerdict>;

export function isRefused(verdict: Verdict): verdict is RefusedVerdict {
  const { verdict: name } = verdict;
  return name === 'malformed' || name === 'unknown-unit' || name === 'bad-signature';
}

/** What is known at the moment a genuine code is opened. */
export interface OpeningFacts {
  readonly genuine: GenuineVerdict;
  readonly openedAtMs: number;
  /** A `shown` record reported this code ahead of its time. */
  readonly isBurned: boolean;
  /** Printed codes: it stands on the register of prints and is not revoked there. */
  readonly isRegisteredPrint: boolean;
  /** First fresh opening of this presence; null: none before this one. */
  readonly firstOpenedAtMs: number | null;
  /** Last word from the unit; null: never. */
  readonly lastContactMs: number | null;
  readonly offlineAfterS: number;
}

export interface Opening {
  readonly verdict: ScanReport['verdict'];
  readonly earlyS: number | null;
  readonly lateS: number | null;
  /** First fresh opening of its presence: the unit is told. */
  readonly isFirst: boolean;
  /** May still redeem this presence, as far as the gateway knows. */
  readonly candidate: boolean;
  /** 离线签发: fresh, but the unit has been out of contact too long to prove presence. */
  readonly offlineIssued: boolean;
  /** Only a candidate's page shows the match. */
  readonly match: Match | null;
}

const nothing = {
  earlyS: null,
  lateS: null,
  isFirst: false,
  candidate: false,
  offlineIssued: false,
  match: null,
} as const;

/**
 * What an opening is worth. Read it from top to bottom: the first line that holds decides.
 * Scan code, "Verdicts", "Opening and redeeming" and "Printed cards"; reliability.md, "clock".
 */
export function decideOpening(facts: OpeningFacts): Opening {
  const { genuine, openedAtMs, firstOpenedAtMs } = facts;
  const { verdict, code, key } = genuine;
  if (verdict === 'revoked') return { ...nothing, verdict };
  if (isPrinted(code.fields.kind)) {
    return { ...nothing, verdict: facts.isRegisteredPrint ? 'static' : 'revoked' };
  }
  if (verdict === 'early') return { ...nothing, verdict, earlyS: genuine.earlyS };
  if (verdict === 'stale') return { ...nothing, verdict, lateS: genuine.lateS };
  if (facts.isBurned) return { ...nothing, verdict: 'replayed' };
  const isFirst = firstOpenedAtMs === null;
  const isLaterOpening = !isFirst && openedAtMs > firstOpenedAtMs + candidateS * 1000;
  if (isLaterOpening) return { ...nothing, verdict: 'replayed' };
  const offlineIssued =
    facts.lastContactMs === null || openedAtMs > facts.lastContactMs + facts.offlineAfterS * 1000;
  if (offlineIssued) return { ...nothing, verdict: 'fresh', isFirst, offlineIssued };
  const match = key.matchKey === null ? null : matchOf(code.bytes, key.matchKey);
  return { ...nothing, verdict: 'fresh', isFirst, candidate: true, match };
}
