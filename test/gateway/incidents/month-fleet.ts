import type { Timers } from '../../../gateway/link/timers.ts';
import type {
  IngestedRecord,
  LiveUnits,
  RecordFeed,
  Registry,
  StoredFix,
  Tracks,
  Unit,
} from '../../../gateway/parts.ts';
import type { UnitRecord } from '../../../protocols/messages/records.ts';

/** A fix with its number in the unit's outbox. */
export interface NumberedFix extends StoredFix {
  readonly seq: number;
}

/** Time of a whole month: due work runs in order, and what it sets off is let happen. */
export class MonthClock implements Timers {
  nowMs: number;
  readonly #waiting = new Set<{ atMs: number; work: () => void }>();

  constructor(nowMs: number) {
    this.nowMs = nowMs;
  }

  after(ms: number, work: () => void): () => void {
    const timer = { atMs: this.nowMs + ms, work };
    this.#waiting.add(timer);
    return () => this.#waiting.delete(timer);
  }

  async advanceTo(endMs: number): Promise<void> {
    for (;;) {
      let next: { atMs: number; work: () => void } | undefined;
      for (const timer of this.#waiting) {
        if (timer.atMs <= endMs && (next === undefined || timer.atMs < next.atMs)) next = timer;
      }
      if (next === undefined) break;
      this.nowMs = Math.max(this.nowMs, next.atMs);
      this.#waiting.delete(next);
      next.work();
      for (let turn = 0; turn < 4; turn += 1) await new Promise(setImmediate);
    }
    this.nowMs = endMs;
  }
}

/** Where the first element later than `atMs` stands. */
function after(fixes: readonly NumberedFix[], atMs: number): number {
  let [low, high] = [0, fixes.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((fixes[middle]?.happenedAtMs ?? 0) <= atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Units, what has come of them and who is told: in memory, for hundreds of thousands of fixes. */
export class MonthFleet implements RecordFeed, Tracks {
  readonly #units: readonly Unit[];
  readonly #fixes = new Map<number, NumberedFix[]>();
  readonly #listeners: ((records: readonly IngestedRecord[]) => void)[] = [];

  constructor(unitIds: readonly number[]) {
    this.#units = unitIds.map((unitId) => ({
      ...{ serial: `XL-MONTH-${unitId}`, unitId, kind: 0 as const, model: 'M', enrolment: 1 },
      ...{ state: 'active' as const, vehicleId: null, training: false },
    }));
  }

  get registry(): Registry {
    const units = this.#units;
    return {
      bySerial: (serial) => units.find((unit) => unit.serial === serial),
      byUnitId: (unitId) => units.find((unit) => unit.unitId === unitId),
      all: () => units,
      batchKey: () => undefined,
      unitKeys: () => [],
      issuerKeys: () => [],
    };
  }

  readonly live: LiveUnits = {
    isOnline: () => true,
    lastContactMs: () => null,
    clockOffsetS: () => 0,
    send: () => true,
    onConnected: () => undefined,
  };

  onCommitted(listener: (records: readonly IngestedRecord[]) => void): void {
    this.#listeners.push(listener);
  }

  /** A fix comes in, whenever it happened. */
  receive(unitId: number, fix: NumberedFix, receivedAtMs: number): void {
    const fixes = this.#fixes.get(unitId) ?? [];
    this.#fixes.set(unitId, fixes);
    fixes.splice(after(fixes, fix.happenedAtMs), 0, fix);
    const unit = this.#units.find((one) => one.unitId === unitId) as Unit;
    const { happenedAtMs, seq } = fix;
    const values = { ...fix, altM: null, satsUsed: 9, quality: 3 };
    const record = { kind: 'fix', seq, clock: 'gnss', happenedAtMs, values } as UnitRecord;
    for (const listener of this.#listeners) listener([{ unit, record, receivedAtMs }]);
  }

  around = async (unitId: number, atMs: number) => {
    const fixes = this.#fixes.get(unitId) ?? [];
    const at = after(fixes, atMs);
    return { before: fixes[at - 1], after: fixes[at] };
  };

  last = (unitId: number) => this.#fixes.get(unitId)?.at(-1);

  between = async (unitId: number, fromMs: number, toMs: number, rowsMax: number) => {
    const fixes = this.#fixes.get(unitId) ?? [];
    return fixes.slice(after(fixes, fromMs - 1), after(fixes, toMs)).slice(0, rowsMax);
  };

  hasGap = async (unitId: number, fromMs: number, toMs: number) => {
    const seqs = (await this.between(unitId, fromMs, toMs, Number.MAX_SAFE_INTEGER)).map(
      ({ seq }) => seq,
    );
    return seqs.length > 0 && Math.max(...seqs) - Math.min(...seqs) + 1 !== seqs.length;
  };

  lastMoving = async (unitId: number, atMs: number, speedMpsMin: number) => {
    const fixes = this.#fixes.get(unitId) ?? [];
    for (let at = after(fixes, atMs) - 1; at >= 0; at -= 1) {
      const fix = fixes[at];
      if (fix !== undefined && fix.courseDeg !== null && (fix.speedMps ?? 0) >= speedMpsMin) {
        return fix;
      }
    }
    return undefined;
  };
}
