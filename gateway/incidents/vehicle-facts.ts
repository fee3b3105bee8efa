import type { VehicleDirectory } from '../parts.ts';

/** What the server says of vehicles: whose a unit is, and what for. */
export type IncidentDirectory = Pick<VehicleDirectory, 'screenOf' | 'organisationOf'>;

/** Whose vehicle it is, and whether it patrols. */
export function vehicleFacts(vehicleId: string | null, directory: IncidentDirectory | undefined) {
  const known = vehicleId ?? '';
  return {
    organisation: directory?.organisationOf(known) ?? null,
    isPatrol: directory?.screenOf(known)?.role === 'patrol-car',
  };
}
