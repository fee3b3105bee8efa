import { dayMs, fullYear, utcMidnightMs } from './calendar.ts';

/**
 * How one value stands in the comma-separated fields of a sentence, both ways. The interpreter
 * makes null of fields that are all empty; they never reach a kind.
 */
export interface FieldKind<T> {
  /** How many fields it takes; Infinity for all that are left. */
  readonly width: number;
  /** Null for a unit or side without a value; undefined for what the standard does not allow. */
  read(texts: readonly string[]): T | null | undefined;
  write(value: T): readonly string[];
}

function single<T>(
  read: (text: string) => T | undefined,
  write: (value: T) => string,
): FieldKind<T> {
  return { width: 1, read: ([text = '']) => read(text), write: (value) => [write(value)] };
}

/** Digits are counted so that a number never leaves the range a double holds exactly. */
const unsignedShape = /^(?:\d{1,9}(?:\.\d{0,9})?|\.\d{1,9})$/;

/** Number ≥ 0, written with this many decimals. */
export function unsigned(decimals: number): FieldKind<number> {
  return single(
    (text) => (unsignedShape.test(text) ? Number(text) : undefined),
    (value) => value.toFixed(decimals),
  );
}

/** Number of either sign, written with this many decimals. */
export function signed(decimals: number): FieldKind<number> {
  return single(
    (text) => (unsignedShape.test(text.replace(/^[-+]/, '')) ? Number(text) : undefined),
    (value) => value.toFixed(decimals),
  );
}

/** Whole number from `min` to `max`, written with at least this many digits. */
export function integer(min: number, max: number, digits = 1): FieldKind<number> {
  return single(
    (text) => {
      const value = /^[-+]?\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
      return value >= min && value <= max ? value : undefined;
    },
    (value) => String(value).padStart(digits, '0'),
  );
}

/** One of these single letters. */
export function letter<const L extends string>(letters: readonly L[]): FieldKind<L> {
  return single(
    (text) => letters.find((known) => known === text),
    (value) => value,
  );
}

/** Text of this shape. */
export function text(shape: RegExp): FieldKind<string> {
  return single(
    (value) => (shape.test(value) ? value : undefined),
    (value) => value,
  );
}

/** Direction in degrees, 0 to 360. */
export const degrees: FieldKind<number> = single(
  (value) => {
    const read = unsignedShape.test(value) ? Number(value) : Number.NaN;
    return read <= 360 ? read : undefined;
  },
  (value) => value.toFixed(2),
);

/** A value and the letter of its unit, as `72.5,M`. An empty unit is let pass, another is not. */
export function withUnit(kind: FieldKind<number>, unit: string): FieldKind<number> {
  return {
    width: 2,
    read: ([value = '', given = '']) => {
      if (given !== '' && given !== unit) return undefined;
      return value === '' ? null : kind.read([value]);
    },
    write: (value) => [...kind.write(value), unit],
  };
}

/** Time of day `hhmmss.sss` in milliseconds; finer digits are dropped. 60 is a leap second. */
export const timeOfDay: FieldKind<number> = single(
  (value) => {
    const parts = /^(\d\d)(\d\d)(\d\d)(?:\.(\d{0,9}))?$/.exec(value);
    if (parts === null) return undefined;
    const [hour, minute, second] = [Number(parts[1]), Number(parts[2]), Number(parts[3])];
    if (hour > 23 || minute > 59 || second > 60) return undefined;
    const fractionMs = Number((parts[4] ?? '').padEnd(3, '0').slice(0, 3));
    return ((hour * 60 + minute) * 60 + second) * 1000 + fractionMs;
  },
  (ms) => new Date(ms % dayMs).toISOString().slice(11, 23).replaceAll(':', ''),
);

/** Date `ddmmyy` as Unix milliseconds of its midnight, years 1980 to 2079. */
export const shortDate: FieldKind<number> = single(
  (value) => {
    const parts = /^(\d\d)(\d\d)(\d\d)$/.exec(value);
    if (parts === null) return undefined;
    return utcMidnightMs(fullYear(Number(parts[3])), Number(parts[2]), Number(parts[1]));
  },
  (ms) => {
    const [day = '', month = '', year = ''] = longDate.write(ms);
    if (fullYear(Number(year) % 100) !== Number(year)) {
      throw new RangeError(`two digits cannot tell the year ${year}`);
    }
    return day + month + year.slice(2);
  },
);

/** Date `dd,mm,yyyy` as Unix milliseconds of its midnight. */
export const longDate: FieldKind<number> = {
  width: 3,
  read: ([day = '', month = '', year = '']) =>
    /^\d{1,2},\d{1,2},\d{4}$/.test(`${day},${month},${year}`)
      ? utcMidnightMs(Number(year), Number(month), Number(day))
      : undefined,
  write: (ms) => new Date(ms).toISOString().slice(0, 10).split('-').reverse(),
};

/** Written precision of an angle: 1e-5 minutes, 1.9 cm of latitude. */
const angleDecimals = 5;
const angleUnits = 10 ** angleDecimals;

/** Degrees are kept to 1e-9, a tenth of a millimetre: the rest is noise of the division. */
const degreeUnits = 1e9;

/**
 * `ddmm.mmm,N` in signed degrees. Sixty minutes are let pass: receivers round up to it, and the
 * MTK 3301 writes the pole as 8960.000000 while it has no fix.
 */
function angle(degreeDigits: number, max: number, letters: string): FieldKind<number> {
  const shape = new RegExp(`^(\\d{${degreeDigits}})(\\d\\d(?:\\.\\d{0,12})?),([${letters}])$`);
  return {
    width: 2,
    read: ([value = '', side = '']) => {
      if (value === '') return null;
      const parts = shape.exec(`${value},${side}`);
      const minutes = Number(parts?.[2]);
      const read = Number(parts?.[1]) + minutes / 60;
      if (parts === null || minutes > 60 || read > max) return undefined;
      const rounded = Math.round(read * degreeUnits) / degreeUnits;
      return parts[3] === letters[0] || rounded === 0 ? rounded : -rounded;
    },
    write: (value) => {
      const units = Math.round(Math.abs(value) * 60 * angleUnits);
      const whole = Math.floor(units / (60 * angleUnits));
      const minutes = ((units % (60 * angleUnits)) / angleUnits).toFixed(angleDecimals);
      const digits = String(whole).padStart(degreeDigits, '0');
      return [digits + minutes.padStart(angleDecimals + 3, '0'), letters[value < 0 ? 1 : 0] ?? ''];
    },
  };
}

export const latitude = angle(2, 90, 'NS');
export const longitude = angle(3, 180, 'EW');

/** `4.2,W` in signed degrees, east positive. */
export const magneticVariation: FieldKind<number> = {
  width: 2,
  read: ([value = '', side = '']) => {
    if (value === '') return null;
    if (side !== 'E' && side !== 'W') return undefined;
    const read = degrees.read([value]);
    return side === 'W' && read ? -read : read;
  },
  write: (value) => [Math.abs(value).toFixed(1), value < 0 ? 'W' : 'E'],
};

/** Fixed number of fields with a satellite number each; empty ones are left out. */
export function satelliteNumbers(width: number): FieldKind<readonly number[]> {
  return {
    width,
    read: (texts) => {
      const given = texts.filter((value) => value !== '');
      return given.every((value) => /^\d{1,3}$/.test(value)) ? given.map(Number) : undefined;
    },
    write: (numbers) => Array.from({ length: width }, (_, i) => pad(numbers[i], 2)),
  };
}

function pad(value: number | null | undefined, digits: number): string {
  return value === null || value === undefined ? '' : String(value).padStart(digits, '0');
}

export interface SatelliteInView {
  readonly number: number | null;
  readonly elevationDeg: number | null;
  readonly azimuthDeg: number | null;
  readonly signalDbHz: number | null;
}

export interface SatellitesInView {
  readonly satellites: readonly SatelliteInView[];
  /** Since NMEA 4.10; null before. */
  readonly signalId: string | null;
}

/**
 * The end of a GSV: groups of four fields a satellite, any number of them, and since NMEA 4.10
 * one more field, known only by the count. Groups that are empty altogether are left out.
 */
export const satellitesInView: FieldKind<SatellitesInView> = {
  width: Number.POSITIVE_INFINITY,
  read: (texts) => {
    const hasSignal = texts.length % 4 === 1;
    const signalId = hasSignal ? texts.at(-1) : '';
    const groups = hasSignal ? texts.slice(0, -1) : texts;
    if (groups.length % 4 !== 0 || !/^[0-9A-F]?$/.test(signalId ?? '')) return undefined;
    if (!groups.every((value) => /^\d{0,3}$/.test(value))) return undefined;
    const numbers = groups.map((value) => (value === '' ? null : Number(value)));
    const satellites: SatelliteInView[] = [];
    for (let i = 0; i < numbers.length; i += 4) {
      const [number = null, elevationDeg = null, azimuthDeg = null, signalDbHz = null] =
        numbers.slice(i, i + 4);
      if (groups.slice(i, i + 4).some((value) => value !== '')) {
        satellites.push({ number, elevationDeg, azimuthDeg, signalDbHz });
      }
    }
    return { satellites, signalId: signalId === '' ? null : (signalId ?? null) };
  },
  write: ({ satellites, signalId }) => [
    ...satellites.flatMap((one) => [
      pad(one.number, 2),
      pad(one.elevationDeg, 2),
      pad(one.azimuthDeg, 3),
      pad(one.signalDbHz, 2),
    ]),
    ...(signalId === null ? [] : [signalId]),
  ],
};
