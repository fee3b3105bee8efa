import { normalizeId } from '../../protocols/ids/ids.ts';
import type { Vehicle } from '../directory/directory.ts';

/** Vehicles offered when several fit what was typed. */
const offeredMax = 12;

/**
 * Vehicles a typed plate may mean: the one whose plate it is, else those whose plate holds it.
 * Nothing typed means none.
 */
export function findVehicles(all: readonly Vehicle[], typed: string): readonly Vehicle[] {
  const wanted = normalizeId(typed);
  if (wanted === '') return [];
  const exact = all.filter(({ plate }) => normalizeId(plate) === wanted);
  if (exact.length > 0) return exact;
  return all.filter(({ plate }) => normalizeId(plate).includes(wanted)).slice(0, offeredMax);
}
