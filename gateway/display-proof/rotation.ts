import type { TtlS } from '../../protocols/scan-code/fields.ts';

/** Life of a code → how often its panel gets a new one, seconds. Scan code, "Screen". */
const rotationOfTtlS: Readonly<Record<number, number>> = { 30: 20, 120: 45, 600: 180 };

/** The slowest panel: what is assumed of a unit that has shown nothing yet. */
const slowestRotationS = 180;

/** Time between two codes of a panel, ms. Of a life that no rule names: at most that life. */
export function rotationMsOf(ttlS: TtlS | null): number {
  if (ttlS === null || ttlS === 'static') return slowestRotationS * 1000;
  return (rotationOfTtlS[ttlS] ?? ttlS) * 1000;
}
