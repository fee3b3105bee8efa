/**
 * Licence plates of the Chinese mainland (GA 36-2018), written without the dot:
 *
 *     冀A12345    冀AD12345 small, 冀A12345D large new-energy vehicle    冀A1234挂
 *     │└ issuing office, a letter without I and O
 *     └ province
 */

const provinces = '京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼';
const letter = '[A-HJ-NP-Z]';
const serial = '[A-HJ-NP-Z0-9]';
/** Battery-electric D A B C E, other new-energy F G H J K. */
const energyLetter = '[A-HJK]';

/** Which plate it is. `special` ends in 挂 学 警 港 澳 领 试 超, `emergency` in 应急. */
export type PlateFamily =
  | 'normal'
  | 'special'
  | 'new-energy-small'
  | 'new-energy-large'
  | 'emergency'
  | 'embassy';

/** What follows the province, by family. */
const families: readonly (readonly [PlateFamily, RegExp])[] = [
  ['normal', new RegExp(`^${letter}${serial}{5}$`)],
  ['special', new RegExp(`^${letter}${serial}{4}[挂学警港澳领试超]$`)],
  ['new-energy-small', new RegExp(`^${letter}${energyLetter}${serial}\\d{4}$`)],
  ['new-energy-large', new RegExp(`^${letter}\\d{5}${energyLetter}$`)],
  ['emergency', new RegExp(`^${letter}${serial}{4}应急$`)],
];
/** Embassies have no province; their mark stands in front or behind. */
const embassy = /^(使\d{6}|\d{6}使)$/;

/**
 * Why a plate is refused. `energy-letter`: as long as a new-energy plate, and of the right
 * characters, but without its letter in the third or last place.
 */
export type PlateReason = 'length' | 'province' | 'format' | 'energy-letter';

export interface PlateVerdict {
  readonly kind: 'plate';
  readonly valid: boolean;
  readonly reason: PlateReason | null;
  /** Null when not valid. */
  readonly family: PlateFamily | null;
}

const lengths: readonly number[] = [7, 8];
const newEnergyShape = new RegExp(`^${letter}${serial}{6}$`);

function plateReason(plate: string): PlateReason {
  if (!lengths.includes(plate.length)) return 'length';
  if (!provinces.includes(plate.charAt(0))) return 'province';
  return newEnergyShape.test(plate.slice(1)) ? 'energy-letter' : 'format';
}

function plateFamily(plate: string): PlateFamily | null {
  if (embassy.test(plate)) return 'embassy';
  if (!provinces.includes(plate.charAt(0))) return null;
  const rest = plate.slice(1);
  return families.find(([, pattern]) => pattern.test(rest))?.[0] ?? null;
}

/** Judges a plate as written: capital letters, no dot, no spaces. Never throws. */
export function checkPlate(plate: string): PlateVerdict {
  const family = plateFamily(plate);
  return {
    kind: 'plate',
    valid: family !== null,
    reason: family === null ? plateReason(plate) : null,
    family,
  };
}
