import type { RecordKind } from '../protocols/messages/record-table.ts';
import type { RecordValues } from '../protocols/messages/records.ts';
import type { Writer } from '../protocols/store/store.ts';
import type { TrustedClock } from './clock/trusted-clock.ts';
import type { DeviceEnv } from './environment.ts';
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

/** Writes what happens on the unit into the outbox, stamped now. */
export class Recorder {
  readonly #outbox: Outbox;
  readonly #stamp: () => Stamp;
  readonly #onFailure: (error: unknown) => void;

  constructor(outbox: Outbox, stamp: () => Stamp, onFailure: (error: unknown) => void) {
    this.#outbox = outbox;
    this.#stamp = stamp;
    this.#onFailure = onFailure;
  }

  /** Resolves once the record is on disk; a store that fails is told to the agent. */
  async write<Kind extends RecordKind>(
    kind: Kind,
    values: RecordValues<Kind>,
    stamp: Stamp = this.#stamp(),
  ): Promise<void> {
    await this.writeWith(kind, values, async () => undefined, stamp).catch(this.#onFailure);
  }

  /**
   * The record and something else in one transaction; rejects when neither is on disk.
   * Resolves with the record's seq.
   */
  writeWith<Kind extends RecordKind>(
    kind: Kind,
    values: RecordValues<Kind>,
    also: (tx: Writer) => Promise<void>,
    stamp: Stamp = this.#stamp(),
  ): Promise<number> {
    const entries = Object.entries(values).map(([name, value]) => [name, bounded(value)]);
    const record = { kind, ...stamp, values: Object.fromEntries(entries) } as NewRecord;
    return this.#outbox.append(record, also);
  }

  event(name: string, detail: string): void {
    void this.write('event', { name, detail });
  }
}
