/**
 * Money is whole fen and is multiplied and divided as whole numbers. What is measured (kilometres,
 * hours, tonnes, days) is whole millionths of its unit, so that the dust of a binary fraction
 * (12.000000000000002 km) never costs a kilometre.
 */

export const microPerUnit = 1_000_000;

/** Largest sum taken, 10 million yuan. */
export const fenMax = 1_000_000_000;

export const roundingModes = ['ceil', 'floor', 'round'] as const;
export type RoundingMode = (typeof roundingModes)[number];

/** A decimal number in hundredths (yuan → fen, percent → basis points); null when it is finer. */
export function hundredthsOf(value: number): number | null {
  const parts = /^(\d+)(?:\.(\d{1,2}))?$/.exec(String(value));
  if (parts === null) return null;
  const [, whole = '', fraction = ''] = parts;
  return Number(whole) * 100 + Number(fraction.padEnd(2, '0'));
}

/** A measured quantity in millionths of its unit, rounded to the nearest. */
export function microOf(value: number): number {
  return Math.round(value * microPerUnit);
}

/** A whole number ≥ 0 brought to a multiple of `step`; `round` takes halves up. */
export function roundTo(value: number, step: number, mode: RoundingMode): number {
  const rest = value % step;
  const below = value - rest;
  if (rest === 0 || mode === 'floor') return below;
  return mode === 'ceil' || rest * 2 >= step ? below + step : below;
}

/** Rate × quantity in fen. A part of a fen is dropped, in favour of who pays. */
export function feeOf(rateFen: number, quantityMicro: number): number {
  return Number((BigInt(rateFen) * BigInt(quantityMicro)) / BigInt(microPerUnit));
}

/** A share of a sum in fen, the share in hundredths of a percent. A part of a fen is dropped. */
export function shareOf(fen: number, basisPoints: number): number {
  return Number((BigInt(fen) * BigInt(basisPoints)) / 10_000n);
}
