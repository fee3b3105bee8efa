import type { FieldKind } from './field-kinds.ts';
import * as kinds from './field-kinds.ts';

/** Talkers that are satellite receivers: GPS, combined, GLONASS, Galileo, BeiDou twice, QZSS. */
export const talkers = ['GP', 'GN', 'GL', 'GA', 'BD', 'GB', 'GQ'] as const;
export type Talker = (typeof talkers)[number];

const status = kinds.letter(['A', 'V']);
/** Autonomous, differential, estimated, float RTK, manual, not valid, precise, RTK, simulated. */
const mode = kinds.letter(['A', 'D', 'E', 'F', 'M', 'N', 'P', 'R', 'S']);
const safety = kinds.letter(['S', 'C', 'U', 'V']);
const satelliteCount = kinds.integer(0, 999, 2);
const dilution = kinds.unsigned(2);
const altitude = kinds.signed(1);
const speed = kinds.unsigned(3);
const anyText = kinds.text(/./);

/**
 * The sentences read and written, NMEA 0183 version 4.11 with the older ones that are a beginning
 * of it: field after field, the name with its unit and how it is written. Fields a receiver adds
 * behind the last one are passed over, fields it leaves out at the end are empty.
 */
const layouts = {
  RMC: {
    timeOfDayMs: kinds.timeOfDay,
    status,
    lat: kinds.latitude,
    lon: kinds.longitude,
    speedKn: speed,
    courseDeg: kinds.degrees,
    dateMs: kinds.shortDate,
    variationDeg: kinds.magneticVariation,
    mode,
    safety,
  },
  GGA: {
    timeOfDayMs: kinds.timeOfDay,
    lat: kinds.latitude,
    lon: kinds.longitude,
    quality: kinds.integer(0, 8),
    satsUsed: satelliteCount,
    hdop: dilution,
    altM: kinds.withUnit(altitude, 'M'),
    geoidM: kinds.withUnit(altitude, 'M'),
    correctionAgeS: kinds.unsigned(1),
    stationId: anyText,
  },
  GSA: {
    selection: kinds.letter(['A', 'M']),
    fix: kinds.integer(1, 3),
    satellites: kinds.satelliteNumbers(12),
    pdop: dilution,
    hdop: dilution,
    vdop: dilution,
    // A hex digit in the standard; SiRF receivers write a fourth dilution in its place.
    systemId: anyText,
  },
  GSV: {
    messages: kinds.integer(1, 99),
    message: kinds.integer(1, 99),
    satsInView: satelliteCount,
    inView: kinds.satellitesInView,
  },
  VTG: {
    courseDeg: kinds.withUnit(kinds.degrees, 'T'),
    magneticCourseDeg: kinds.withUnit(kinds.degrees, 'M'),
    speedKn: kinds.withUnit(speed, 'N'),
    speedKmh: kinds.withUnit(speed, 'K'),
    mode,
  },
  GLL: {
    lat: kinds.latitude,
    lon: kinds.longitude,
    timeOfDayMs: kinds.timeOfDay,
    status,
    mode,
  },
  ZDA: {
    timeOfDayMs: kinds.timeOfDay,
    dateMs: kinds.longDate,
    zoneHours: kinds.integer(-13, 13, 2),
    zoneMinutes: kinds.integer(-59, 59, 2),
  },
  GNS: {
    timeOfDayMs: kinds.timeOfDay,
    lat: kinds.latitude,
    lon: kinds.longitude,
    // One mode letter a satellite system.
    modes: kinds.text(/^[ADEFMNPRS]{1,10}$/),
    satsUsed: satelliteCount,
    hdop: dilution,
    altM: altitude,
    geoidM: altitude,
    correctionAgeS: kinds.unsigned(1),
    stationId: anyText,
    safety,
  },
} as const satisfies Record<string, Record<string, FieldKind<unknown>>>;

type Layouts = typeof layouts;
export type SentenceType = keyof Layouts;

/** The fields of a sentence; an empty field is null, never 0. */
export type Values<T extends SentenceType> = {
  readonly [Name in keyof Layouts[T]]: Layouts[T][Name] extends FieldKind<infer V>
    ? V | null
    : never;
};

export type Sentence = {
  [T in SentenceType]: {
    readonly talker: Talker;
    readonly type: T;
    readonly values: Values<T>;
  };
}[SentenceType];

/** A sentence, or one that is none of ours to read, or one with a field that cannot be. */
export type Decoded =
  | { readonly sentence: Sentence }
  | { readonly foreign: string }
  | { readonly badField: string };

type Layout = Readonly<Record<string, FieldKind<unknown>>>;

function layoutOf(type: SentenceType): Layout {
  return layouts[type] as Layout;
}

/**
 * Reads the body of a sentence, the text between `$` and `*`. Talkers and sentences that are not
 * in the tables above, proprietary ones among them, are `foreign`: data, not an error. One field
 * outside the standard refuses the whole sentence: its checksum was luck. Never throws.
 */
export function decodeSentence(body: string): Decoded {
  const [address = '', ...texts] = body.split(',');
  const talker = talkers.find((known) => known === address.slice(0, 2));
  const type = address.slice(2);
  if (talker === undefined || !Object.hasOwn(layouts, type)) return { foreign: address };
  const values: Record<string, unknown> = {};
  let at = 0;
  for (const [name, kind] of Object.entries(layoutOf(type as SentenceType))) {
    const own = texts.slice(at, at + kind.width);
    at += kind.width;
    const isEmpty = own.every((field) => field === '');
    const value = isEmpty ? null : kind.read(own);
    if (value === undefined) return { badField: `${type}.${name}` };
    values[name] = value;
  }
  return { sentence: { talker, type, values } as unknown as Sentence };
}

/**
 * The body of a sentence, ready for `frameSentence`. Values left out or null are empty fields.
 * Throws RangeError for a value that no reader would take back.
 */
export function encodeSentence<T extends SentenceType>(
  talker: Talker,
  type: T,
  values: Partial<Values<T>>,
): string {
  const given = values as Readonly<Record<string, unknown>>;
  const body = Object.entries(layoutOf(type)).flatMap(([name, kind]) => {
    const value = given[name] ?? null;
    if (value !== null) return kind.write(value);
    return Number.isFinite(kind.width) ? Array<string>(kind.width).fill('') : [];
  });
  const encoded = [talker + type, ...body].join(',');
  const decoded = decodeSentence(encoded);
  if ('badField' in decoded) throw new RangeError(`${decoded.badField} cannot be written`);
  return encoded;
}
