/** One JT/T 808 terminal of the registry. */
export interface Terminal {
  readonly no: number;
  /** As `normalPhone` gives it. */
  readonly phone: string;
  readonly plate: string;
  readonly vehicleId: string | null;
  /** What it authenticates with. */
  readonly code: string;
  /** Maker and terminal id of the device that registered; null before. */
  readonly device: string | null;
  readonly revoked: boolean;
  readonly registeredAtMs: number;
}

const phonePattern = /^\d{1,20}$/;

/**
 * The digits that name a terminal, without the zeros that fill a header's field; null for what
 * names none.
 */
export function normalPhone(digits: string): string | null {
  if (!phonePattern.test(digits)) return null;
  const phone = digits.replace(/^0+/, '');
  return phone === '' ? null : phone;
}
