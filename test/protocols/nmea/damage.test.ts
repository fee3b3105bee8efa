import { describe, expect, it } from 'vitest';
import { type GnssFix, NmeaDecoder } from '../../../protocols/nmea/nmea.ts';
import { gpsdLogs, readVector, recordedSentences, seededRandom } from './logs.ts';

function decodePieces(pieces: readonly Uint8Array[]): GnssFix[] {
  const decoder = new NmeaDecoder();
  return [...pieces.flatMap((piece) => decoder.push(piece)), ...decoder.end()];
}

function cutAtRandom(bytes: Uint8Array, random: () => number, bytesMax: number): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = Math.floor(random() * (bytesMax + 1));
    pieces.push(bytes.subarray(at, at + length));
    at += length;
  }
  return pieces;
}

describe('NmeaDecoder in any chunking', () => {
  it.each(gpsdLogs)(
    'finds the same epochs in $file byte by byte and in random pieces',
    ({ file }) => {
      const bytes = readVector(file);
      const whole = decodePieces([bytes]);
      expect(decodePieces(Array.from(bytes, (byte) => Uint8Array.of(byte)))).toEqual(whole);
      for (let seed = 1; seed <= 20; seed++) {
        const pieces = cutAtRandom(bytes, seededRandom(seed), seed * seed);
        expect(decodePieces(pieces), `seed ${seed}`).toEqual(whole);
      }
    },
  );

  it.each(['gpsd-triton400.nmea', 'gpsd-nmea-fuzzy-cases.nmea'])(
    'finds the same epochs in %s split in two at every byte',
    (file) => {
      const bytes = readVector(file);
      const whole = decodePieces([bytes]);
      for (let at = 0; at <= bytes.length; at++) {
        const halves = decodePieces([bytes.subarray(0, at), bytes.subarray(at)]);
        expect(halves, `split at ${at}`).toEqual(whole);
      }
    },
  );

  it('loses at most the epoch of the cut sentence when a log is cut at any byte', () => {
    const bytes = readVector('gpsd-nmea-fuzzy-cases.nmea');
    const whole = decodePieces([bytes]).filter(({ valid }) => valid);
    for (let at = 0; at <= bytes.length; at++) {
      const cut = decodePieces([bytes.subarray(0, at)]).filter(({ valid }) => valid);
      expect(cut.slice(0, -1), `cut at ${at}`).toEqual(whole.slice(0, Math.max(0, cut.length - 1)));
    }
  });
});

type Mutation = (line: string, random: () => number) => string;

function at(line: string, random: () => number): number {
  return Math.floor(random() * line.length);
}

function put(line: string, from: number, length: number, text: string): string {
  return line.slice(0, from) + text + line.slice(from + length);
}

const mutations: readonly Mutation[] = [
  (line, random) => {
    const i = at(line, random);
    const flipped = line.charCodeAt(i) ^ (1 << Math.floor(random() * 8));
    return put(line, i, 1, String.fromCharCode(flipped));
  },
  (line, random) => put(line, at(line, random), 1, String.fromCharCode(Math.floor(random() * 256))),
  (line, random) => put(line, at(line, random), 0, String.fromCharCode(Math.floor(random() * 256))),
  (line, random) => put(line, at(line, random), Math.ceil(random() * 8), ''),
  (line, random) => line.slice(0, at(line, random)),
  (line, random) => line.slice(at(line, random)),
  (line, random) => put(line, at(line, random), 0, '$'),
  (line, random) => put(line, at(line, random), 0, line.slice(at(line, random))),
  (line, random) => put(line, at(line, random), 1, String(Math.floor(random() * 10))),
  (line) => line.slice(0, line.lastIndexOf('*')),
];

/** Kinds that an epoch takes positions from, with the fields that hold status, time and place. */
const readers: Readonly<Record<string, (f: readonly string[]) => string | null>> = {
  RMC: (f) => (f[2] === 'A' ? [f[1], f[3], f[4], f[5], f[6]].join() : null),
  GGA: (f) => (/^[1-5]$/.test(f[6] ?? '') ? [f[1], f[2], f[3], f[4], f[5]].join() : null),
  GLL: (f) => (f[6] === 'A' ? [f[5], f[1], f[2], f[3], f[4]].join() : null),
  GNS: (f) => (/[ADFPR]/.test(f[6] ?? '') ? [f[1], f[2], f[3], f[4], f[5]].join() : null),
};

function checksumIsRight(body: string, digits: string): boolean {
  let sum = 0;
  for (const byte of Buffer.from(body, 'latin1')) sum ^= byte;
  return sum === Number.parseInt(digits, 16);
}

function degrees(value: string, side: string): number {
  const point = value.indexOf('.') === -1 ? value.length : value.indexOf('.');
  const read = Number(value.slice(0, point - 2)) + Number(value.slice(point - 2)) / 60;
  return side === 'S' || side === 'W' ? -read : read;
}

function key(timeOfDayS: number, lat: number, lon: number): string {
  return `${timeOfDayS.toFixed(3)} ${lat.toFixed(7)} ${lon.toFixed(7)}`.replaceAll(
    '-0.0000000',
    '0.0000000',
  );
}

/** Time and place of every sentence in a text that may be believed; written apart on purpose. */
function believable(text: string): Set<string> {
  const keys = new Set<string>();
  for (const [, body = '', digits = ''] of text.matchAll(/\$([^$*\r\n]*)\*([0-9A-Fa-f]{2})/g)) {
    if (!checksumIsRight(body, digits)) continue;
    const fields = body.split(',');
    const said = readers[fields[0]?.slice(2) ?? '']?.(fields);
    if (said === null || said === undefined) continue;
    const [time = '', lat = '', north = '', lon = '', east = ''] = said.split(',');
    const seconds =
      Number(time.slice(0, 2)) * 3600 + Number(time.slice(2, 4)) * 60 + Number(time.slice(4));
    keys.add(key(seconds, degrees(lat, north), degrees(lon, east)));
  }
  return keys;
}

describe('NmeaDecoder on damaged input', () => {
  it('makes no epoch of a sentence with a wrong checksum in 100,000 mutated ones', () => {
    const seed = 20_260_109;
    const random = seededRandom(seed);
    const originals = recordedSentences();
    const lines: string[] = [];
    for (let i = 0; i < 100_000; i++) {
      const original = originals[Math.floor(random() * originals.length)] ?? '';
      const mutate = mutations[i % mutations.length];
      lines.push(mutate?.(original, random) ?? '');
      if (i % 10 === 0) lines.push(original);
    }
    const text = lines.join('\r\n');
    const bytes = Buffer.from(text, 'latin1');
    const decoder = new NmeaDecoder();
    const fixes = cutAtRandom(bytes, random, 4096).flatMap((piece) => decoder.push(piece));
    const allowed = believable(text);
    const valid = fixes.filter((fix) => fix.valid);
    for (const { timeMs, lat, lon } of valid) {
      const seconds = ((timeMs ?? 0) % 86_400_000) / 1000;
      expect(allowed, `seed ${seed}`).toContain(key(seconds, lat ?? 999, lon ?? 999));
    }
    // The generator did its work: sentences were refused, and whole ones found between them.
    const refused = Object.values(decoder.counts.refused).reduce((sum, count) => sum + count, 0);
    expect(refused).toBeGreaterThan(80_000);
    for (const count of Object.values(decoder.counts.refused)) expect(count).toBeGreaterThan(0);
    expect(valid.length).toBeGreaterThan(1000);
  });

  it('stays quiet and bounded on random bytes', () => {
    const seed = 7;
    const random = seededRandom(seed);
    const decoder = new NmeaDecoder();
    const noise = Uint8Array.from({ length: 1_000_000 }, () => Math.floor(random() * 256));
    expect(decoder.push(noise), `seed ${seed}`).toEqual([]);
    expect(decoder.end()).toEqual([]);
  });

  it('finds the next whole sentence after any cut one', () => {
    const whole = '$GPRMC,120000.00,A,3802.5680,N,11430.0000,E,0.0,,090126,,,A*7A\r\n';
    const before = '$GPGGA,115959.00,3700.0000,N,11400.0000,E,1,09,0.9,72.5,M,-9.1,M,,*49\r\n';
    for (let i = 0; i < before.length - 2; i++) {
      const [fix] = decodePieces([Buffer.from(before.slice(0, i) + whole)]).filter((f) => f.valid);
      expect(fix, `cut at ${i}`).toMatchObject({ lat: 38.0428, lon: 114.5 });
    }
  });
});
