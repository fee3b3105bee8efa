import type { Writer } from '../../protocols/store/store.ts';
import { warningsOf } from '../incidents/enforcement.ts';
import { type Assignment, type Incident, progressOfUnit } from '../incidents/incident.ts';
import type { IncidentNews } from '../incidents/incidents.ts';
import type { ServerLink } from '../link/link.ts';
import type { Waiting } from '../link/outbox.ts';
import type { Places } from '../place/places.ts';
import { findingsOf, isEvidence } from './findings.ts';
import { type News, tell } from './told.ts';

export interface IncidentNewsDeps {
  readonly places: Places;
  readonly link: Pick<ServerLink, 'enqueue' | 'wake'>;
}

function unitOf(one: Assignment): News<'incident'>['body']['units'][number] {
  const { serial, vehicleId, organisation, role, training, assignedAtMs, releasedAtMs } = one;
  const { arrivedAtMs, leftAtMs } = one.attendance;
  return {
    ...{ serial, vehicleId, organisation, role, training },
    stage: progressOfUnit(one).stage,
    ...{ assignedAtMs, releasedAtMs, arrivedAtMs, leftAtMs },
  };
}

/** An incident as the server holds it. */
export function incidentNewsOf(incident: Incident): News<'incident'> {
  const { id, kind, stage, outcome, summary, scene, reportedAtMs, closedAtMs } = incident;
  const { mergedInto, parties, assignments, enforcement, officersAboard } = incident;
  return {
    type: 'incident',
    subject: id,
    body: {
      ...{ v: 1, incidentId: id, kind, stage, outcome, summary, placeText: scene.text },
      ...{ section: scene.section, stakeM: scene.stakeM, direction: scene.direction },
      ...{ reportedAtMs, closedAtMs, mergedInto, parties: [...parties] },
      units: assignments.map(unitOf),
      enforcement: enforcement && {
        ...{ ...enforcement, officers: [...enforcement.officers] },
        officersAboard: [...officersAboard],
        warnings: [...warningsOf(enforcement, officersAboard)],
      },
    },
  };
}

/**
 * Tells the server of incidents and of what their units' fixes show, in the transaction of each
 * change. wire.md, "Gateway ↔ server (HTTP)".
 */
export class ServerIncidentNews implements IncidentNews {
  readonly #deps: IncidentNewsDeps;

  constructor(deps: IncidentNewsDeps) {
    this.#deps = deps;
  }

  async write(tx: Writer, incidents: readonly Incident[]): Promise<void> {
    const waiting: (Waiting | null)[] = [];
    for (const incident of incidents) {
      waiting.push(await tell(tx, incidentNewsOf(incident)));
      for (const finding of this.#findingsOf(incident)) waiting.push(await tell(tx, finding));
    }
    const told = waiting.filter((one) => one !== null);
    if (told.length > 0) await this.#deps.link.enqueue(tx, told);
  }

  sent(): void {
    this.#deps.link.wake();
  }

  #findingsOf(incident: Incident): News<'evidence'>[] {
    return incident.assignments
      .filter((one) => isEvidence(incident, one))
      .flatMap((one) => findingsOf(incident, one, this.#factsOf(incident, one)));
  }

  #factsOf(incident: Incident, one: Assignment) {
    const { places } = this.#deps;
    const { point, section, stakeM, direction } = one.sentTo ?? incident.scene;
    const atMs = one.attendance.arrivedAtMs ?? one.assignedAtMs;
    const near = point === null ? null : places.placeOf(point, null, atMs);
    const isThere = near !== null && near.section === (section ?? near.section);
    const place = isThere ? { ...near, stakeM: stakeM ?? near.stakeM, direction } : null;
    const isKnown = one.organisation !== null && point !== null;
    const standing = isKnown
      ? places.areaStanding(one.organisation ?? '', point, place, atMs)
      : 'undeclared';
    return { place, standing } as const;
  }
}
