import type { GatewayEnv } from '../environment.ts';
import type { IngestedRecord, LiveUnits, RecordFeed } from '../parts.ts';
import { type Assignment, assignmentAt } from './incident.ts';
import type { IncidentBook } from './incident-book.ts';
import type { Stated, UnitEvent } from './unit-stages.ts';

export interface ButtonDeps {
  readonly env: Pick<GatewayEnv, 'log'>;
  readonly feed: RecordFeed;
  readonly live: Pick<LiveUnits, 'clockOffsetS'>;
  readonly book: IncidentBook;
  readonly onStated: (id: string, assignment: Assignment, said: Stated) => Promise<unknown>;
}

/** Name of a unit's record of a pressed button; its detail is the button. */
const buttonRecord = 'button';

/** Button of the cab → what the crew states of its unit; the others are about the screen. */
const eventOfButton: Readonly<Record<string, UnitEvent>> = {
  'en-route': 'depart',
  arrived: 'arrive',
  working: 'work',
  done: 'clear',
};

/** What a record states, and when by the gateway's clock; null: nothing. */
function statedBy({ unit, record, receivedAtMs }: IngestedRecord, offsetS: number): Stated | null {
  if (record.kind !== 'event' || record.values.name !== buttonRecord) return null;
  const event = eventOfButton[record.values.detail ?? ''];
  if (event === undefined) return null;
  // Without a trusted clock a unit cannot say how long ago it was.
  const happenedAtMs =
    record.clock === 'none' ? receivedAtMs : record.happenedAtMs - Math.round(offsetS * 1000);
  const atMs = Math.min(happenedAtMs, receivedAtMs);
  return { event, atMs, source: 'button', by: unit.serial };
}

/** Follows the buttons of units: each counts on the incident the unit worked when it was pressed. */
export class ButtonWatch {
  readonly #deps: ButtonDeps;
  #tail: Promise<unknown> = Promise.resolve();
  #stopped = true;

  constructor(deps: ButtonDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#stopped = false;
    this.#deps.feed.onCommitted((records) => {
      for (const record of records) this.#onRecord(record);
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#tail;
  }

  #onRecord(ingested: IngestedRecord): void {
    const { unitId, serial } = ingested.unit;
    if (this.#stopped || unitId === null) return;
    const { live, book, onStated, env } = this.#deps;
    const said = statedBy(ingested, live.clockOffsetS(serial));
    const incident = said === null ? undefined : book.openOfUnit(unitId, said.atMs);
    const assignment = incident && said && assignmentAt(incident, unitId, said.atMs);
    if (said === null || incident === undefined || !assignment) return;
    this.#tail = this.#tail
      .then(() => onStated(incident.id, assignment, said))
      .catch((error: unknown) => {
        env.log.error({ err: error, serial }, 'a button could not be kept');
      });
  }
}
