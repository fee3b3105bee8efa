import { describe, expect, it } from 'vitest';
import { createPlaces } from '../../../gateway/place/places.ts';
import { FlagWatch } from '../../../gateway/track-export/flags.ts';
import type { TrackFix } from '../../../gateway/track-export/track-pages.ts';
import { matchWindow, trackPoints } from '../../../gateway/track-export/track-points.ts';
import { summaryOf } from '../../../gateway/track-export/trips.ts';
import { distanceM } from '../../../protocols/geo/geo.ts';
import { latOf, networksOf, networkText, roadLon } from '../place/network.ts';
import { startMs } from '../scan/kit.ts';
import { SeededRandom } from '../seeded-random.ts';
import { all, oneByOne, recordedTrack, trackFix } from './track-kit.ts';

function flagsOf(fixes: readonly TrackFix[]) {
  const watch = new FlagWatch();
  return fixes.map((fix) => watch.judge(fix));
}

function pointsOf(fixes: readonly TrackFix[]) {
  return all(trackPoints(oneByOne(fixes), (some) => some.map(() => null)));
}

describe('fixes that are hard to believe', () => {
  it('are flagged where a recorded receiver jumps at 1,693 km/h, and nowhere else', () => {
    const fixes = recordedTrack('barefoot-munich-1hz.csv');
    const flags = flagsOf(fixes);
    const firstMs = fixes[0]?.happenedAtMs ?? 0;
    const flaggedS = fixes
      .filter((_, index) => (flags[index]?.length ?? 0) > 0)
      .map(({ happenedAtMs }) => (happenedAtMs - firstMs) / 1000);
    expect(flaggedS).toEqual([620, 621, 622]);
    for (const file of [
      'comma2k19-ublox-10hz.csv',
      'comma2k19-qcom.csv',
      'graphhopper-leipzig.csv',
    ]) {
      expect([file, flagsOf(recordedTrack(file)).flat()]).toEqual([file, []]);
    }
  });

  it('are the outlier, not the good fix after it', () => {
    const place = (second: number, lat: number, rest = {}) =>
      trackFix(second * 1000, lat, 114.6, { seq: second, ...rest });
    const flags = flagsOf([
      place(0, 38),
      place(5, 38.001),
      place(10, 38.9),
      place(15, 38.003),
      place(20, 38.004, { speedMps: 60 }),
    ]);
    expect(flags).toEqual([[], [], ['jump'], [], ['speed']]);
  });

  it('are those of a clock that stood or went back', () => {
    const flags = flagsOf([
      trackFix(1000, 38, 114.6, { seq: 10 }),
      trackFix(2000, 38, 114.6, { seq: 4 }),
      trackFix(3000, 38, 114.6, { seq: 11 }),
      trackFix(3000, 38.01, 114.6, { seq: 12 }),
      trackFix(4000, 38, 114.6, { seq: 1, epochNo: 2 }),
    ]);
    expect(flags).toEqual([[], ['time'], [], ['jump', 'time'], []]);
  });
});

describe('places of a long track', () => {
  it('are those that the whole track at once would give, window by window', async () => {
    const places = createPlaces({ networks: networksOf(networkText) });
    const seed = 20261125;
    const random = new SeededRandom(seed);
    const fixes = Array.from({ length: 2000 }, (_, index) =>
      trackFix(
        startMs + index * 1000,
        latOf(100_500 + index * 9),
        roadLon + (random.next() - 0.5) * 4e-4,
      ),
    );
    const sizes: number[] = [];
    const points = await all(
      trackPoints(oneByOne(fixes), (some) => {
        sizes.push(some.length);
        return places.alongTrack(some);
      }),
    );
    expect(points.map(({ happenedAtMs }) => happenedAtMs)).toEqual(
      fixes.map(({ happenedAtMs }) => happenedAtMs),
    );
    const whole = places.alongTrack(fixes).map((place) => `${place?.stake} ${place?.direction}`);
    const windowed = points.map(({ place }) => `${place?.stake} ${place?.direction}`);
    expect([seed, windowed]).toEqual([seed, whole]);
    expect(new Set(points.map(({ place }) => place?.direction))).toEqual(new Set(['INC']));
    expect(Math.max(...sizes)).toBeLessThanOrEqual(matchWindow.fixes + 2 * matchWindow.around);
  });

  it('leave out a flagged fix, which is told without a place', async () => {
    const places = createPlaces({ networks: networksOf(networkText) });
    const fixes = [0, 1, 2, 3].map((step) =>
      trackFix(startMs + step * 5000, latOf(101_000 + step * 100), roadLon),
    );
    fixes[2] = trackFix(startMs + 10_000, 38.5, roadLon - 0.15);
    const points = await all(trackPoints(oneByOne(fixes), (some) => places.alongTrack(some)));
    expect(points.map(({ place }) => place?.section ?? null)).toEqual(['G4', 'G4', null, 'G4']);
    expect(points[2]?.flags).toEqual(['jump']);
  });
});

describe('the summary of a track', () => {
  it('finds the stops of a recorded drive within 60 s and 50 m, and the trips between', async () => {
    const points = await pointsOf(recordedTrack('barefoot-munich-1hz.csv'));
    const { stops, trips, fixes, flagged } = summaryOf(points);
    const firstMs = points[0]?.happenedAtMs ?? 0;
    const expected = [
      { fromS: 407, durS: 72, lat: 48.152434, lon: 11.536784 },
      { fromS: 1030, durS: 81, lat: 48.125927, lon: 11.438939 },
    ];
    expect([fixes, flagged, stops.length, trips.length]).toEqual([points.length, 3, 2, 3]);
    for (const [index, { fromS, durS, lat, lon }] of expected.entries()) {
      const stop = stops[index] ?? { startMs: 0, endMs: 0, lat: 0, lon: 0 };
      expect(Math.abs((stop.startMs - firstMs) / 1000 - fromS)).toBeLessThanOrEqual(60);
      expect(Math.abs((stop.endMs - stop.startMs) / 1000 - durS)).toBeLessThanOrEqual(60);
      expect(distanceM(stop, { lat, lon })).toBeLessThanOrEqual(50);
    }
    const drivenM = trips.reduce((sum, { lengthM }) => sum + lengthM, 0);
    expect(drivenM).toBeGreaterThan(12_500);
    expect(drivenM).toBeLessThan(13_700);
  });

  it('says how long a trip was silent, and is empty without fixes', async () => {
    const fixes = [0, 5, 10, 600, 605].map((second) =>
      trackFix(second * 1000, 38 + second / 10_000, 114.6),
    );
    const { trips, stops } = summaryOf(await pointsOf(fixes));
    expect(trips).toMatchObject([{ startMs: 0, endMs: 605_000, silentMsMax: 590_000 }]);
    expect(stops).toEqual([]);
    expect(summaryOf([])).toEqual({ fixes: 0, flagged: 0, lengthM: 0, stops: [], trips: [] });
  });
});
