import { claimOf, claims, disowned, type PositionSentence, positionTypes } from './claims.ts';
import type { FixRefusal, GnssFix } from './fix.ts';
import type { Sentence, SentenceType } from './sentences.ts';

const mpsPerKnot = 1852 / 3600;
const mpsPerKmh = 1 / 3.6;
/** Fewer satellites cannot give a height: the receiver holds an old one. */
const satellitesFor3d = 4;

type Kept = { -readonly [T in SentenceType]?: Extract<Sentence, { type: T }> };

/** How much a sentence has to say. */
function rank(sentence: Sentence): number {
  switch (sentence.type) {
    case 'GSA':
      return sentence.values.fix ?? 0;
    case 'GSV':
    case 'VTG':
    case 'ZDA':
      return 0;
    default:
      return claims.indexOf(claimOf(sentence));
  }
}

/**
 * Which of two sentences of one kind counts. Of two talkers the one that says more: one satellite
 * system may be without a fix of its own, and GN speaks for all together. Of one talker that
 * contradicts itself the one that says less, except GSA, which comes once a satellite system.
 */
function replaces(sentence: Sentence, before: Sentence): boolean {
  const more = rank(sentence) - rank(before);
  if (sentence.talker === before.talker && sentence.type !== 'GSA') return more < 0;
  return more > 0 || (more === 0 && sentence.talker === 'GN' && before.talker !== 'GN');
}

function hasMeasuredPlace(sentence: PositionSentence): boolean {
  const { lat, lon } = sentence.values;
  return claimOf(sentence) === 'measured' && lat !== null && lon !== null;
}

/** The sentences of one moment, at most one of each kind: bounded whatever arrives. */
export class Epoch {
  /** Milliseconds since midnight UTC; null while no sentence has said it. */
  readonly timeOfDayMs: number | null;
  readonly #kept: Kept = {};
  readonly #seen = new Set<string>();

  constructor(timeOfDayMs: number | null) {
    this.timeOfDayMs = timeOfDayMs;
  }

  /**
   * Whether a sentence is of this moment. Without a time of its own it is, unless its talker has
   * said the same before: then a receiver without a clock begins its next round.
   */
  includes({ talker, type, values }: PositionSentence): boolean {
    if (values.timeOfDayMs !== null) return values.timeOfDayMs === this.timeOfDayMs;
    return !this.#seen.has(talker + type);
  }

  keep(sentence: Sentence): void {
    this.#seen.add(sentence.talker + sentence.type);
    const before = this.#kept[sentence.type];
    if (before === undefined || replaces(sentence, before)) {
      Object.assign(this.#kept, { [sentence.type]: sentence });
    }
  }

  /** Folds the sentences into one fix. The date is the caller's: `timeMs` null is unknown. */
  fold(timeMs: number | null): GnssFix {
    const { RMC, VTG, GGA, GNS, GSA } = this.#kept;
    const told = positionTypes.flatMap((type) => this.#kept[type] ?? []);
    const place = told.find(hasMeasuredPlace)?.values ?? null;
    const reason = disowned(told) ?? this.#missing(timeMs, place);
    const valid = reason === null;
    const satsUsed = GNS?.values.satsUsed ?? GGA?.values.satsUsed ?? null;
    const altM = GGA?.values.altM ?? GNS?.values.altM ?? null;
    const courseDeg = RMC?.values.courseDeg ?? VTG?.values.courseDeg ?? null;
    return {
      timeMs,
      lat: valid ? (place?.lat ?? null) : null,
      lon: valid ? (place?.lon ?? null) : null,
      altM: valid ? altM : null,
      speedMps: valid ? this.#speedMps() : null,
      courseDeg: valid && courseDeg !== null ? courseDeg % 360 : null,
      fix: valid ? dimensions(GSA?.values.fix ?? null, altM, satsUsed) : 'none',
      satsUsed,
      hdop: GNS?.values.hdop ?? GGA?.values.hdop ?? GSA?.values.hdop ?? null,
      valid,
      reason,
    };
  }

  #missing(timeMs: number | null, place: object | null): FixRefusal | null {
    if (this.timeOfDayMs === null) return 'no-time';
    if (timeMs === null) return 'no-date';
    return place === null ? 'no-position' : null;
  }

  #speedMps(): number | null {
    const { RMC, VTG } = this.#kept;
    const knots = RMC?.values.speedKn ?? VTG?.values.speedKn ?? null;
    if (knots !== null) return micro(knots * mpsPerKnot);
    const kmh = VTG?.values.speedKmh ?? null;
    return kmh === null ? null : micro(kmh * mpsPerKmh);
  }
}

function micro(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}

/** GSA's word counts; without it a fix is 2d unless height and satellites say otherwise. */
function dimensions(
  gsaFix: number | null,
  altM: number | null,
  satsUsed: number | null,
): '2d' | '3d' {
  if (gsaFix === 2 || gsaFix === 3) return `${gsaFix}d`;
  return altM === null || (satsUsed ?? satellitesFor3d) < satellitesFor3d ? '2d' : '3d';
}
