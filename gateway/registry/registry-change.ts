import type { Writer } from '../../protocols/store/store.ts';
import { revokeCertificates } from './certificates-table.ts';
import {
  type FleetUnit,
  insertAudit,
  type KeySet,
  loadKeySets,
  type Role,
  saveUnit,
} from './fleet-table.ts';
import { rights } from './states.ts';

export interface NewUnit {
  readonly serial: string;
  readonly model: string;
  readonly role: Role;
  readonly vehicleId: string | null;
  readonly depot?: string | null;
  readonly sim?: string | null;
}

const kindOfRole = { 'tow-truck': 0, 'patrol-car': 0, kiosk: 1 } as const;

/** A unit as it becomes, and the audit of it. */
export interface Change {
  readonly unit: FleetUnit;
  readonly event: string;
  readonly detail: Readonly<Record<string, unknown>>;
  /** What else belongs to the change. */
  readonly more?: ((tx: Writer) => Promise<void>) | undefined;
}

/** Unit, audit, keys and certificates in the one transaction. Answers the unit's key sets. */
export async function writeChange(tx: Writer, change: Change, nowMs: number): Promise<KeySet[]> {
  const { unit, event, detail, more } = change;
  await saveUnit(tx, unit, nowMs);
  await insertAudit(tx, nowMs, unit.serial, event, { ...detail, state: unit.state });
  await more?.(tx);
  const inForce = rights[unit.state].session ? unit.enrolment : null;
  await revokeCertificates(tx, unit.serial, inForce, nowMs);
  return loadKeySets(tx, unit.serial);
}

/** A serial that was loaded and has asked for nothing yet. */
export function registered(given: NewUnit): FleetUnit {
  const fresh = {
    unitId: null,
    state: 'registered',
    enrolment: 0,
    training: true,
    trainingUntilMs: null,
  } as const;
  const { depot = null, sim = null } = given;
  return { ...given, ...fresh, depot, sim, kind: kindOfRole[given.role] };
}

/** Nothing more happens to it. */
export function isOver({ state }: FleetUnit): boolean {
  return state === 'retired' || state === 'revoked';
}
