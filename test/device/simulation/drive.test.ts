import { describe, expect, it } from 'vitest';
import { Drive, fold } from '../../../device/simulation/drive.ts';
import { Odometer } from '../../../device/simulation/odometer.ts';
import { trackPoints } from '../../../device/simulation/simulation.ts';
import { bearingDeg, destination, distanceM } from '../../../protocols/geo/geo.ts';
import { parseNetwork, type RoadNetwork } from '../../../protocols/network/network.ts';
import { startMs } from '../support/world.ts';

/** A straight road of 2 km to the east, both carriageways on one line. */
function road(): RoadNetwork {
  const west = { lat: 38, lon: 114.5 };
  const coordinates = [0, 500, 1000, 1500, 2000].map((metres) => {
    const { lat, lon } = destination(west, 90, metres);
    return [lon, lat];
  });
  const parsed = parseNetwork({
    type: 'FeatureCollection',
    datum: 'WGS-84',
    features: [
      {
        type: 'Feature',
        geometry: { type: 'LineString', coordinates },
        properties: {
          section: 'G4',
          align: '',
          carriageway: 'both',
          validFrom: '2020-01-01',
          anchors: [
            { stake: 'K10+000', vertex: 0 },
            { stake: 'K12+000', vertex: 4 },
          ],
        },
      },
    ],
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.network;
}

/** A recording of legs `[seconds, metres]`, northward. */
function recording(legs: readonly (readonly [number, number])[]): string {
  let place = { lat: 48, lon: 11 };
  let seconds = 0;
  const lines = ['time,lat,lon', row(seconds, place)];
  for (const [legS, legM] of legs) {
    seconds += legS;
    place = destination(place, 0, legM);
    lines.push(row(seconds, place));
  }
  return lines.join('\n');
}

function row(seconds: number, { lat, lon }: { lat: number; lon: number }): string {
  const time = new Date(Date.UTC(2014, 0, 1) + seconds * 1000).toISOString();
  return `${time},${lat.toFixed(9)},${lon.toFixed(9)}`;
}

function odometer(legs: readonly (readonly [number, number])[]): Odometer {
  return new Odometer(trackPoints(recording(legs)));
}

describe('a recorded drive', () => {
  const route = { section: 'G4', startStakeM: 10_200, direction: 'INC' } as const;

  it('keeps the recorded intervals and speeds, on another road and at another time', () => {
    const network = road();
    const drive = new Drive(
      { ...route, network },
      odometer([
        [10, 100],
        [20, 500],
        [30, 0],
      ]),
      startMs,
    );
    const from = network.point('G4', 10_200);
    if ('error' in from) throw new Error(from.error);
    const metresAfter = (seconds: number) => {
      const position = drive.at(startMs + seconds * 1000);
      return position === null ? Number.NaN : distanceM(from, position);
    };
    expect(metresAfter(0)).toBeCloseTo(0, 1);
    expect(metresAfter(5)).toBeCloseTo(50, 0);
    expect(metresAfter(10)).toBeCloseTo(100, 0);
    expect(metresAfter(20)).toBeCloseTo(350, 0);
    expect(metresAfter(45)).toBeCloseTo(600, 0);
    expect(drive.at(startMs + 5_000)?.speedMps).toBeCloseTo(10, 1);
    expect(drive.at(startMs + 20_000)?.speedMps).toBeCloseTo(25, 1);
    expect(drive.at(startMs + 45_000)?.speedMps).toBe(0);
    expect(drive.at(startMs + 5_000)?.courseDeg).toBeCloseTo(90, 0);
  });

  it('turns back at the end of the recording, without a jump', () => {
    const drive = new Drive({ ...route, network: road() }, odometer([[60, 1200]]), startMs);
    expect(drive.at(startMs + 70_000)?.courseDeg).toBeCloseTo(270, 0);
    let last = drive.at(startMs);
    for (let second = 1; second < 300; second += 1) {
      const next = drive.at(startMs + second * 1000);
      if (last === null || next === null) throw new Error('off the road');
      expect(distanceM(last, next)).toBeLessThan(21);
      const driven = distanceM(last, next);
      if (driven > 15) {
        const off = Math.abs(bearingDeg(last, next) - (next.courseDeg ?? 0));
        expect(off < 2 || Math.abs(off - 180) < 2).toBe(true);
      }
      last = next;
    }
  });

  it('turns back at the end of the road when the recording is longer', () => {
    const network = road();
    const drive = new Drive({ ...route, network }, odometer([[100, 3000]]), startMs);
    const end = network.point('G4', 12_000);
    if ('error' in end) throw new Error(end.error);
    const nearEnd = drive.at(startMs + 60_000);
    expect(nearEnd !== null && distanceM(nearEnd, end)).toBeLessThan(5);
    const after = drive.at(startMs + 70_000);
    expect(after?.courseDeg).toBeCloseTo(270, 0);
    expect(after !== null && distanceM(after, end)).toBeCloseTo(300, -1);
    for (let second = 0; second < 500; second += 7) {
      expect(drive.at(startMs + second * 1000)).not.toBeNull();
    }
  });

  it('drives towards decreasing stakes when told to', () => {
    const down = { ...route, startStakeM: 11_800, direction: 'DEC', network: road() } as const;
    const drive = new Drive(down, odometer([[10, 200]]), startMs);
    expect(drive.at(startMs + 5_000)?.courseDeg).toBeCloseTo(270, 0);
  });

  it('stands while the receiver jumped, and passes over time that does not pass', () => {
    const jumped = odometer([
      [10, 100],
      [1, 5_000],
      [1, 0],
      [10, 100],
    ]);
    expect(jumped.totalM).toBeCloseTo(200, 0);
    expect(jumped.durationS).toBe(22);
    expect(jumped.at(10.5).speedMps).toBe(0);
    expect(
      odometer([
        [0, 50],
        [10, 100],
      ]).durationS,
    ).toBe(10);
  });

  it('refuses a start that is not on the road', () => {
    const off = { ...route, startStakeM: 99_000, network: road() };
    expect(() => new Drive(off, odometer([[10, 100]]), startMs)).toThrow(/no stake/);
  });
});

describe('folding', () => {
  it('goes to and fro', () => {
    expect(fold(3, 10)).toEqual({ metres: 3, turned: false });
    expect(fold(13, 10)).toEqual({ metres: 7, turned: true });
    expect(fold(23, 10)).toEqual({ metres: 3, turned: false });
    expect(fold(5, 0)).toEqual({ metres: 0, turned: false });
  });
});
