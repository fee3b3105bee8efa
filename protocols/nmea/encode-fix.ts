import { dayMs } from './calendar.ts';
import type { GnssFix } from './fix.ts';
import { frameSentence } from './framing.ts';
import { encodeSentence, type Talker, type Values } from './sentences.ts';

const knotsPerMps = 3600 / 1852;

/** Sentences that can be written from a fix. */
export type FixSentence = 'RMC' | 'GGA' | 'GSA' | 'VTG' | 'ZDA';

export interface EncodeFixOptions {
  /** Default `GN`. */
  readonly talker?: Talker;
  /** In this order; default RMC, GGA. */
  readonly sentences?: readonly FixSentence[];
}

function stamp({ timeMs }: GnssFix) {
  if (timeMs === null) return { timeOfDayMs: null, dateMs: null };
  const timeOfDayMs = timeMs % dayMs;
  return { timeOfDayMs, dateMs: timeMs - timeOfDayMs };
}

function speedKn({ speedMps }: GnssFix): number | null {
  return speedMps === null ? null : speedMps * knotsPerMps;
}

function mode({ valid }: GnssFix): 'A' | 'N' {
  return valid ? 'A' : 'N';
}

/** What each sentence takes from a fix. One that is not valid makes void sentences. */
const valuesOf: { readonly [T in FixSentence]: (fix: GnssFix) => Partial<Values<T>> } = {
  RMC: (fix) => ({
    ...stamp(fix),
    status: fix.valid ? 'A' : 'V',
    lat: fix.lat,
    lon: fix.lon,
    speedKn: speedKn(fix),
    courseDeg: fix.courseDeg,
    mode: mode(fix),
  }),
  GGA: (fix) => ({
    timeOfDayMs: stamp(fix).timeOfDayMs,
    lat: fix.lat,
    lon: fix.lon,
    quality: fix.valid ? 1 : 0,
    satsUsed: fix.satsUsed,
    hdop: fix.hdop,
    altM: fix.altM,
  }),
  GSA: (fix) => ({
    selection: 'A',
    fix: { none: 1, '2d': 2, '3d': 3 }[fix.fix],
    hdop: fix.hdop,
  }),
  VTG: (fix) => ({ courseDeg: fix.courseDeg, speedKn: speedKn(fix), mode: mode(fix) }),
  ZDA: (fix) => ({ ...stamp(fix), zoneHours: 0, zoneMinutes: 0 }),
};

/**
 * The sentences of one fix as a receiver writes them, each with checksum, CR and LF. Throws
 * RangeError for values no sentence can carry, as a latitude above 90 or a year before 1980.
 */
export function encodeFix(fix: GnssFix, options: EncodeFixOptions = {}): string {
  const { talker = 'GN', sentences = ['RMC', 'GGA'] } = options;
  return sentences
    .map((type) => frameSentence(encodeSentence(talker, type, valuesOf[type](fix))))
    .join('');
}
