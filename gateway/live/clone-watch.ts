import type { UnitRecord } from '../../protocols/messages/records.ts';
import { readCodeBytes } from '../../protocols/scan-code/code.ts';
import type { Store, Writer } from '../../protocols/store/store.ts';
import type { GatewayEnv } from '../environment.ts';
import type { TrustedBatch } from '../ingest/batch.ts';
import type { IngestedRecord, Unit } from '../parts.ts';
import { insertAudit } from '../registry/fleet-table.ts';
import type { FleetRegistry } from '../registry/registry.ts';
import { transitions } from '../registry/states.ts';
import { BootWatch } from './boot-watch.ts';
import { type CloneSign, noteClone } from './clone-table.ts';
import { TravelWatch } from './travel-watch.ts';
import { TwinWatch } from './twin-watch.ts';

export interface CloneWatchDeps {
  readonly store: Store;
  readonly registry: FleetRegistry;
  readonly env: GatewayEnv;
}

/** A sign as it is kept; Unix ms. */
export interface CloneFound {
  readonly serial: string;
  readonly sign: CloneSign;
  /** It cannot come from one device. */
  readonly isProof: boolean;
  readonly atMs: number;
}

/** Whoever calls people: takes part in the transaction, and hears of its COMMIT. */
export interface CloneListener {
  found(tx: Writer, found: CloneFound): Promise<void>;
  announce(): void;
}

/** Who acts in the audit. */
const actor = 'clone-watch';
/** A fix worse than this says little of where the unit is. */
const hdopMax = 5;
const threeDimensional = 3;

/** Signs that cannot come from one device, whatever the network does: the unit is suspended. */
const isProof: Readonly<Record<CloneSign, boolean>> = {
  boots: false,
  travel: false,
  code: true,
  record: true,
};

/** The content of a record, the same for the same record however often it is sent. */
function contentOf({ kind, happenedAtMs, values }: UnitRecord): string {
  const plain = Object.entries(values).map(([name, value]) => [
    name,
    value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value,
  ]);
  return JSON.stringify([kind, happenedAtMs, plain]);
}

/**
 * Looks for a second device with a unit's key: alerts on what only looks like one, suspends on
 * what can be nothing else. reliability.md, "Threats".
 */
export class CloneWatch {
  readonly #deps: CloneWatchDeps;
  readonly #boots = new BootWatch();
  readonly #travel = new TravelWatch();
  readonly #codes = new TwinWatch();
  readonly #records = new TwinWatch();
  #listener: CloneListener | null = null;
  #writing: Promise<unknown> = Promise.resolve();

  constructor(deps: CloneWatchDeps) {
    this.#deps = deps;
  }

  /** From now on; the feature that calls people starts after this one. */
  tell(listener: CloneListener): void {
    this.#listener = listener;
  }

  /** Every verified batch, repetitions included: they show whether they are repetitions. */
  take({ unit, epoch, kept }: TrustedBatch): void {
    for (const record of kept) {
      const name = `${epoch}.${record.seq}`;
      if (this.#records.note(unit.serial, name, contentOf(record))) {
        this.#found(unit, 'record', `two records ${record.seq} in epoch ${epoch}`);
      }
      if (record.kind === 'shown' && record.values.code !== null) {
        this.code(unit, record.values.code);
      }
    }
  }

  /** A genuine code of this unit, shown or scanned. */
  code(unit: Unit, bytes: Uint8Array): void {
    const reading = readCodeBytes(bytes);
    if (!reading.ok || reading.code.fields.unitId !== unit.unitId) return;
    const { issuedAt } = reading.code.fields;
    if (this.#codes.note(`${unit.serial}.${unit.enrolment}`, String(issuedAt), bytes)) {
      this.#found(unit, 'code', `two codes of second ${issuedAt}`);
    }
  }

  /** Records that were not there before. */
  committed(records: readonly IngestedRecord[]): void {
    for (const { unit, record, receivedAtMs } of records) {
      if (record.kind === 'hello' || record.kind === 'status') {
        this.#boot(unit, record.values.bootId, receivedAtMs);
      }
      if (record.kind === 'fix') this.#fix(unit, record);
    }
  }

  /** Waits for what was begun. */
  async stop(): Promise<void> {
    await this.#writing;
  }

  #boot(unit: Unit, bootId: string | null, receivedAtMs: number): void {
    if (bootId === null || !this.#boots.note(unit.serial, bootId, receivedAtMs)) return;
    this.#found(unit, 'boots', `boots take turns, the last is ${bootId}`);
  }

  #fix(unit: Unit, { values, happenedAtMs }: Extract<UnitRecord, { kind: 'fix' }>): void {
    const { lat, lon, hdop, quality } = values;
    const isGood = quality === threeDimensional && hdop !== null && hdop <= hdopMax;
    if (lat === null || lon === null || !isGood) return;
    if (this.#travel.note(unit.serial, { lat, lon }, happenedAtMs)) {
      this.#found(unit, 'travel', `positions that no vehicle connects, the last ${lat}, ${lon}`);
    }
  }

  #found(unit: Unit, sign: CloneSign, detail: string): void {
    this.#writing = this.#writing
      .then(() => this.#record(unit.serial, sign, detail))
      .catch((error: Error) =>
        this.#deps.env.log.error({ serial: unit.serial, reason: error.message }, 'clone not kept'),
      );
  }

  async #record(serial: string, sign: CloneSign, detail: string): Promise<void> {
    const { store, registry, env } = this.#deps;
    const nowMs = env.nowMs();
    const isNew = await store.write(async (tx) => {
      const opened = await noteClone(tx, serial, sign, detail, nowMs);
      if (opened) await insertAudit(tx, nowMs, serial, 'clone', { by: actor, sign, detail });
      await this.#listener?.found(tx, { serial, sign, isProof: isProof[sign], atMs: nowMs });
      return opened;
    });
    this.#listener?.announce();
    if (isNew) env.log.warn({ serial, sign }, 'a second device may have the key of this unit');
    const state = registry.bySerial(serial)?.state;
    if (!isProof[sign] || state === undefined || transitions[state].suspend === undefined) return;
    await registry.apply(serial, 'suspend', actor, detail);
  }
}
