import { refusal } from '../http/refusal.ts';
import { type EnforcementChange, noEnforcement } from './enforcement.ts';
import { type Hindrance, hindrancesMax } from './hindrance.ts';
import type { Incident } from './incident.ts';
import { type Party, partiesMax, withParty } from './parties.ts';
import type { StepResult } from './steps.ts';

function said(incident: Incident, event: string, by: string, atMs: number): StepResult {
  return { incident, event, source: 'stated', by, atMs };
}

/** Adds a party, or says anew what is known of one. */
export function partyStep(incident: Incident, given: Party, by: string, atMs: number): StepResult {
  const parties = withParty(incident.parties, given);
  if (parties === null) return refusal('too-many', `an incident has at most ${partiesMax} parties`);
  return said({ ...incident, parties }, `party ${given.partyId}`, by, atMs);
}

/** Takes back a party that was none; taking it back again changes nothing. */
export function withoutPartyStep(
  incident: Incident,
  partyId: string,
  by: string,
  atMs: number,
): StepResult {
  const parties = incident.parties.filter((one) => one.partyId !== partyId);
  if (parties.length === incident.parties.length) return { ok: true, incident };
  return said({ ...incident, parties }, `no party ${partyId}`, by, atMs);
}

/** Fills in what is known of an act of enforcement, field by field. */
export function enforcementStep(
  incident: Incident,
  change: EnforcementChange,
  by: string,
  atMs: number,
): StepResult {
  if (incident.kind === 'rescue') {
    return refusal('conflict', 'a rescue is no act of enforcement: report one of its own');
  }
  // What is written down afterwards of an encounter began when its unit was met.
  const startedAtMs = incident.kind === 'encounter' ? incident.reportedAtMs : atMs;
  const known = incident.enforcement ?? { ...noEnforcement, startedAtMs };
  return said({ ...incident, enforcement: { ...known, ...change } }, 'enforcement', by, atMs);
}

/** Notes what keeps units away. */
export function hindranceStep(
  incident: Incident,
  given: Hindrance,
  by: string,
  atMs: number,
): StepResult {
  const others = incident.hindrances.filter(
    ({ kind, fromMs }) => kind !== given.kind || fromMs !== given.fromMs,
  );
  if (others.length >= hindrancesMax) {
    return refusal('too-many', `an incident has at most ${hindrancesMax} hindrances`);
  }
  const hindrances = [...others, given];
  return said({ ...incident, hindrances }, `hindrance ${given.kind}`, by, atMs);
}
