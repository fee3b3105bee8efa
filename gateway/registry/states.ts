import type { UnitState } from '../parts.ts';

/** What happens to a unit. reliability.md, "Identity"; wire.md, "Enrolment". */
export const unitEvents = [
  'request',
  'approve',
  'first-shown',
  'suspend',
  'resume',
  'transfer',
  'rma',
  'rekey',
  'reopen',
  'retire',
  'revoke',
] as const;
export type UnitEvent = (typeof unitEvents)[number];

const ends = { retire: 'retired', revoke: 'revoked' } as const;
const aside = { transfer: 'transfer', rma: 'rma', rekey: 'registered' } as const;

/** State → event → next state. What is not here is refused. */
export const transitions: Readonly<
  Record<UnitState, Readonly<Partial<Record<UnitEvent, UnitState>>>>
> = {
  registered: { request: 'pending', ...ends },
  pending: { request: 'pending', approve: 'enrolled', ...ends },
  enrolled: { 'first-shown': 'active', suspend: 'suspended', ...aside, ...ends },
  active: { suspend: 'suspended', ...aside, ...ends },
  suspended: { resume: 'active', ...aside, ...ends },
  transfer: { reopen: 'registered', ...ends },
  rma: { reopen: 'registered', ...ends },
  retired: { revoke: 'revoked' },
  revoked: {},
};

export interface Rights {
  /** May hold an MQTT session and have its batches taken. */
  readonly session: boolean;
  /** Its codes are judged as any other; false: `revoked`. */
  readonly codes: boolean;
  /** May ask to be enrolled. */
  readonly enrol: boolean;
}

/** State → rights. A suspended unit still reports where it is, and can be told why. */
export const rights: Readonly<Record<UnitState, Rights>> = {
  registered: { session: false, codes: false, enrol: true },
  pending: { session: false, codes: false, enrol: true },
  enrolled: { session: true, codes: true, enrol: false },
  active: { session: true, codes: true, enrol: false },
  suspended: { session: true, codes: false, enrol: false },
  transfer: { session: false, codes: false, enrol: false },
  rma: { session: false, codes: false, enrol: false },
  retired: { session: false, codes: false, enrol: false },
  revoked: { session: false, codes: false, enrol: false },
};

/** Events a person causes, by command and with a reason. */
export const operatorEvents = [
  'suspend',
  'resume',
  'transfer',
  'rma',
  'rekey',
  'reopen',
  'retire',
  'revoke',
] as const satisfies readonly UnitEvent[];
export type OperatorEvent = (typeof operatorEvents)[number];

export function isOperatorEvent(text: string): text is OperatorEvent {
  return (operatorEvents as readonly string[]).includes(text);
}
