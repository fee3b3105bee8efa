/** Shapes of the directory: who is who, as pages and screens show it. product.md, step 2. */

export type OrganisationKind = 'rescue' | 'enforcement';
export type VehicleRole = 'tow-truck' | 'patrol-car' | 'kiosk';
export type PersonRole = 'officer' | 'auxiliary' | 'rescue-worker';

export interface Organisation {
  readonly organisationId: string;
  readonly kind: OrganisationKind;
  readonly superiorId: string | null;
  readonly nameZh: string;
  readonly nameEn: string;
  readonly addressZh: string;
  readonly addressEn: string;
  /** Supervision hotline of this organisation; of an enforcement unit the superior's is shown. */
  readonly hotline: string;
  readonly qualificationZh: string;
  readonly qualificationEn: string;
  /** Rescue sections or enforcement area, as people say it. */
  readonly areaZh: string;
  readonly areaEn: string;
  /** Names of the sections on the network it may work on; empty: not entered, nothing is marked. */
  readonly sections: readonly string[];
  readonly procedureId: string | null;
  readonly legalBasisId: string | null;
  readonly sample: boolean;
}

export interface Vehicle {
  readonly vehicleId: string;
  readonly organisationId: string;
  readonly role: VehicleRole;
  /** Plate, or the name of the place a kiosk stands at. */
  readonly plate: string;
  /** Number in its printed code. */
  readonly subjectNumber: number;
  readonly sample: boolean;
}

export interface Person {
  readonly personId: string;
  readonly organisationId: string;
  readonly role: PersonRole;
  readonly nameZh: string;
  readonly nameEn: string;
  /** 执法证号, free text; empty for those who hold none. */
  readonly badgeNumber: string;
  readonly qualificationZh: string;
  readonly qualificationEn: string;
  /** Number in the printed card. */
  readonly subjectNumber: number;
  readonly sample: boolean;
}

interface DocumentHead {
  readonly documentId: string;
  readonly version: string;
  readonly titleZh: string;
  readonly titleEn: string;
  /** Day, `2026-01-01`. */
  readonly validFrom: string;
  readonly validTo: string | null;
  readonly sample: boolean;
}

export interface Procedure extends DocumentHead {
  readonly kind: 'procedure';
  readonly steps: readonly { readonly zh: string; readonly en: string }[];
}

export interface Clause {
  readonly id: string;
  readonly titleZh: string;
  readonly articleZh: string;
  readonly zh: string;
  readonly en: string;
}

/** Something an officer may stop a vehicle for. */
export interface Matter {
  readonly code: string;
  readonly zh: string;
  readonly en: string;
  /** Words of an incident's summary that tell it. */
  readonly keywords: readonly string[];
  /** Ids of the clauses that are about it; a clause in no matter is about all. */
  readonly clauses: readonly string[];
}

export interface LegalBasis extends DocumentHead {
  readonly kind: 'legal-basis';
  readonly matters: readonly Matter[];
  readonly basis: readonly Clause[];
  readonly rights: readonly Clause[];
}

/** A paper of an organisation that a driver may read. */
export type DirectoryDocument = Procedure | LegalBasis;
