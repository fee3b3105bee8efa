import type { Store } from '../../protocols/store/store.ts';
import { isFull } from '../store/damage.ts';
import { readSetting, settingNames } from '../store/settings.ts';
import { giveUp, type Stamp } from './thinning.ts';

/** What is given up when the disk, not the outbox, is full. */
export const reliefLimits = {
  /** Rows given up in one step, and in one for which the log has hardly room. */
  stepRowsMax: 800,
  stepRowsMin: 6,
  /** Every second row empties no page: the oldest are gone over this often at most. */
  stepsMax: 32,
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

/** SQLite's own bound. */
const pagesMax = 4_294_967_294;

/** A file that may not grow refuses new pages at once, not when the log moves into it. */
export async function allowGrowth(store: Store, mayGrow: boolean): Promise<void> {
  const row = await store.get<{ page_count: number }>('PRAGMA page_count');
  await store.all(`PRAGMA max_page_count = ${mayGrow ? pagesMax : (row?.page_count ?? 0)}`);
}

/** One step, as large as the log has room for. Answers the rows given up. */
async function step(store: Store, epoch: string, stamp: Stamp): Promise<number> {
  for (let rows: number = reliefLimits.stepRowsMax; ; rows = Math.floor(rows / 2)) {
    try {
      return await store.write((tx) => giveUp(tx, epoch, rows, stamp));
    } catch (error) {
      if (!isFull(error) || rows < reliefLimits.stepRowsMin) throw error;
    }
  }
}

/**
 * Makes room within the file of a full disk, which stops growing: acknowledged rows go first, then
 * detail of the past, each with its gap noted. Answers the rows given up.
 */
export async function relieve(store: Store, stamp: Stamp): Promise<number> {
  await checkpoint(store);
  await allowGrowth(store, false);
  const epoch = await readSetting<string>(store, settingNames.epoch);
  let given = 0;
  for (let steps = 0; epoch !== undefined && steps < reliefLimits.stepsMax; steps += 1) {
    if ((await freePages(store)) >= reliefLimits.freePagesMin) break;
    const rows = await step(store, epoch, stamp);
    if (rows === 0) break;
    given += rows;
    await checkpoint(store);
  }
  return given;
}
