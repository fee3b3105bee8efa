import type { Condition, ConditionState } from './presence.ts';

/** What a person is called for; link lost and silence are one outage. */
export const alertKinds = ['contact', 'screen', 'gnss'] as const;
export type AlertKind = (typeof alertKinds)[number];

export const kindOfState: Readonly<Record<ConditionState, AlertKind>> = {
  'link-lost': 'contact',
  silent: 'contact',
  'screen-fault': 'screen',
  'no-gnss': 'gnss',
};

/** By reason: how long a condition lasts, all its parts counted, before somebody is called, ms. */
const patienceMs: Readonly<Record<string, number>> = {
  'session-closed': 60_000,
  'never-connected': 60_000,
  /** The whole fleet comes back within a minute: reliability.md, R3. */
  'gateway-restarted': 110_000,
  'awaiting-word': 60_000,
  'catching-up': 60_000,
  /** A tunnel is no fault of the receiver. */
  'no-fix': 900_000,
  'receiver-silent': 60_000,
  /** A panel may fail once and do better at the next try. */
  'display-fault': 30_000,
  'mint-failed': 30_000,
};

/** One kind of alert of one unit. */
export interface Tracker {
  readonly isOpen: boolean;
  /** Beginning of the outage; null: there is none. */
  readonly sinceMs: number | null;
  /** How much of it was bad; the good moments between are not counted. */
  readonly badMs: number;
  /** Since when it is good again; null: it is bad, or was never. */
  readonly goodFromMs: number | null;
}

export const quiet: Tracker = { isOpen: false, sinceMs: null, badMs: 0, goodFromMs: null };

export type AlertStep =
  | { readonly kind: AlertKind; readonly action: 'open'; readonly condition: Condition }
  | {
      readonly kind: AlertKind;
      readonly action: 'close';
      /** Since when it is good, or nobody watches any more. */
      readonly endedAtMs: number;
      readonly reason: 'over' | 'not-watched';
    };

/**
 * One look at a condition. An outage ends when all was well for `stableMs`; whatever flaps before
 * belongs to it, so that it is told once.
 * @param lookMs time since the look before
 */
export function trackerAfter(
  before: Tracker,
  condition: Condition | null,
  nowMs: number,
  lookMs: number,
  stableMs: number,
): { readonly tracker: Tracker; readonly action: 'open' | 'close' | null } {
  if (condition === null) {
    if (before.sinceMs === null) return { tracker: before, action: null };
    const goodFromMs = before.goodFromMs ?? nowMs;
    if (nowMs - goodFromMs < stableMs) return { tracker: { ...before, goodFromMs }, action: null };
    return { tracker: quiet, action: before.isOpen ? 'close' : null };
  }
  const sinceMs = before.sinceMs ?? condition.sinceMs;
  const badMs = before.badMs + Math.min(lookMs, Math.max(0, nowMs - condition.sinceMs));
  const opens = !before.isOpen && badMs >= (patienceMs[condition.reason] ?? 0);
  const tracker = { isOpen: before.isOpen || opens, sinceMs, badMs, goodFromMs: null };
  return { tracker, action: opens ? 'open' : null };
}
