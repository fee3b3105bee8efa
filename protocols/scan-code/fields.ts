/** What one living code says. Source of every rule here: scan code, "82 bytes, big-endian". */
export interface ScanFields {
  readonly version: 1;
  readonly kind: Kind;
  /** Unit number for screens, subject number for printed kinds: two number spaces. */
  readonly unitId: number;
  /** Unix seconds, UTC. */
  readonly issuedAt: number;
  /** Seconds the code lives, or `static` for printed kinds. */
  readonly ttlS: TtlS;
  readonly duty: Duty;
  /** Degrees, WGS-84, middle of the cell; null without a position. */
  readonly lat: number | null;
  readonly lon: number | null;
  /** Age of the fix at issuedAt in seconds, as coded; null without a position. */
  readonly fixAgeS: number | null;
  /** Number of the incident the unit was working; 0 for none. */
  readonly incidentRef: number;
}

export const kinds = {
  vehicleScreen: 0,
  kioskScreen: 1,
  personCard: 2,
  vehiclePlate: 3,
} as const;
export type Kind = (typeof kinds)[keyof typeof kinds];

/** True for kinds that are printed once and prove no presence. */
export function isPrinted(kind: Kind): boolean {
  return kind === kinds.personCard || kind === kinds.vehiclePlate;
}

export const duties = [
  'off-duty',
  'patrol',
  'assigned',
  'en-route',
  'on-scene',
  'working',
  'towing',
  'returning',
  'out-of-service',
] as const;
export type DutyName = (typeof duties)[number];
/** Index into `duties`. */
export type Duty = number;

export function dutyNumber(name: DutyName): Duty {
  return duties.indexOf(name);
}

/** The high nibble of byte 8 indexes this. 14 is malformed; 15 is `static`. */
export const ttlStepsS = [
  15, 20, 30, 45, 60, 90, 120, 180, 240, 300, 600, 900, 1800, 3600,
] as const;
export const staticTtlNibble = 15;
export type TtlS = (typeof ttlStepsS)[number] | 'static';

export const unitIdMax = 0xff_ff_ff;
export const issuedAtMax = 0xff_ff_ff_ff;
export const incidentRefMax = 0xff_ff;

/** A field that cannot be written: the caller's mistake, said before anything is signed. */
export class ScanFieldError extends RangeError {
  override readonly name = 'ScanFieldError';
}
