import type { UpdateDisk } from './disk.ts';
import { checkSlot } from './slot-check.ts';
import { afterFailedTrial, type Place, readState, type SlotState, writeState } from './slots.ts';

/** What the launcher starts. */
export interface Choice {
  readonly place: Place;
  /** On trial: confirmed in time, or what ran before runs again. */
  readonly onTrial: boolean;
}

/** A trial begins with one boot fewer on disk than it had: a crash cannot begin it for ever. */
async function beginTrial(
  disk: UpdateDisk,
  folder: string,
  state: SlotState,
): Promise<Choice | SlotState> {
  const { trial, releaseKey } = state;
  if (trial === null) return state;
  if (trial.bootsLeft === 0) return afterFailedTrial(state, 'never-confirmed');
  const checked = await checkSlot(disk, folder, trial.slot, releaseKey);
  if (typeof checked === 'string') return afterFailedTrial(state, checked);
  const begun = { ...state, trial: { ...trial, bootsLeft: trial.bootsLeft - 1 } };
  try {
    await writeState(disk, folder, begun);
  } catch {
    // A disk that takes nothing could not count the boots: no trial today.
    return state;
  }
  return { place: trial.slot, onTrial: true };
}

/** The newest of what was confirmed that is still whole; at last the installed package. */
async function soundPlace(disk: UpdateDisk, folder: string, state: SlotState): Promise<Place> {
  for (const place of [state.current, state.previous]) {
    if (place === 'package') return place;
    const checked = await checkSlot(disk, folder, place, state.releaseKey);
    if (typeof checked !== 'string') return place;
  }
  return 'package';
}

/**
 * Which program to start, at every boot: the release on trial if it has a boot left, else the one
 * that was confirmed last, else the one before, else the installed package. Nothing of a slot is
 * started that is not signed and whole; what is decided is on disk before it is acted on.
 * @param baseSum sum of the installed package: when another was installed by hand, it is the one
 */
export async function choosePlace(
  disk: UpdateDisk,
  folder: string,
  baseSum: () => Promise<string>,
): Promise<Choice> {
  const state = await readState(disk, folder);
  const isPackageOnly = state.trial === null && state.current === 'package';
  if (isPackageOnly) return { place: 'package', onTrial: false };
  if ((await baseSum()) !== state.base) {
    const { outcome, tried, releaseKey } = state;
    const reset = { current: 'package', previous: 'package', trial: null, base: '' } as const;
    const fresh: SlotState = { format: 1, ...reset, outcome, tried, releaseKey };
    await writeState(disk, folder, fresh).catch(() => undefined);
    return { place: 'package', onTrial: false };
  }
  const begun = await beginTrial(disk, folder, state);
  if ('place' in begun) return begun;
  const place = await soundPlace(disk, folder, begun);
  const kept: SlotState =
    place === begun.current ? begun : { ...begun, current: place, previous: 'package' };
  // What could not be written is decided in the same way at the next boot.
  if (kept !== state) await writeState(disk, folder, kept).catch(() => undefined);
  return { place, onTrial: false };
}
