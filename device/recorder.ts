import type { RecordKind } from '../protocols/messages/record-table.ts';
import type { RecordValues } from '../protocols/messages/records.ts';
import type { Writer } from '../protocols/store/store.ts';
import type { TrustedClock } from './clock/trusted-clock.ts';
import type { DeviceEnv } from './environment.ts';
import { HeldRecords } from './outbox/held-records.ts';
import type { NewRecord, Outbox } from './outbox/outbox.ts';
import type { Stamp } from './outbox/thinning.ts';

/** Longest free text in a record, in characters: one record always fits a batch. */
export const textCharsMax = 200;

/** Version the unit reports; moves with package.json. */
export const softwareVersion = '0.1.0';

/** When something happens, and by which clock: the wall clock only where nothing is trusted. */
export function stampOf(clock: TrustedClock, env: Pick<DeviceEnv, 'nowMs'>): Stamp {
  const reading = clock.now();
  return reading === null
    ? { happenedAtMs: Math.max(0, Math.round(env.nowMs())), clock: 'none' }
    : { happenedAtMs: Math.round(reading.ms), clock: reading.source };
}

function bounded(value: unknown): unknown {
  return typeof value === 'string' ? value.slice(0, textCharsMax) : value;
}

function recordOf<Kind extends RecordKind>(
  kind: Kind,
  values: RecordValues<Kind>,
  stamp: Stamp,
): NewRecord {
  const entries = Object.entries(values).map(([name, value]) => [name, bounded(value)]);
  return { kind, ...stamp, values: Object.fromEntries(entries) } as NewRecord;
}

/** Writes what happens on the unit into the outbox, stamped now. */
export class Recorder {
  readonly #outbox: Outbox;
  readonly #stamp: () => Stamp;
  readonly #onFailure: (error: unknown) => void;
  readonly #held = new HeldRecords();

  constructor(outbox: Outbox, stamp: () => Stamp, onFailure: (error: unknown) => void) {
    this.#outbox = outbox;
    this.#stamp = stamp;
    this.#onFailure = onFailure;
  }

  /**
   * Resolves once the record is on disk, or in memory while the disk is full; a store that fails
   * is told to the agent.
   */
  async write<Kind extends RecordKind>(
    kind: Kind,
    values: RecordValues<Kind>,
    stamp: Stamp = this.#stamp(),
  ): Promise<void> {
    const record = recordOf(kind, values, stamp);
    try {
      await this.#outbox.append(record);
      await this.#held.flush(
        (held) => this.#outbox.append(held),
        (dropped) => recordOf('event', { name: 'not-kept', detail: `${dropped}` }, this.#stamp()),
      );
    } catch (error) {
      this.#held.take(record, error);
      this.#onFailure(error);
    }
  }

  /**
   * The record and something else in one transaction; rejects when neither is on disk.
   * Resolves with the record's seq.
   */
  writeWith<Kind extends RecordKind>(
    kind: Kind,
    values: RecordValues<Kind>,
    also?: (tx: Writer) => Promise<void>,
    stamp: Stamp = this.#stamp(),
  ): Promise<number> {
    return this.#outbox.append(recordOf(kind, values, stamp), also);
  }

  event(name: string, detail: string): void {
    void this.write('event', { name, detail });
  }
}
