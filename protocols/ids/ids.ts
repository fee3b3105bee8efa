import type { PlateReason, PlateVerdict } from './plate.ts';
import { checkPlate } from './plate.ts';
import type { UsccReason, UsccVerdict } from './uscc.ts';
import { checkUscc } from './uscc.ts';

export type { PlateFamily, PlateReason, PlateVerdict } from './plate.ts';
export { checkPlate } from './plate.ts';
export type { UsccReason, UsccVerdict } from './uscc.ts';
export { checkUscc, overridableUsccReasons } from './uscc.ts';

/** Every word a verdict's `reason` can be. */
export type IdReason = UsccReason | PlateReason;

/** Credit codes are plain ASCII; every plate has a Chinese character. */
const ascii = /^[\x20-\x7e]*$/;

/**
 * What a person may type is often not how an identifier is written: full-width or small letters,
 * spaces, the dot after a plate's issuing office. Gives it as written, for the checks and to keep.
 */
export function normalizeId(typed: string): string {
  return typed
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[\s·•・.]/g, '');
}

/** Judges one unified social credit code or plate, whichever it looks like. Never throws. */
export function checkId(id: string): UsccVerdict | PlateVerdict {
  return ascii.test(id) ? checkUscc(id) : checkPlate(id);
}
