import type { Store } from '../../protocols/store/store.ts';
import { readSetting, settingNames } from '../store/settings.ts';
import { giveUp, type Stamp } from './thinning.ts';

/** What is given up when the disk, not the outbox, is full. */
export const reliefLimits = {
  /** Rows given up in one step. */
  stepRows: 1_000,
  /** Every second row empties no page: the oldest are gone over this often at most. */
  stepsMax: 8,
  /** Pages to write into without asking the disk for more: about half an hour. */
  freePagesMin: 64,
} as const;

async function freePages(store: Store): Promise<number> {
  const row = await store.get<{ freelist_count: number }>('PRAGMA freelist_count');
  return row?.freelist_count ?? 0;
}

/** Moves the log into the file, so that it is written over from its beginning. */
async function checkpoint(store: Store): Promise<void> {
  await store.all('PRAGMA wal_checkpoint(FULL)');
}

/**
 * Makes room within the file of a full disk: acknowledged rows first, then detail of the past,
 * each with its gap noted. Answers the rows given up.
 */
export async function relieve(store: Store, stamp: Stamp): Promise<number> {
  await checkpoint(store);
  const epoch = await readSetting<string>(store, settingNames.epoch);
  let given = 0;
  for (let step = 0; epoch !== undefined && step < reliefLimits.stepsMax; step += 1) {
    if ((await freePages(store)) >= reliefLimits.freePagesMin) break;
    const rows = await store.write((tx) => giveUp(tx, epoch, reliefLimits.stepRows, stamp));
    if (rows === 0) break;
    given += rows;
    await checkpoint(store);
  }
  return given;
}
