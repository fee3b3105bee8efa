import { readFileSync } from 'node:fs';

const folder = new URL('../../vectors/nmea/', import.meta.url);

/** A fix as gpsd reported it. Degrees, metres, metres a second; fields it did not know are absent. */
export interface GpsdFix {
  readonly time: string;
  readonly mode: 2 | 3;
  readonly lat: number;
  readonly lon: number;
  readonly altMSL?: number;
  readonly speed?: number;
  readonly track?: number;
}

export interface GpsdLog {
  readonly file: string;
  readonly sentences: Readonly<Record<string, number>>;
  readonly gpsd_expected: { readonly fixes: readonly GpsdFix[] };
}

export function readVector(name: string): Uint8Array {
  return readFileSync(new URL(name, folder));
}

export function readJson<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as T;
}

export const gpsdLogs = readJson<readonly GpsdLog[]>('expected-gpsd.json');

/** Every sentence of the logs as it stands there, without line end, notes left out. */
export function recordedSentences(): string[] {
  return gpsdLogs.flatMap(({ file }) =>
    Buffer.from(readVector(file))
      .toString('latin1')
      .split(/[\r\n]+/)
      .filter((line) => line.startsWith('$')),
  );
}

/** Numbers from 0 to 1 exclusive that a seed decides (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
