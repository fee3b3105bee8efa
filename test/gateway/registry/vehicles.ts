import type { VehicleFinder } from '../../../gateway/parts.ts';
import type { ScreenContent } from '../../../protocols/messages/down-schemas.ts';

export interface TestVehicle {
  readonly vehicleId: string;
  readonly organisation: string;
  readonly role: ScreenContent['role'];
  readonly plate: string;
}

const bare = (plate: string) => plate.replaceAll('·', '');

/** Vehicles as the link knows them once the server has told. */
export function vehiclesOf(all: readonly TestVehicle[]): VehicleFinder {
  const of = (vehicleId: string) => all.find((one) => one.vehicleId === vehicleId);
  return {
    organisationOf: (vehicleId) => of(vehicleId)?.organisation,
    vehicleOfPlate: (plate) => all.find((one) => bare(one.plate) === bare(plate))?.vehicleId,
    screenOf: (vehicleId) => {
      const found = of(vehicleId);
      if (found === undefined) return undefined;
      const texts = { title: '示例', titleEn: 'Sample', hotline: '', area: '' };
      return { version: 1, role: found.role, plate: found.plate, sample: true, ...texts };
    },
  };
}
