import { describe, expect, it } from 'vitest';
import { destination, type LatLon } from '../../../protocols/geo/geo.ts';
import { matchTrack } from '../../../protocols/network/network.ts';
import { Random, seedOr } from '../../support/random.ts';
import { feature, file, networkOf, origin, straight } from './roads.ts';

const north = straight(origin, 0, 1_000, 11);
const crossingAt = destination(origin, 0, 5_000);
const east = straight(destination(crossingAt, 270, 5_000), 90, 1_000, 11);
const network = networkOf(
  file([
    feature(
      north.map((vertex) => destination(vertex, 90, 6)),
      { carriageway: 'INC' },
    ),
    feature(
      north.map((vertex) => destination(vertex, 90, -6)),
      { carriageway: 'DEC' },
    ),
    feature(east, { section: 'G20' }),
  ]),
);

/** A receiver's error: up to `metres` any way, the seed deciding. */
function noisy(place: LatLon, metres: number, random: Random): LatLon {
  return destination(place, random.next() * 360, random.next() * metres);
}

describe('a track matched to the network', () => {
  it('keeps road and carriageway where single fixes would change them', () => {
    const random = new Random(seedOr(20_261_208));
    const single = new Set<string>();
    for (let turn = 0; turn < 20; turn += 1) {
      // Courses are left out: only the way the fixes go tells the carriageway.
      const fixes = Array.from({ length: 100 }, (_, second) =>
        noisy(destination(destination(origin, 0, 4_000 + second * 20), 90, 6), 14, random),
      );
      for (const fix of fixes) {
        const place = network.locate(fix);
        if (!('error' in place)) single.add(`${place.section} ${place.carriageway}`);
      }
      const places = matchTrack(network, fixes);
      for (const [second, place] of places.entries()) {
        const hint = `seed ${random.seed}, turn ${turn}, second ${second}`;
        expect(place, hint).toMatchObject({ section: 'G4', carriageway: 'INC' });
        expect(Math.abs((place?.stakeM ?? 0) - 4_000 - second * 20), hint).toBeLessThan(16);
      }
    }
    expect([...single].sort()).toEqual(['G20 both', 'G4 DEC', 'G4 INC']);
  });

  it('keeps them while a vehicle stands where roads cross and its fixes wander', () => {
    const random = new Random(seedOr(20_261_210));
    for (let turn = 0; turn < 20; turn += 1) {
      const standing = Array.from({ length: 60 }, () => 4_998);
      const metres = [4_900, 4_930, 4_960, ...standing, 5_030, 5_060, 5_090];
      const fixes = metres.map((northM) =>
        noisy(destination(destination(origin, 0, northM), 90, 6), 14, random),
      );
      const nearest = fixes.map((fix) => network.locate(fix));
      expect(nearest.some((place) => 'section' in place && place.section === 'G20')).toBe(true);
      for (const [index, place] of matchTrack(network, fixes).entries()) {
        const hint = `seed ${random.seed}, turn ${turn}, fix ${index}`;
        expect(place, hint).toMatchObject({ section: 'G4', carriageway: 'INC' });
      }
    }
  });

  it('follows a vehicle that turns into another road, and back against its first way', () => {
    const up = Array.from({ length: 50 }, (_, at) => destination(origin, 0, 4_000 + at * 20));
    const aside = Array.from({ length: 50 }, (_, at) => destination(crossingAt, 90, at * 20));
    const places = matchTrack(network, [...up, ...aside]);
    const sections = places.map((place) => place?.section);
    const turned = sections.indexOf('G20');
    expect(turned).toBeGreaterThan(45);
    expect(turned).toBeLessThan(56);
    expect(new Set(sections.slice(turned))).toEqual(new Set(['G20']));
    // One line for both directions: only the way the fixes go tells which.
    const ways = new Set(places.slice(turned + 3).map((place) => place?.direction));
    expect(ways).toEqual(new Set(['INC']));
    const down = up.toReversed().map((place) => destination(place, 90, -6));
    const back = matchTrack(network, down);
    expect(new Set(back.map((place) => place?.direction))).toEqual(new Set(['DEC']));
    expect(new Set(back.map((place) => place?.carriageway))).toEqual(new Set(['DEC']));
  });

  it('knows a vehicle that leaves the network and one that was never on it', () => {
    const leaving = Array.from({ length: 40 }, (_, at) =>
      destination(destination(origin, 0, 1_000 + at * 20), 90, at < 20 ? 6 : 6 + (at - 20) * 30),
    );
    const places = matchTrack(network, leaving);
    expect(places.slice(0, 20).every((place) => place?.section === 'G4')).toBe(true);
    expect(places.slice(25)).toEqual(Array(15).fill(null));
    expect(matchTrack(network, straight({ lat: 10, lon: 10 }, 0, 20, 5))).toEqual(
      Array(5).fill(null),
    );
    expect(matchTrack(network, [])).toEqual([]);
  });

  it('takes the course of a fix when it has one, and only lines of its time', () => {
    const [fix] = [{ ...destination(origin, 0, 2_000), courseDeg: 181 }];
    expect(matchTrack(network, [fix])[0]).toMatchObject({ carriageway: 'DEC', direction: 'DEC' });
    expect(matchTrack(network, [fix], Date.parse('2019-01-01'))).toEqual([null]);
  });
});
