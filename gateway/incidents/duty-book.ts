import type { DutyName } from '../../protocols/scan-code/fields.ts';
import type { IngestedRecord, RecordFeed } from '../parts.ts';

/** Duty of a unit that is not to be sent. Scan code, "duty". */
const offDuty: DutyName = 'off-duty';

/** What each unit last said of its duty, newest by happened-at, from memory. */
export class DutyBook {
  readonly #said = new Map<string, { readonly atMs: number; readonly duty: string }>();

  constructor(feed: RecordFeed) {
    feed.onCommitted((records) => {
      for (const record of records) this.#note(record);
    });
  }

  /** False also while nothing is known: every unit tells it once a minute. */
  isOffDuty(serial: string): boolean {
    return this.#said.get(serial)?.duty === offDuty;
  }

  #note({ unit, record }: IngestedRecord): void {
    if (record.kind !== 'status' || record.values.duty === null) return;
    const atMs = record.happenedAtMs;
    if ((this.#said.get(unit.serial)?.atMs ?? 0) > atMs) return;
    this.#said.set(unit.serial, { atMs, duty: record.values.duty });
  }
}
