/**
 * What can become of a row of a list, in words for whoever reads the command's output; pages have
 * words of their own by the same codes. `{about}` is another serial, plate or place.
 */
export const importReasons = {
  registered: 'registered',
  'bad-serial': 'serial must be 4 to 20 characters of A-Z 0-9 -',
  'long-model': 'model is too long',
  'bad-kind': 'kind is one of tow-truck, patrol-car, kiosk',
  'no-kind': 'say the kind, or a vehicle that is known',
  'wrong-kind': '{about} is another kind of vehicle',
  'bad-sim': 'sim is the number on the card: 19 or 20 digits from 89',
  'sim-taken': 'this SIM is in {about}',
  'bad-depot': 'depot is the code of an organisation',
  'unknown-vehicle': 'no such vehicle is known here',
  'unknown-plate': 'no vehicle with the plate {about} is known here',
  'plate-differs': 'vehicle and plate are two vehicles',
  'vehicle-taken': 'this vehicle carries {about}',
  'already-registered': 'this serial is registered',
  'other-organisation': 'depot or vehicle belong to another organisation',
  'too-many-fields': 'more fields than the first line names',
} as const;
export type ImportReason = keyof typeof importReasons;

/** The words of a reason. */
export function importWords(reason: ImportReason, about: string | null): string {
  return importReasons[reason].replace('{about}', about ?? '');
}
