import type { Store } from '../../protocols/store/store.ts';
import { identityOf } from '../directory/identity.ts';
import { type Act, type ActResult, redeem } from '../scan-page/acts.ts';
import { openingOf } from '../scan-page/openings.ts';
import { mayAct } from '../scan-page/standing.ts';
import type { SubjectRating } from './rating.ts';
import { putRating } from './rating-table.ts';
import { ratingClosesAtMs } from './rating-window.ts';

/** A rating and the id it gets if it is the first of its subject. */
export interface DraftRating extends SubjectRating {
  readonly ratingId: string;
}

/**
 * Saves what a driver says of the unit and of people aboard, or changes it while the window is
 * open. Only who was aboard at the scan can be rated; anybody else named is left out.
 */
export function rate(
  store: Store,
  { scanId, cookie, nowMs, randomBytes }: Act,
  drafts: readonly DraftRating[],
): Promise<ActResult> {
  return store.write(async (tx) => {
    const opening = await openingOf(tx, scanId, cookie);
    if (opening === undefined) return { outcome: 'unknown' };
    const { scan, standing } = opening;
    const isOpen = nowMs < (await ratingClosesAtMs(tx, scan.report));
    if (!mayAct(standing) || !isOpen) return { outcome: 'refused', opening };
    await redeem(tx, scan, 'rating', nowMs);
    const identity = await identityOf(tx, scan.report);
    const aboard = new Set(identity?.people.map(({ personId }) => personId));
    const organisationId = identity?.organisation.organisationId ?? null;
    for (const { ratingId, subject, rating } of drafts) {
      const isPerson = subject.kind === 'person';
      if (isPerson && !aboard.has(subject.id)) continue;
      const id = isPerson ? subject.id : (scan.report.unit.vehicleId ?? '');
      const origin = { ratingId, scan, organisationId, nowMs, randomBytes };
      await putRating(tx, origin, { subject: { ...subject, id }, rating });
    }
    return { outcome: 'done' };
  });
}
