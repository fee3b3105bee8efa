import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { destination, distanceM } from '../../../protocols/geo/geo.ts';
import {
  findStops,
  jumps,
  lengthM,
  type TimedPlace,
  TrackCsv,
  type TrackPoint,
} from '../../../protocols/track/track.ts';
import { Random, seedOr } from '../../support/random.ts';
import { runCommand } from '../geo/run-command.ts';

interface Expected {
  readonly file: string;
  readonly expected: {
    readonly points: number;
    readonly start: string;
    readonly durationS: number;
    readonly pathM_raw: number;
    readonly jumpsOver200kmh: readonly { atS: number; m: number; kmh: number }[];
    readonly stops_r30m_60s: readonly { fromS: number; durS: number; lat: number; lon: number }[];
    readonly stops_r50m_180s: readonly unknown[];
  };
}

const folder = new URL('../../vectors/tracks/', import.meta.url);
const textOf = (file: string) => readFileSync(new URL(file, folder), 'utf8');
const tracks: Expected[] = JSON.parse(textOf('expected.json')).tracks;

function pointsOf(text: string): TrackPoint[] {
  const csv = new TrackCsv();
  return text.split('\n').flatMap((line) => {
    const read = csv.line(line);
    if (read !== null && 'error' in read) throw new Error(`${line}: ${read.error}`);
    return read === null ? [] : [read.point];
  });
}

/** Fixes a second apart; each row: seconds, metres east of the origin. */
function drive(...rows: readonly (readonly [number, number])[]): TimedPlace[] {
  const origin = { lat: 38, lon: 115 };
  return rows.map(([second, eastM]) => ({
    ...destination(origin, 90, eastM),
    timeMs: second * 1000,
  }));
}

/** `count` fixes from a second on, all at one place. */
function stand(second: number, count: number, eastM: number): [number, number][] {
  return Array.from({ length: count }, (_, index) => [second + index, eastM]);
}

describe.each(tracks)('the recorded track $file', ({ file, expected }) => {
  const points = pointsOf(textOf(file));

  it('is read whole, with its length', () => {
    expect(points).toHaveLength(expected.points);
    expect(new Date(points[0]?.timeMs ?? 0).toISOString()).toBe(expected.start);
    expect(lengthM(points)).toBeCloseTo(expected.pathM_raw, 0);
  });

  it('has its jumps shown, none hidden and none invented', () => {
    expect(jumps(points).map(({ atS, kmh }) => [atS, Math.round(kmh)])).toEqual(
      expected.jumpsOver200kmh.map(({ atS, kmh }) => [atS, kmh]),
    );
  });

  it('has its stops where and when the plain rule finds them', () => {
    const stops = findStops(points);
    expect(stops).toHaveLength(expected.stops_r30m_60s.length);
    for (const [index, { fromS, durS, lat, lon }] of expected.stops_r30m_60s.entries()) {
      expect(Math.abs((stops[index]?.startS ?? 0) - fromS)).toBeLessThanOrEqual(1);
      expect(Math.abs((stops[index]?.durationS ?? 0) - durS)).toBeLessThanOrEqual(1);
      expect(distanceM(stops[index] ?? { lat: 0, lon: 0 }, { lat, lon })).toBeLessThan(1);
    }
    expect(stops.filter(({ durationS }) => durationS >= 180)).toHaveLength(
      expected.stops_r50m_180s.length,
    );
  });

  it('gives the same lines from the command, however its bytes are cut', () => {
    const runs = [7, 65_536].map((chunkBytes) =>
      runCommand('track stops', textOf(file), { chunkBytes }),
    );
    expect(runs[0]).toEqual(runs[1]);
    expect(runs[0]?.ok).toBe(true);
    expect(runs[0]?.printed).toEqual([
      ...findStops(points),
      { lengthM: expected.pathM_raw, jumps: expected.jumpsOver200kmh.length },
    ]);
  });
});

describe('a stop', () => {
  it('takes 60 s within 30 m, not less', () => {
    const passing = [
      [0, 0],
      [10, 200],
    ] as const;
    expect(findStops(drive(...passing, ...stand(20, 60, 400), [80, 600]))).toEqual([]);
    const [stop] = findStops(drive(...passing, ...stand(20, 61, 400), [81, 600]));
    expect(stop).toMatchObject({ startS: 20, durationS: 60 });
    expect(findStops(drive(...stand(0, 40, 0), ...stand(40, 40, 31)))).toEqual([]);
  });

  it('is not cut in two when the receiver jumps for a moment', () => {
    const rows = [...stand(0, 100, 0), [100, 500], ...stand(101, 100, 5), [202, 900]] as const;
    expect(findStops(drive(...rows))).toMatchObject([{ startS: 0, durationS: 200 }]);
    expect(jumps(drive(...rows)).map(({ atS }) => atS)).toEqual([100, 101, 202]);
  });

  it('is another one after a longer pause or at another place', () => {
    const later = [...stand(0, 100, 0), [130, 500], ...stand(161, 100, 5)] as const;
    expect(findStops(drive(...later))).toHaveLength(2);
    expect(findStops(drive(...stand(0, 100, 0), ...stand(100, 100, 60)))).toHaveLength(2);
  });

  it('that lasts 180 s is found where a receiver wanders by metres, as a wider rule finds it', () => {
    const random = new Random(seedOr(20_261_209));
    for (let turn = 0; turn < 100; turn += 1) {
      const [startS, durationS] = [random.whole(20, 100), random.whole(180, 900)];
      const centre = destination({ lat: 38, lon: 115 }, 90, startS * 20);
      const fixes = Array.from({ length: startS + durationS + 60 }, (_, second) => {
        const standing = second >= startS && second <= startS + durationS;
        const driven = second < startS ? second : second - durationS;
        const place = standing ? centre : destination({ lat: 38, lon: 115 }, 90, driven * 20);
        const error = destination(place, random.next() * 360, random.next() * 12);
        return { ...error, timeMs: second * 1000 };
      });
      const hint = `seed ${random.seed}, turn ${turn}`;
      const stops = findStops(fixes).filter((stop) => stop.durationS >= 120);
      expect(stops, hint).toHaveLength(1);
      expect(Math.abs((stops[0]?.startS ?? 0) - startS), hint).toBeLessThan(60);
      expect(Math.abs((stops[0]?.durationS ?? 0) - durationS), hint).toBeLessThan(60);
      expect(distanceM(stops[0] ?? centre, centre), hint).toBeLessThan(50);
    }
  });

  it('is not found in nothing, nor in a track whose time stands still', () => {
    expect(findStops([])).toEqual([]);
    expect(lengthM([])).toBe(0);
    const frozen = drive(...Array.from({ length: 500 }, (): [number, number] => [5, 0]));
    expect(findStops(frozen)).toEqual([]);
    expect(jumps(drive([5, 0], [5, 900], [4, 0]))).toEqual([]);
  });
});

describe('a track file', () => {
  it('may order its columns freely; an empty field is null, never 0', () => {
    const csv = new TrackCsv();
    expect(csv.line('\ufefflon,lat,time,speed_kmh,alt_m\r')).toBeNull();
    expect(csv.line('115.5,38.25,2024-01-01T00:00:00Z,,12.5')).toEqual({
      point: {
        timeMs: Date.parse('2024-01-01T00:00:00Z'),
        lat: 38.25,
        lon: 115.5,
        speedKmh: null,
        altM: 12.5,
        courseDeg: null,
      },
    });
  });

  it('has lines refused one by one, and the rest read', () => {
    const input = [
      'time,lat,lon',
      '2024-01-01T00:00:00Z,38,115',
      'yesterday,38,115',
      '2024-01-01,38,115',
      '2024-01-01T00:00:01Z,99,115',
      '2024-01-01T00:00:01Z,38',
      '',
      '2024-01-01T00:00:02Z,38.001,115',
    ].join('\n');
    const run = runCommand('track stops', input);
    expect(run.printed).toEqual([
      { error: 'bad-time', line: 3 },
      { error: 'bad-time', line: 4 },
      { error: 'bad-position', line: 5 },
      { error: 'bad-position', line: 6 },
      { lengthM: 111.2, jumps: 1 },
    ]);
    expect(run.ok).toBe(false);
    expect(runCommand('track stops', 'a,b\n1,2\n').printed).toEqual([
      { error: 'no-header', line: 1 },
      { error: 'no-header', line: 2 },
      { lengthM: 0, jumps: 0 },
    ]);
  });
});
