import type { ScanReport } from '../../protocols/http/link-bodies.ts';
import type { Reader } from '../../protocols/store/store.ts';
import { type Identity, identityOf } from '../directory/identity.ts';
import { type DocumentReference, referencesOf } from '../documents/references.ts';
import { withKnownArrival } from '../incidents/known-arrival.ts';
import type { SubjectRating } from '../rating/rating.ts';
import { ratingsOf } from '../rating/rating-table.ts';
import { ratingClosesAtMs } from '../rating/rating-window.ts';
import type { RatingsReading } from '../rating/read-ratings.ts';
import type { Opening } from './openings.ts';
import { mayAct, type Standing } from './standing.ts';

/** Which page a scan gets: one for each thing that may be true of it. */
export type PageKind =
  | 'present'
  | 'rescan'
  | 'view-only'
  | 'offline'
  | 'stale'
  | 'early'
  | 'revoked'
  | 'static';

const pageOfStanding: Readonly<Record<Exclude<Standing, 'none'>, PageKind>> = {
  candidate: 'present',
  holder: 'present',
  taken: 'rescan',
  late: 'rescan',
  'view-only': 'view-only',
  offline: 'offline',
};

const pageOfVerdict: Readonly<Record<Exclude<ScanReport['verdict'], 'fresh'>, PageKind>> = {
  replayed: 'rescan',
  stale: 'stale',
  early: 'early',
  revoked: 'revoked',
  static: 'static',
};

/** All a page shows, in no language yet. */
export interface ScanView {
  readonly kind: PageKind;
  readonly standing: Standing;
  readonly report: ScanReport;
  readonly identity: Identity | null;
  /** Papers of the organisation as they apply to this incident. */
  readonly documents: readonly DocumentReference[];
  /** What the party has said so far; empty too for who may not act. */
  readonly ratings: readonly SubjectRating[];
  /** Until when it may be said and changed, Unix ms. */
  readonly ratingClosesAtMs: number;
  readonly nowMs: number;
  readonly matchAnswer: 'same' | 'different' | null;
  /** Token of the forms; null where nothing can be done. */
  readonly formToken: string | null;
  /** Why the form came back, with what was written. */
  readonly problem: Extract<RatingsReading, { problem: unknown }> | null;
}

/** The verdict as the page states it: `replayed` is decided where openings are known. */
export function shownVerdict({ kind, report }: Pick<ScanView, 'kind' | 'report'>): string {
  return kind === 'rescan' ? 'replayed' : report.verdict;
}

export function pageKindOf({ verdict }: ScanReport, standing: Standing): PageKind {
  if (verdict !== 'fresh') return pageOfVerdict[verdict];
  return standing === 'none' ? 'rescan' : pageOfStanding[standing];
}

/** Gathers what the page of an opening shows. */
export async function viewOf(
  reader: Reader,
  { scan, standing }: Opening,
  given: Pick<ScanView, 'formToken' | 'nowMs'> & Partial<Pick<ScanView, 'problem'>>,
): Promise<ScanView> {
  const report = await withKnownArrival(reader, scan.gatewayId, scan.report);
  const acting = mayAct(standing);
  const identity = await identityOf(reader, report);
  return {
    kind: pageKindOf(report, standing),
    standing,
    report,
    identity,
    documents: identity === null ? [] : await referencesOf(reader, identity, report),
    ratings: acting ? await ratingsOf(reader, scan) : [],
    ratingClosesAtMs: await ratingClosesAtMs(reader, report),
    nowMs: given.nowMs,
    matchAnswer: acting ? scan.matchAnswer : null,
    formToken: acting ? given.formToken : null,
    problem: given.problem ?? null,
  };
}
