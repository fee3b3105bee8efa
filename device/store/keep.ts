import { join } from 'node:path';
import type { DeviceEnv } from '../environment.ts';
import { allowGrowth, relieve } from '../outbox/relief.ts';
import type { Stamp } from '../outbox/thinning.ts';
import { Ballast, openingBallast, workingBallast } from './ballast.ts';
import { isFull } from './damage.ts';
import { GuardedStore } from './guarded-store.ts';
import { markSuspect, type OpenedStore, openUnitStore } from './open.ts';
import { Watermark } from './watermark.ts';

/** Where a unit keeps what it keeps, under its folder. */
const files = {
  store: 'unit.sqlite',
  ballast: 'ballast',
  openingBallast: 'ballast-to-open',
  watermark: 'watermark',
} as const;

/** The unit's store with everything that looks after it. */
export interface Keep {
  readonly store: GuardedStore;
  readonly ballast: Pick<Ballast, 'hold'>;
  readonly watermark: Watermark;
  /** Where a damaged store was put aside; null when it was sound. */
  readonly quarantined: string | null;
}

export interface KeepOptions {
  readonly folder: string;
  readonly env: Pick<DeviceEnv, 'log' | 'nowMs' | 'nowMonoMs'>;
  stamp(): Stamp;
  /** Rows were given up to make room. */
  onRelieved(): void;
  /** The store failed in use: whoever runs the agent has to begin it anew. */
  onBroken(): void;
}

/** Opens the store, on a full disk too. Rejects as `openUnitStore` does. */
export async function openKeep(options: KeepOptions): Promise<Keep> {
  const { folder, env, stamp } = options;
  const path = join(folder, files.store);
  const working = new Ballast(join(folder, files.ballast), workingBallast);
  const opening = new Ballast(join(folder, files.openingBallast), openingBallast);
  const watermark = await Watermark.open(join(folder, files.watermark));
  const open = () => openUnitStore(path, env.nowMs(), watermark.marks);
  const opened: OpenedStore = await open().catch(async (error: unknown) => {
    if (!isFull(error)) throw error;
    env.log.error({}, 'the disk is too full to open the store: a ballast is given up');
    await opening.release();
    return await open();
  });
  const hold = async () => {
    await opening.hold();
    const held = await working.hold();
    await allowGrowth(opened.store, held || (await working.isRoomy()));
    return held;
  };
  await hold().catch(() => allowGrowth(opened.store, false));
  const store = new GuardedStore(opened.store, {
    nowMonoMs: env.nowMonoMs,
    makeRoom: async () => {
      if (await working.isRoomy()) return await allowGrowth(opened.store, true);
      if (await working.release()) env.log.error({}, 'the disk is full: the ballast is given up');
      const given = await relieve(opened.store, stamp()).catch(async (error: unknown) => {
        if (!isFull(error) || !(await opening.release())) throw error;
        return await relieve(opened.store, stamp());
      });
      env.log.warn({ given }, 'the disk is full: records were given up');
      options.onRelieved();
    },
    onDamage: (error) => {
      env.log.error({ error: String(error) }, 'the store is damaged');
      markSuspect(path).then(options.onBroken, options.onBroken);
    },
    onClosed: async () => {
      // SQLite's log is gone now: what it took is kept for the next opening.
      await opening.hold().catch(() => false);
      await watermark.close();
    },
  });
  return { store, ballast: { hold }, watermark, quarantined: opened.quarantined };
}
