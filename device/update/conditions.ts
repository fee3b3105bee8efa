import { updateLimits } from './limits.ts';
import { type PartHealth, partNames } from './slots.ts';

/** The unit as it is now, as far as an update asks. */
export interface UnitFacts {
  /** A code that a decoder reads and that has not expired stands on the glass. */
  readonly hasCode: boolean;
  /** Since the gateway last acknowledged something, ms; null: it has not in this run. */
  readonly acknowledgedAgoMs: number | null;
  /** How long the unit has stood still, ms; null: unknown. */
  readonly stillMs: number | null;
  /** It works an incident, or its crew says that they do. */
  readonly isBusy: boolean;
  /** Somebody has just opened a code and is reading. */
  readonly isScanned: boolean;
  /** The ignition is off and the unit has said goodbye: it could not prove itself. */
  readonly standsBy: boolean;
  readonly health: PartHealth;
}

/** Why a release that lies ready is not started now. */
export type Obstacle =
  | 'stands-by'
  | 'busy'
  | 'scanned'
  | 'place-unknown'
  | 'moving'
  | 'no-code'
  | 'screen-fault'
  | 'offline';

/**
 * What stands in the way of a restart into a new release, the most important first; null: nothing.
 * A unit that could not confirm a release does not begin it: it must show codes and be heard.
 */
export function obstacleTo(facts: UnitFacts, parkedMs: number): Obstacle | null {
  const { acknowledgedAgoMs, stillMs } = facts;
  if (facts.standsBy) return 'stands-by';
  if (facts.isBusy) return 'busy';
  if (facts.isScanned) return 'scanned';
  if (stillMs === null) return 'place-unknown';
  if (stillMs < parkedMs) return 'moving';
  if (!facts.health.screen) return 'screen-fault';
  if (!facts.hasCode) return 'no-code';
  const isOnline = acknowledgedAgoMs !== null && acknowledgedAgoMs <= updateLimits.onlineMsMax;
  return isOnline ? null : 'offline';
}

/** What a release on trial has yet to show; null: it is as good as the one before. */
export function missingOf(facts: UnitFacts, before: PartHealth): string | null {
  if (!facts.hasCode) return 'no-code';
  const worse = partNames.find((name) => before[name] && !facts.health[name]);
  if (worse !== undefined) return `worse-${worse}`;
  return facts.acknowledgedAgoMs === null ? 'no-acknowledgement' : null;
}
