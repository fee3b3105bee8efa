import { readCodeBytes } from '../../protocols/scan-code/code.ts';
import { earlyToleranceS } from '../../protocols/scan-code/verdict.ts';
import type { Store } from '../../protocols/store/store.ts';
import type { GatewayEnv } from '../environment.ts';
import type { Timers } from '../link/timers.ts';
import type { IngestedRecord, LiveUnits, RecordFeed } from '../parts.ts';
import type { CodeMemory } from './code-memory.ts';
import { type NewestCode, saveNewestCodes } from './scan-table.ts';

export interface ShownWatchDeps {
  readonly store: Store;
  readonly env: GatewayEnv;
  readonly live: LiveUnits;
  readonly feed: RecordFeed;
  readonly timers: Timers;
  readonly memory: CodeMemory;
}

/** How long newest codes gather before they are written in one statement, ms. */
const saveDelayMs = 1_000;

/**
 * Learns from `shown` records which codes are followed by later ones. A code ahead of its time
 * closes nothing: it is burned elsewhere, and the honest ones before it stay what they are.
 */
export class ShownWatch {
  readonly #deps: ShownWatchDeps;
  #unsaved = new Map<number, NewestCode>();
  #cancelSave: (() => void) | null = null;
  #stopped = true;

  constructor(deps: ShownWatchDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#stopped = false;
    this.#deps.feed.onCommitted((records) => {
      for (const record of records) this.#note(record);
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelSave?.();
    await this.#save();
  }

  #note({ unit, record, receivedAtMs }: IngestedRecord): void {
    if (this.#stopped || record.kind !== 'shown' || record.values.code === null) return;
    const reading = readCodeBytes(record.values.code);
    if (!reading.ok || reading.code.fields.unitId !== unit.unitId) return;
    const { unitId, issuedAt } = reading.code.fields;
    const issuedAtMs = (issuedAt - this.#deps.live.clockOffsetS(unit.serial)) * 1000;
    if (issuedAtMs > receivedAtMs + earlyToleranceS * 1000) return;
    this.#deps.memory.noteKnown(unitId, issuedAt, receivedAtMs);
    if ((this.#unsaved.get(unitId)?.issuedAt ?? 0) >= issuedAt) return;
    this.#unsaved.set(unitId, { unitId, issuedAt, knownAtMs: receivedAtMs });
    this.#cancelSave ??= this.#deps.timers.after(saveDelayMs, () => {
      this.#save().catch((error: unknown) => {
        this.#deps.env.log.error({ err: error }, 'the newest codes could not be kept');
      });
    });
  }

  async #save(): Promise<void> {
    this.#cancelSave = null;
    const codes = [...this.#unsaved.values()];
    this.#unsaved = new Map();
    if (codes.length > 0) await this.#deps.store.write((tx) => saveNewestCodes(tx, codes));
  }
}
