import {
  type Command,
  type CommandLine,
  LineSession,
  requiredOption,
  UsageError,
} from '../command.ts';
import { convertDatum, type Datum, datums, isLatLon } from './geo.ts';
import { jsonOfLine } from './json-line.ts';

/** Digits printed: 0.1 mm, finer than any source, and no tail of binary noise. */
const printedDigits = 9;

function datumNamed(name: string, option: string): Datum {
  if (Object.hasOwn(datums, name)) return datums[name as keyof typeof datums];
  throw new UsageError(`--${option} must be one of ${Object.keys(datums).join(', ')}`);
}

function convertLine(line: string, from: Datum, to: Datum): CommandLine {
  const place = jsonOfLine(line);
  if (!isLatLon(place)) return { print: { error: 'bad-position' }, ok: false };
  const { lat, lon } = convertDatum(place, from, to);
  const print = {
    lat: Number(lat.toFixed(printedDigits)),
    lon: Number(lon.toFixed(printedDigits)),
  };
  return { print, ok: true };
}

export const geoCommands: readonly Command[] = [
  {
    words: ['geo', 'convert'],
    usage: 'geo convert --from wgs84|gcj02 --to wgs84|gcj02 < {lat, lon} lines',
    options: ['from', 'to'],
    readsStdin: true,
    start: (context) => {
      const from = datumNamed(requiredOption(context, 'from'), 'from');
      const to = datumNamed(requiredOption(context, 'to'), 'to');
      return new LineSession((line) => [convertLine(line, from, to)]);
    },
  },
];
