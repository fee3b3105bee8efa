import { type Static, Type } from 'typebox';

/** Classes of JT/T 489-2019, the way tariffs name them. */
const vehicleClassPattern = '^(bus-[1-4]|truck-[1-6]|spec-[1-6])$';

/**
 * One party of an incident, known by its vehicle. Who somebody is stays with the papers of the
 * case: no name and no telephone number is stored here. reliability.md, "Privacy".
 */
export const party = Type.Object(
  {
    partyId: Type.String({ pattern: '^[\\w-]{1,32}$' }),
    role: Type.Union(
      [
        Type.Literal('assisted'),
        Type.Literal('involved'),
        Type.Literal('inspected'),
        Type.Literal('reporter'),
      ],
      { description: 'helped, in it, inspected, or only the one who called' },
    ),
    plate: Type.Union([Type.String({ minLength: 1, maxLength: 16 }), Type.Null()]),
    vehicleClass: Type.Union([Type.String({ pattern: vehicleClassPattern }), Type.Null()]),
  },
  { additionalProperties: false },
);
export type Party = Static<typeof party>;

/** A pile-up in fog has dozens; more than this is another incident. */
export const partiesMax = 100;

/** Adds a party or puts it in place of the one with its id; null when there are too many. */
export function withParty(parties: readonly Party[], given: Party): readonly Party[] | null {
  const at = parties.findIndex(({ partyId }) => partyId === given.partyId);
  if (at >= 0) return parties.with(at, given);
  return parties.length < partiesMax ? [...parties, given] : null;
}
