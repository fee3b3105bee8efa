import type { UnitImage } from '../../protocols/http/fleet-bodies.ts';
import type {
  FleetAnswer,
  FleetAsk,
  FleetCaller,
  FleetOperation,
} from '../../protocols/http/fleet-operations.ts';
import type { Store } from '../../protocols/store/store.ts';
import type { CommandDesk } from '../commands/command-desk.ts';
import type { Configuration } from '../configuration/start.ts';
import type { DisplayProof } from '../display-proof/display-proof.ts';
import type { Enrolment } from '../enrolment/enrolment.ts';
import type { GatewayEnv } from '../environment.ts';
import { type Refusal, refusal } from '../http/refusal.ts';
import type { LiveUnits, VehicleFinder } from '../parts.ts';
import type { PresenceWatch } from '../presence/presence-watch.ts';
import type { FleetUnit } from '../registry/fleet-table.ts';
import type { FleetRegistry } from '../registry/registry.ts';

/** What the fleet API wraps: the same parts as the administration. */
export interface FleetParts {
  readonly store: Store;
  readonly env: GatewayEnv;
  readonly registry: FleetRegistry;
  readonly enrolment: Enrolment;
  readonly live: LiveUnits;
  readonly vehicles: VehicleFinder;
  readonly presence: Pick<PresenceWatch, 'of' | 'alerts'>;
  readonly proof: Pick<DisplayProof, 'reproduction'>;
  readonly configuration: Pick<Configuration, 'settings' | 'reported' | 'desired'>;
  readonly desk: CommandDesk;
  /** What every image carries, but for the APN. */
  readonly image: () => Omit<UnitImage, 'apn'>;
}

/** One operation: its checked question, and who asks. */
export type Handler<Name extends FleetOperation> = (
  parts: FleetParts,
  ask: FleetAsk<Name>,
  caller: FleetCaller,
) => Promise<FleetAnswer<Name> | Refusal> | FleetAnswer<Name> | Refusal;

export type Handlers<Name extends FleetOperation> = { readonly [Each in Name]: Handler<Each> };

const byCharsMax = 64;

/** Who acts, for the audit: the name of the person first. */
export function byOf({ actor }: FleetCaller): string {
  return `${actor.name} (${actor.id})`.slice(-byCharsMax);
}

/** Whether the caller may act for an organisation; null: of nobody, so only by who may do all. */
export function covers({ scope }: FleetCaller, organisation: string | null): boolean {
  return scope === null || (organisation !== null && scope.includes(organisation));
}

/** The organisation a unit belongs to: its vehicle's, else that of its depot; null: of nobody. */
export function organisationOf(
  { vehicles }: Pick<FleetParts, 'vehicles'>,
  { vehicleId, depot }: FleetUnit,
): string | null {
  return (vehicleId === null ? undefined : vehicles.organisationOf(vehicleId)) ?? depot;
}

/** The unit of a serial, if it is one of the caller's. */
export function unitFor(
  parts: FleetParts,
  serial: string,
  caller: FleetCaller,
): { readonly ok: true; readonly unit: FleetUnit } | Refusal {
  const unit = parts.registry.bySerial(serial);
  if (unit === undefined) return refusal('unknown-serial');
  if (!covers(caller, organisationOf(parts, unit))) return refusal('other-organisation');
  return { ok: true, unit };
}

/** Whether a unit of this role may go into a vehicle of the caller's; null: it may. */
export function vehicleProblem(
  { vehicles }: Pick<FleetParts, 'vehicles'>,
  vehicleId: string,
  { role }: Pick<FleetUnit, 'role'>,
  caller: FleetCaller,
): Refusal | null {
  const screen = vehicles.screenOf(vehicleId);
  if (screen === undefined) {
    return refusal('not-found', `${vehicleId} is not known here: new ones come within a minute`);
  }
  if (!covers(caller, vehicles.organisationOf(vehicleId) ?? null)) {
    return refusal('other-organisation');
  }
  return screen.role === role ? null : refusal('conflict', `${vehicleId} is a ${screen.role}`);
}
