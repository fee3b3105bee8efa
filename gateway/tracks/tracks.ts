import type { Store } from '../../protocols/store/store.ts';
import type { GatewayEnv } from '../environment.ts';
import type { IngestedRecord, RecordFeed, StoredFix, Tracks } from '../parts.ts';
import {
  fixesAround,
  fixesBetween,
  hasGapBetween,
  hasPosition,
  lastMovingFix,
  newestFixes,
} from './fixes-table.ts';

/** A fix later than now by more than this says more of the unit's clock than of its place. */
const futureMsMax = 120_000;

/** Where units were: the last fix of each in memory, everything in the store. */
export class UnitTracks implements Tracks {
  readonly #store: Store;
  readonly #env: GatewayEnv;
  #last = new Map<number, StoredFix>();

  constructor(store: Store, feed: RecordFeed, env: GatewayEnv) {
    this.#store = store;
    this.#env = env;
    feed.onCommitted((records) => {
      for (const ingested of records) this.#follow(ingested);
    });
  }

  async start(): Promise<void> {
    this.#last = await newestFixes(this.#store, this.#env.nowMs() + futureMsMax);
  }

  around(unitId: number, atMs: number) {
    return fixesAround(this.#store, unitId, atMs);
  }

  between(unitId: number, fromMs: number, toMs: number, rowsMax: number) {
    return fixesBetween(this.#store, unitId, fromMs, toMs, rowsMax);
  }

  hasGap(unitId: number, fromMs: number, toMs: number) {
    return hasGapBetween(this.#store, unitId, fromMs, toMs);
  }

  lastMoving(unitId: number, atMs: number, speedMpsMin: number) {
    return lastMovingFix(this.#store, unitId, atMs, speedMpsMin);
  }

  last(unitId: number): StoredFix | undefined {
    return this.#last.get(unitId);
  }

  #follow({ unit, record, receivedAtMs }: IngestedRecord): void {
    if (unit.unitId === null || record.clock === 'none' || !hasPosition(record)) return;
    if (record.happenedAtMs > receivedAtMs + futureMsMax) return;
    const newest = this.#last.get(unit.unitId);
    if (newest !== undefined && newest.happenedAtMs > record.happenedAtMs) return;
    const { lat, lon, speedMps, courseDeg, hdop } = record.values;
    if (lat === null || lon === null) return;
    this.#last.set(unit.unitId, {
      happenedAtMs: record.happenedAtMs,
      lat,
      lon,
      speedMps,
      courseDeg,
      hdop,
    });
  }
}
