import type { ScanReport } from '../../protocols/http/link-bodies.ts';
import type { Reader } from '../../protocols/store/store.ts';
import { type Identity, identityOf } from '../directory/identity.ts';
import { type Rating, ratingOf } from './acts.ts';
import type { RatingReading } from './forms.ts';
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
  /** What the holder has said; null: nothing yet, or not the holder. */
  readonly rating: Rating | null;
  readonly matchAnswer: 'same' | 'different' | null;
  /** Token of the forms; null where nothing can be done. */
  readonly formToken: string | null;
  /** Why the form came back, with what was written. */
  readonly problem: Extract<RatingReading, { problem: unknown }> | null;
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
  formToken: string | null,
  problem: ScanView['problem'] = null,
): Promise<ScanView> {
  const { report } = scan;
  const acting = mayAct(standing);
  return {
    kind: pageKindOf(report, standing),
    standing,
    report,
    identity: await identityOf(reader, report),
    rating: standing === 'holder' ? await ratingOf(reader, report.scanId) : null,
    matchAnswer: acting ? scan.matchAnswer : null,
    formToken: acting ? formToken : null,
    problem,
  };
}
