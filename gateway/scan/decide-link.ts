import { decidePosition, isFinal, type PositionFacts } from '../../protocols/evidence/position.ts';
import { courseOf, type Heading } from '../../protocols/evidence/track-fix.ts';
import type { IncidentSnapshot, Position } from '../../protocols/http/link-bodies.ts';
import type { Place } from '../../protocols/http/link-parts.ts';
import type { Incident } from '../incidents/incident.ts';
import type { IncidentLookup } from '../incidents/incident-book.ts';
import type { Places } from '../place/places.ts';

type LinkedBy = IncidentSnapshot['linkedBy'];

/** What a code is linked from: answered from memory or fetched before, so that this is pure. */
export interface LinkFacts extends PositionFacts {
  readonly unitId: number;
  readonly incidentRef: number;
  /** issuedAt on the gateway's clock, in which incidents are kept, Unix ms. */
  readonly workedAtMs: number;
  /** How the unit last drove. */
  readonly heading: Heading | null;
  readonly places: Places;
  readonly incidents: IncidentLookup;
}

export interface IncidentLink {
  readonly incident: Incident;
  readonly linkedBy: LinkedBy;
}

export interface Link {
  readonly position: Position | null;
  readonly place: Place | null;
  /** Null: none is known; the scan may open an encounter of its own. */
  readonly found: IncidentLink | null;
  /** Late fixes cannot change it any more. */
  readonly isFinal: boolean;
}

/** wire.md, "Linking a scan": the first rule that finds an incident decides. */
function decideIncident(
  { unitId, incidentRef, workedAtMs, incidents }: LinkFacts,
  position: Position | null,
  place: Place | null,
): IncidentLink | null {
  const byCode = incidents.byRef(incidentRef, unitId, workedAtMs);
  if (byCode !== undefined) return { incident: byCode, linkedBy: 'code' };
  const open = incidents.openOfUnit(unitId, workedAtMs);
  if (open !== undefined) return { incident: open, linkedBy: 'open-incident' };
  const near = position === null ? undefined : incidents.openNear(position, place, workedAtMs);
  if (near !== undefined) return { incident: near, linkedBy: 'near-incident' };
  const met = incidents.encounterOfUnit(unitId, workedAtMs);
  return met === undefined ? null : { incident: met, linkedBy: 'encounter' };
}

/** Position, place and incident of a scan, from what is known now. */
export function decideLink(facts: LinkFacts): Link {
  const position = decidePosition(facts);
  const place =
    position === null
      ? null
      : facts.places.placeOf(position, courseOf(facts.heading, position), facts.issuedAtMs);
  const found = decideIncident(facts, position, place);
  return { position, place, found, isFinal: isFinal(position, facts) };
}
