import { signedAgeSMax } from '../../protocols/evidence/position.ts';
import type { Heading } from '../../protocols/evidence/track-fix.ts';
import type { IncidentSnapshot } from '../../protocols/http/link-bodies.ts';
import type { ScanFields } from '../../protocols/scan-code/fields.ts';
import { kinds } from '../../protocols/scan-code/fields.ts';
import type { Incident } from '../incidents/incident.ts';
import type { Incidents } from '../incidents/incidents.ts';
import type { LiveUnits, StoredFix, Tracks, Unit } from '../parts.ts';
import type { Headings } from '../place/headings.ts';
import type { Places } from '../place/places.ts';
import { decideLink, type Link } from './decide-link.ts';
import type { Opening } from './decide-opening.ts';
import type { StoredLink } from './scan-table.ts';

export interface LinkerDeps {
  readonly tracks: Tracks;
  readonly live: LiveUnits;
  readonly places: Places;
  readonly incidents: Incidents;
  readonly headings: Headings;
}

/** A link with what it was decided from. */
export interface Linked {
  readonly link: Link;
  readonly before: StoredFix | undefined;
  readonly after: StoredFix | undefined;
  readonly last: StoredFix | undefined;
  readonly heading: Heading | null;
  readonly offsetS: number;
  /** issuedAt on the gateway's clock, Unix ms. */
  readonly workedAtMs: number;
}

const noLink: Link = { position: null, place: null, found: null, isFinal: true };

interface Around {
  readonly before: StoredFix | undefined;
  readonly after: StoredFix | undefined;
}

/** Gathers what a link is decided from, and has it decided. */
export class Linker {
  readonly #deps: LinkerDeps;

  constructor(deps: LinkerDeps) {
    this.#deps = deps;
  }

  /** Links a code now. A young signed position needs nothing from the store. */
  async link(fields: ScanFields, unit: Unit | undefined, opening: Opening): Promise<Linked> {
    if (unit === undefined) return this.#nothing(fields);
    const offsetS = this.#deps.live.clockOffsetS(unit.serial);
    const isYoung = fields.fixAgeS !== null && fields.fixAgeS <= signedAgeSMax;
    const around = isYoung
      ? this.#lastAround(fields)
      : await this.#deps.tracks.around(fields.unitId, fields.issuedAt * 1000);
    const linked = await this.linkWith(fields, around, offsetS);
    // A revoked unit may be a stolen one: where it says it is counts, what it works on does not.
    if (opening.verdict !== 'revoked') return linked;
    return { ...linked, link: { ...linked.link, found: null, isFinal: true } };
  }

  /** Links a code with given fixes around issuedAt. */
  async linkWith(fields: ScanFields, { before, after }: Around, offsetS: number): Promise<Linked> {
    const { tracks, headings, places, incidents } = this.#deps;
    const { unitId, lat, lon, fixAgeS } = fields;
    const issuedAtMs = fields.issuedAt * 1000;
    const workedAtMs = issuedAtMs - Math.round(offsetS * 1000);
    const last = tracks.last(unitId);
    const heading = await headings.at(unitId, issuedAtMs);
    const hasSigned = lat !== null && lon !== null && fixAgeS !== null;
    const link = decideLink({
      unitId,
      incidentRef: fields.incidentRef,
      issuedAtMs,
      workedAtMs,
      signed: hasSigned ? { lat, lon, ageS: fixAgeS } : null,
      isFixed: fields.kind === kinds.kioskScreen,
      before,
      after,
      last,
      heading,
      places,
      incidents: incidents.lookup,
      alongRoad: (from, to, share) => places.between(from, to, share),
    });
    return { link, before, after, last, heading, offsetS, workedAtMs };
  }

  /** The link as it is stored, with its evidence. */
  stored(
    { link, before, after, last, heading, offsetS }: Linked,
    incident: Incident | null,
    linkedBy: IncidentSnapshot['linkedBy'] | null,
  ): StoredLink {
    return {
      position: link.position,
      place: link.place,
      incidentId: incident?.id ?? null,
      linkedBy,
      evidence: {
        before: before ?? null,
        after: after ?? null,
        last: last ?? null,
        heading,
        offsetS,
      },
    };
  }

  /** The newest fix from memory, when it is from before the code. */
  #lastAround({ unitId, issuedAt }: ScanFields): Around {
    const last = this.#deps.tracks.last(unitId);
    const isBefore = last !== undefined && last.happenedAtMs <= issuedAt * 1000;
    return { before: isBefore ? last : undefined, after: undefined };
  }

  /** Printed codes have no position and no unit. */
  #nothing({ issuedAt }: ScanFields): Linked {
    return {
      link: noLink,
      before: undefined,
      after: undefined,
      last: undefined,
      heading: null,
      offsetS: 0,
      workedAtMs: issuedAt * 1000,
    };
  }
}
