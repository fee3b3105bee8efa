import type { Store } from '../../protocols/store/store.ts';
import type { Log } from '../environment.ts';
import type { Incidents } from '../incidents/incidents.ts';
import type { FleetRegistry } from '../registry/registry.ts';
import type { EventLog, NewEvent } from './event-log.ts';

export interface FleetNewsDeps {
  readonly store: Store;
  readonly lines: Log;
  readonly log: EventLog;
  readonly registry: Pick<FleetRegistry, 'onChanged'>;
  readonly incidents: Pick<Incidents, 'onChanged'>;
}

/** Puts changes of units and incidents into the log, each after it was committed. */
export function followFleet({ store, lines, log, registry, incidents }: FleetNewsDeps): void {
  const tell = (event: NewEvent) => {
    store
      .write((tx) => log.append(tx, [event]))
      .then(
        () => log.announce(),
        (error: Error) =>
          lines.error({ type: event.type, reason: error.message }, 'event not kept'),
      );
  };
  registry.onChanged(({ serial, unitId, state, enrolment, vehicleId, training }) =>
    tell({
      type: 'unit',
      subject: serial,
      body: { serial, unitId, state, enrolment, vehicleId, training },
    }),
  );
  incidents.onChanged(({ id, ref, kind, stage, outcome }) =>
    tell({ type: 'incident', subject: id, body: { id, ref, kind, stage, outcome } }),
  );
}
