/** What a complaint may be about. Assumed; editable with the complaint desk. */
export const complaintCategories = [
  'overcharge',
  'late',
  'attitude',
  'damage',
  'no-identity',
  'procedure',
  'other',
] as const;
export type ComplaintCategory = (typeof complaintCategories)[number];

export const complaintStates = ['filed', 'accepted', 'answered', 'closed'] as const;
export type ComplaintState = (typeof complaintStates)[number];

/** What a driver writes. */
export interface ComplaintDraft {
  readonly category: ComplaintCategory;
  readonly words: string;
  /** Plate, firm, place: needed where there is no scan that says it. */
  readonly about: string;
  /** Only with consent; null: no call back. */
  readonly contact: string | null;
}

/** A step as the public sees it. */
export interface ComplaintStep {
  readonly state: ComplaintState;
  readonly note: string;
  readonly atMs: number;
}

/** A complaint as whoever holds its link sees it. */
export interface Complaint {
  readonly receiptNumber: string;
  readonly category: ComplaintCategory;
  readonly words: string;
  readonly about: string;
  readonly hasContact: boolean;
  readonly scanId: string | null;
  readonly organisationId: string | null;
  /** Whether it came from a scan that proves presence. */
  readonly onTheSpot: boolean;
  readonly training: boolean;
  readonly filedAtMs: number;
  /** From the first on. */
  readonly steps: readonly ComplaintStep[];
}
