/**
 * How a release fares on one unit, in this order; a unit states it in `update` records. `waiting`
 * and `offered` are the gateway's own: the unit has said nothing yet.
 */
export const updateStates = [
  'waiting',
  'offered',
  'downloading',
  'downloaded',
  'installed',
  'confirmed',
  'rolled-back',
  'refused',
] as const;
export type UpdateState = (typeof updateStates)[number];

/** What a unit says of itself. */
export type UnitUpdateState = Exclude<UpdateState, 'waiting' | 'offered'>;

const unitStates: readonly string[] = updateStates.slice(updateStates.indexOf('downloading'));

export function isUnitUpdateState(text: string | null): text is UnitUpdateState {
  return text !== null && unitStates.includes(text);
}
