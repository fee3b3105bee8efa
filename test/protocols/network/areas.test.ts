import { describe, expect, it } from 'vitest';
import { convertDatum, datums, destination, type LatLon } from '../../../protocols/geo/geo.ts';
import { Outline } from '../../../protocols/network/outline.ts';
import { Random, seedOr } from '../../support/random.ts';
import { feature, file, networkOf, origin, problemsOf, straight } from './roads.ts';

const road = feature(straight(origin, 90, 500, 41));
const atMs = Date.parse('2026-11-23T00:00:00Z');
const ring = (centre: LatLon, radiusM: number, corners = 8) => {
  const places = Array.from({ length: corners }, (_, at) =>
    destination(centre, (360 / corners) * at, radiusM),
  );
  return [...places, places[0] as LatLon].map(({ lat, lon }) => [lon, lat]);
};
const outline = (organisation: unknown, coordinates: unknown, more: object = {}) => ({
  type: 'Feature',
  properties: { organisation, ...more },
  geometry: { type: 'Polygon', coordinates },
});

describe('areas of responsibility', () => {
  it('are stretches of a section and outlines on the map, in the order of the file', () => {
    const areas = [{ organisation: 'firm', section: 'G4', from: 'K2+000', to: 'K6+000' }];
    const county = outline('county', [ring(origin, 5_000)]);
    const network = networkOf(file([road, county], { areas }));
    const near = destination(origin, 90, 3_000);
    expect(network.organisationsAt({ ...near, section: 'G4', stakeM: 3_000 })).toEqual([
      'firm',
      'county',
    ]);
    expect(network.organisationsAt({ section: 'G4', stakeM: 7_000 })).toEqual([]);
    expect(network.organisationsAt(destination(origin, 0, 4_000))).toEqual(['county']);
  });

  it('begin and end: a stretch that changed hands has each firm in its time', () => {
    const stretch = { section: 'G4', from: 'K0+000' };
    const network = networkOf(
      file([road], {
        areas: [
          { ...stretch, organisation: 'old', validTo: '2026-01-01' },
          { ...stretch, organisation: 'new', validFrom: '2026-01-01' },
        ],
      }),
    );
    const at = { section: 'G4', stakeM: 1_000 };
    expect(network.organisationsAt(at, Date.parse('2025-12-31T15:59:59Z'))).toEqual(['old']);
    expect(network.organisationsAt(at, Date.parse('2025-12-31T16:00:00Z'))).toEqual(['new']);
  });

  it('say inside, outside, or that nothing is declared', () => {
    const areas = [
      { organisation: 'a', section: 'G4', to: 'K5+000' },
      { organisation: 'b', section: 'G4', from: 'K5+000', to: 'K10+000' },
    ];
    const network = networkOf(file([road], { areas }));
    const standing = (organisation: string, stakeM: number) =>
      network.areaStanding(organisation, { section: 'G4', stakeM }, atMs);
    expect(standing('a', 1_000)).toBe('inside');
    expect(standing('a', 5_000)).toBe('inside');
    expect(standing('b', 1_000)).toBe('outside');
    expect(standing('c', 1_000)).toBe('undeclared');
    expect(standing('a', 15_000)).toBe('undeclared');
  });

  it('stay where they are when the file is in GCJ-02', () => {
    const corners = ring(origin, 5_000, 60);
    const shifted = corners.map(([lon = 0, lat = 0]) => {
      const place = convertDatum({ lat, lon }, datums.wgs84, datums.gcj02);
      return [place.lon, place.lat];
    });
    const network = networkOf(file([outline('county', [shifted]), road], { datum: 'GCJ-02' }));
    for (let bearing = 0; bearing < 360; bearing += 7) {
      expect(network.organisationsAt(destination(origin, bearing, 4_980))).toEqual(['county']);
      expect(network.organisationsAt(destination(origin, bearing, 5_001))).toEqual([]);
    }
  });

  it.each([
    ['a ring that is open', outline('a', [ring(origin, 900).slice(0, -1)])],
    ['a ring of two corners', outline('a', [ring(origin, 900, 2)])],
    ['no ring', outline('a', [])],
    ['a position that is none', outline('a', [[[1, 2], [3], [4, 5], [1, 2]]])],
    ['no organisation', outline('', [ring(origin, 900)])],
    [
      'an end before the start',
      outline('a', [ring(origin, 900)], {
        validFrom: '2026-01-02',
        validTo: '2026-01-01',
      }),
    ],
    ['a date that is none', outline('a', [ring(origin, 900)], { validFrom: 'soon' })],
  ])('are told apart from %s', (_name, bad) => {
    const problems = problemsOf(file([road, bad]));
    expect(problems.map(({ code, feature: index }) => [code, index])).toEqual([['bad-area', 1]]);
  });

  it('are bounded: an outline of a million corners is refused, not drawn', () => {
    const huge = outline('a', [Array.from({ length: 200_001 }, () => [115, 38])]);
    expect(problemsOf(file([road, huge])).map(({ code }) => code)).toEqual(['too-large']);
  });
});

describe('an outline', () => {
  it('is the disc it was drawn as, without its hole, wherever one asks', () => {
    const random = new Random(seedOr(20_261_211));
    const places = (radiusM: number) =>
      ring(origin, radiusM, 360).map(([lon = 0, lat = 0]) => ({ lat, lon }));
    const disc = new Outline([places(9_000), places(3_000)]);
    for (let turn = 0; turn < 3_000; turn += 1) {
      const awayM = random.next() * 12_000;
      const place = destination(origin, random.next() * 360, awayM);
      // Between a circle and its corners lies a strip of 0.4 m.
      if (Math.abs(awayM - 9_000) < 1 || Math.abs(awayM - 3_000) < 1) continue;
      const isInside = awayM < 9_000 && awayM > 3_000;
      expect(disc.contains(place), `seed ${random.seed}, ${awayM} m`).toBe(isInside);
    }
  });
});
