import type { KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { type DutyName, issuedAtMax } from '../protocols/scan-code/fields.ts';
import type { Signer } from '../protocols/signed/ed25519.ts';
import type { Store } from '../protocols/store/store.ts';
import { LastGoodKeeper, readLastGood } from './clock/last-good.ts';
import { TrustedClock } from './clock/trusted-clock.ts';
import { UsedSeconds } from './code/used-seconds.ts';
import type { DeviceConfig } from './config.ts';
import type { DeviceEnv } from './environment.ts';
import { unitKeys } from './identity/unit-keys.ts';
import { Outbox } from './outbox/outbox.ts';
import { Recorder, stampOf } from './recorder.ts';
import { isDamage } from './store/damage.ts';
import type { GuardedStore } from './store/guarded-store.ts';
import { Housekeeping } from './store/housekeeping.ts';
import { openKeep } from './store/keep.ts';
import { readSetting, settingNames, writeSetting } from './store/settings.ts';
import { wipeIfMarked } from './store/wipe.ts';
import { UnitState } from './unit-state.ts';

/** Where a unit keeps what is not in its store, under `dataDir`. */
export const files = {
  lastGood: 'clock',
  grant: 'secrets/grant.json',
  frame: 'screen.png',
  refreshes: 'panel-refreshes',
  log: 'log/unit.log',
} as const;

/** No second of time was trusted before this program existed. */
const builtAtMs = Date.UTC(2025, 0, 1);

/** What everything else of the unit stands on. */
export interface Foundation {
  readonly signer: Signer;
  readonly tlsKey: KeyObject;
  readonly store: GuardedStore;
  readonly housekeeping: Housekeeping;
  readonly clock: TrustedClock;
  readonly lastGood: LastGoodKeeper;
  readonly outbox: Outbox;
  readonly recorder: Recorder;
  readonly used: UsedSeconds;
  readonly state: UnitState;
  readonly downCounter: number;
  /** The store was found damaged and put aside: what it knew is gone. */
  readonly isNewStore: boolean;
}

/**
 * A new store knows nothing of the one put aside. Seconds up to the last that was signed or
 * trusted count as signed, and so do counters: the gateway's are microseconds of its time
 * (wire.md, "MQTT").
 */
async function startAfterQuarantine(
  store: Store,
  used: UsedSeconds,
  lastMs: number,
): Promise<void> {
  if (lastMs === 0) return;
  await used.raiseFloor(Math.min(Math.floor(lastMs / 1000), issuedAtMax));
  await store.write((tx) => writeSetting(tx, settingNames.downCounter, lastMs * 1000));
}

/** Keys, store, clock, outbox. `onBroken`: the store failed in use, the agent has to begin anew. */
export async function layFoundation(
  config: DeviceConfig,
  env: DeviceEnv,
  onBroken: () => void,
): Promise<Foundation> {
  const { dataDir } = config;
  await wipeIfMarked(dataDir);
  const { signer, tlsKey } = await unitKeys(dataDir);
  const lastGoodPath = join(dataDir, files.lastGood);
  const lastGoodMs = await readLastGood(lastGoodPath);
  const clock = new TrustedClock({ nowMonoMs: env.nowMonoMs, lastGoodMs, builtAtMs });
  const stamp = () => stampOf(clock, env);
  let outbox: Outbox | null = null;
  const onRelieved = () => void outbox?.remeasure().catch(() => undefined);
  const keep = await openKeep({ folder: dataDir, env, stamp, onRelieved, onBroken });
  const { store, watermark } = keep;
  const used = new UsedSeconds(store, watermark);
  if (keep.quarantined !== null) {
    const lastMs = Math.max(lastGoodMs ?? 0, watermark.marks.usedUpTo * 1000);
    await startAfterQuarantine(store, used, lastMs);
  }
  await used.start();
  outbox = await Outbox.open(store, {
    randomBytes: env.randomBytes,
    stamp,
    // A mark that cannot be written costs a proof, not a record.
    noteNumbers: (epoch, nextSeq) =>
      watermark.raise({ epoch, nextSeq }, false).catch(() => undefined),
  });
  const recorder = new Recorder(outbox, stamp, (error) => {
    if (!isDamage(error)) env.log.error({ error: String(error) }, 'a record was not kept');
  });
  if (keep.quarantined !== null) recorder.event('store-quarantined', keep.quarantined);
  const state = new UnitState(config.duty as DutyName);
  await state.load(store);
  const downCounter = (await readSetting<number>(store, settingNames.downCounter)) ?? 0;
  const lastGood = new LastGoodKeeper(lastGoodPath, clock, env);
  return {
    signer,
    tlsKey,
    store,
    housekeeping: new Housekeeping(outbox, keep.ballast, env),
    clock,
    lastGood,
    outbox,
    recorder,
    used,
    state,
    downCounter,
    isNewStore: keep.quarantined !== null,
  };
}
