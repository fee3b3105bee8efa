import type { GatewayEnv } from '../environment.ts';
import type { Incident } from './incident.ts';
import type { Incidents } from './incidents.ts';
import { crewMomentsOf, officersAboardMax, officersAboardStep } from './officers-aboard.ts';

/** Somebody came aboard a unit or left it. */
interface CrewChange {
  readonly serial: string;
  /** Unix ms by the unit. */
  readonly happenedAtMs: number;
}

export interface OfficersDeps {
  readonly env: Pick<GatewayEnv, 'log'>;
  readonly incidents: Pick<Incidents, 'all' | 'get' | 'change' | 'onChanged' | 'onOpened'>;
  readonly crew: {
    aboardAt(serial: string, atMs: number): Promise<readonly string[]>;
    onKnown(listener: (events: readonly CrewChange[]) => void): void;
  };
}

/** Has it computed anew who was aboard for an act of enforcement, whatever of it changed. */
export class OfficersWatch {
  readonly #deps: OfficersDeps;
  #tail: Promise<void> = Promise.resolve();
  #stopped = true;

  constructor(deps: OfficersDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#stopped = false;
    const { incidents, crew } = this.#deps;
    incidents.onChanged((incident) => this.#later(incident));
    incidents.onOpened((incident) => this.#later(incident));
    crew.onKnown((events) => this.#onCrew(events));
    for (const incident of incidents.all()) this.#later(incident);
  }

  /** Waits for what was begun. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#tail;
  }

  #onCrew(events: readonly CrewChange[]): void {
    for (const incident of this.#deps.incidents.all()) {
      const isTold = crewMomentsOf(incident).some(({ serial, atMs }) =>
        events.some((event) => event.serial === serial && event.happenedAtMs <= atMs),
      );
      if (isTold) this.#later(incident);
    }
  }

  #later(incident: Incident): void {
    const { id, officersAboard } = incident;
    const isNone = officersAboard.length === 0 && crewMomentsOf(incident).length === 0;
    if (this.#stopped || isNone) return;
    this.#tail = this.#tail
      .then(() => this.#compute(id))
      .catch((error: unknown) => {
        this.#deps.env.log.error({ err: error, id }, 'officers aboard could not be computed');
      });
  }

  /** A change while the crews are read has it computed once more. */
  async #compute(id: string): Promise<void> {
    const { incidents, crew } = this.#deps;
    const incident = incidents.get(id);
    if (incident === undefined) return;
    const crews = crewMomentsOf(incident).map(({ serial, atMs }) => crew.aboardAt(serial, atMs));
    const people = [...new Set((await Promise.all(crews)).flat())].toSorted();
    const aboard = people.slice(0, officersAboardMax);
    await incidents.change(id, (one, atMs) => officersAboardStep(one, aboard, atMs));
  }
}
