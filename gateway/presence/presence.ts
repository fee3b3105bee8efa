import { glassFault } from '../display-proof/glass.ts';
import type { Evidence } from './evidence.ts';
import type { PresenceLimits } from './limits.ts';

export type ConditionState = 'link-lost' | 'silent' | 'screen-fault' | 'no-gnss';
export type PresenceState = 'online' | ConditionState | 'not-in-service';

/** Something that is not as it should be, since when, and how that is known. */
export interface Condition {
  readonly state: ConditionState;
  readonly reason: string;
  /** Gateway clock, Unix ms. */
  readonly sinceMs: number;
}

/** The session of a unit as the looks at it saw it. */
export interface Contact {
  readonly open: boolean;
  /** Since when it is open (not later than it was), or closed. */
  readonly sinceMs: number;
  /** Why it is closed; empty while it is open. */
  readonly reason: string;
}

export interface Situation {
  readonly evidence: Evidence;
  readonly contact: Contact;
  /** Since when its screen should show codes; null: it should not (suspended). */
  readonly screenFromMs: number | null;
}

/** What a person reads first: the gravest condition, or that all is well. */
export interface Presence {
  readonly state: PresenceState;
  readonly reason: string;
  readonly sinceMs: number;
}

function silenceReason(isQuiet: boolean, heardLate: boolean): string {
  if (heardLate) return isQuiet ? 'late-data-only' : 'catching-up';
  return isQuiet ? 'no-word' : 'awaiting-word';
}

/**
 * Whether a unit is there. A session alone proves nothing, nor does old data on it: green needs a
 * word about the present that came on the session that stands now.
 */
function contactCondition(
  { evidence, contact }: Situation,
  nowMs: number,
  { silentAfterMs }: PresenceLimits,
): Condition | null {
  const { open, sinceMs } = contact;
  if (!open) return { state: 'link-lost', reason: contact.reason, sinceMs };
  const wordMs = evidence.wordMs ?? 0;
  const isNewSession = wordMs < sinceMs;
  const quietFromMs = isNewSession ? sinceMs : wordMs;
  const isQuiet = nowMs - quietFromMs > silentAfterMs;
  if (!isNewSession && !isQuiet) return null;
  const heardLate = (evidence.heardMs ?? 0) > quietFromMs;
  const reason = silenceReason(isQuiet, heardLate);
  return { state: 'silent', reason, sinceMs: quietFromMs };
}

function screenCondition({ evidence, screenFromMs }: Situation, nowMs: number): Condition | null {
  if (screenFromMs === null) return null;
  const { fault, glass, boot, wordMs } = evidence;
  if (fault !== null && fault.word !== null) {
    const reason = fault.word === 'frame-undecodable' ? 'undecodable' : fault.word;
    return { state: 'screen-fault', reason, sinceMs: fault.sinceMs };
  }
  const fromMs = Math.max(screenFromMs, boot?.atMs ?? 0);
  const found = glassFault(glass, fromMs, wordMs ?? 0, nowMs);
  return found && { state: 'screen-fault', ...found };
}

function gnssCondition({ evidence: { gnss } }: Situation): Condition | null {
  if (gnss === null || gnss.word === null || gnss.word === 'fix') return null;
  const reason = gnss.word === 'silent' ? 'receiver-silent' : 'no-fix';
  return { state: 'no-gnss', reason, sinceMs: gnss.sinceMs };
}

const allWell: readonly Condition[] = [];

/**
 * Everything that is wrong with a unit now, the gravest first; empty: it is online. A unit that
 * cannot be heard has no other condition: what is not known is not said. Pure.
 */
export function conditionsOf(
  situation: Situation,
  nowMs: number,
  limits: PresenceLimits,
): readonly Condition[] {
  const lost = contactCondition(situation, nowMs, limits);
  if (lost !== null) return [lost];
  const screen = screenCondition(situation, nowMs);
  const gnss = gnssCondition(situation);
  if (screen === null) return gnss === null ? allWell : [gnss];
  return gnss === null ? [screen] : [screen, gnss];
}

/** The presence that follows from conditions; the same as before keeps its beginning. */
export function presenceOf(
  conditions: readonly Condition[],
  before: Presence | null,
  nowMs: number,
): Presence {
  const [first] = conditions;
  if (first === undefined) {
    return before?.state === 'online' ? before : { state: 'online', reason: '', sinceMs: nowMs };
  }
  return before?.state === first.state && before.reason === first.reason ? before : first;
}
