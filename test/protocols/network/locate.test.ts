import { describe, expect, it } from 'vitest';
import { destination, type LatLon, wgs84ToGcj02 } from '../../../protocols/geo/geo.ts';
import { alongTurnDegMax, offsetMMax } from '../../../protocols/network/network.ts';
import { Random, seedOr } from '../../support/random.ts';
import { feature, file, networkOf, origin, placeOf, sampleText, straight } from './roads.ts';

/** A road that runs north, its stakes growing with it. */
const north = straight(origin, 0, 1_000, 11);
const ends = (from: string, to: string) => ({
  anchors: [
    { stake: from, vertex: 0 },
    { stake: to, vertex: 10 },
  ],
});
const network = networkOf(file([feature(north, ends('K100+000', 'K110+000'))]));

/** A place beside the road: metres north of its start, then metres to the east (west: negative). */
function beside(northM: number, eastM: number): LatLon {
  return destination(destination(origin, 0, northM), 90, eastM);
}

describe('a position on the road', () => {
  it('has section, stake, offset and side facing increasing stakes', () => {
    const place = placeOf(network, beside(4_567, 20));
    expect(place).toMatchObject({ section: 'G4', stake: 'K104+567', stakeM: 104_567, chain: 0 });
    expect(place).toMatchObject({ side: 'right', direction: null, carriageway: 'both' });
    expect(place.offsetM).toBeCloseTo(20, 1);
    expect(place.bearingDeg).toBeCloseTo(0, 6);
    expect(placeOf(network, beside(4_567, -20)).side).toBe('left');
  });

  it('has the same sides and stakes when the file lists the vertices the other way round', () => {
    const turned = networkOf(file([feature(north.toReversed(), ends('K110+000', 'K100+000'))]));
    const place = placeOf(turned, beside(4_567, 20));
    expect(place).toMatchObject({ stake: 'K104+567', side: 'right' });
    expect(placeOf(turned, beside(4_567, 20), 0).direction).toBe('INC');
  });

  it('has a direction from a course within 60° of the road, and none across it', () => {
    const directions = [0, 59, 61, 90, 119, 121, 180, 239, 241, 270, 299, 301, 360 + 5, -5].map(
      (course) => placeOf(network, beside(4_567, 5), course).direction,
    );
    expect(alongTurnDegMax).toBe(60);
    expect(directions.slice(0, 7)).toEqual(['INC', 'INC', null, null, null, 'DEC', 'DEC']);
    expect(directions.slice(7)).toEqual(['DEC', null, null, null, 'INC', 'INC', 'INC']);
  });

  it('is off the network beyond 100 m from a line or from its end, unless asked for', () => {
    expect(offsetMMax).toBe(100);
    expect(placeOf(network, beside(4_567, 99)).stake).toBe('K104+567');
    expect(network.locate(beside(4_567, 101))).toEqual({ error: 'off-network' });
    expect(placeOf(network, beside(10_090, 0)).stake).toBe('K110+000');
    expect(network.locate(beside(10_110, 0))).toEqual({ error: 'off-network' });
    const wide = network.locate({ ...beside(4_567, 400), offsetMMax: 500 });
    expect(wide).toMatchObject({ stake: 'K104+567' });
    expect(network.locate({ lat: -60, lon: 10 })).toEqual({ error: 'off-network' });
  });

  it('is judged by the lines of its time', () => {
    const old = feature(north, { ...ends('K0+000', 'K10+000'), validTo: '2024-07-01' });
    const now = feature(north, { ...ends('K100+000', 'K110+000'), validFrom: '2024-07-01' });
    const both = networkOf(file([old, now]));
    const at = (iso: string) => both.locate({ ...beside(4_567, 0), atMs: Date.parse(iso) });
    expect(at('2024-06-30T23:59:59+08:00')).toMatchObject({ stake: 'K4+567' });
    expect(at('2024-07-01T00:00:00+08:00')).toMatchObject({ stake: 'K104+567' });
    expect(at('2019-01-01T00:00:00Z')).toEqual({ error: 'off-network' });
    expect(both.locate(beside(4_567, 0))).toMatchObject({ stake: 'K104+567' });
    const then = networkOf(file([old, now]), { at: Date.parse('2024-01-01T00:00:00Z') });
    expect(then.locate(beside(4_567, 0))).toMatchObject({ stake: 'K4+567' });
  });
});

describe('a position between two carriageways 12 m apart', () => {
  const inc = north.map((vertex) => destination(vertex, 90, 6));
  const dec = north.map((vertex) => destination(vertex, 90, -6)).reverse();
  const split = networkOf(
    file([
      feature(inc, { ...ends('K100+000', 'K110+000'), carriageway: 'INC' }),
      feature(dec, { ...ends('K110+000', 'K100+000'), carriageway: 'DEC' }),
    ]),
  );

  it.each([-15, -6, 0, 6, 15])('takes the one its course agrees with, %d m aside', (eastM) => {
    expect(placeOf(split, beside(4_567, eastM), 3)).toMatchObject({
      carriageway: 'INC',
      direction: 'INC',
      stake: 'K104+567',
    });
    expect(placeOf(split, beside(4_567, eastM), 183)).toMatchObject({
      carriageway: 'DEC',
      direction: 'DEC',
      stake: 'K104+567',
    });
  });

  it('says which way it faces without a course only when it is clearly on one of them', () => {
    expect(placeOf(split, beside(4_567, 6)).direction).toBe('INC');
    expect(placeOf(split, beside(4_567, -9)).direction).toBe('DEC');
    expect(placeOf(split, beside(4_567, 2))).toMatchObject({ carriageway: 'INC', direction: null });
  });

  it('tells a vehicle that drives the wrong way from one on the other carriageway', () => {
    const lone = networkOf(
      file([feature(inc, { ...ends('K100+000', 'K110+000'), carriageway: 'INC' })]),
    );
    const place = placeOf(lone, beside(4_567, 6), 180);
    expect(place).toMatchObject({ carriageway: 'INC', direction: 'DEC' });
  });
});

describe('a position near two roads', () => {
  const east = straight(destination(beside(5_000, 0), 270, 5_000), 90, 1_000, 11);
  const crossing = networkOf(
    file([
      feature(north, ends('K100+000', 'K110+000')),
      feature(east, { section: 'G20', ...ends('K500+000', 'K510+000') }),
    ]),
  );

  it('stays on the road it drives along when a bridge crosses', () => {
    expect(placeOf(crossing, beside(5_001, 12), 0).section).toBe('G4');
    expect(placeOf(crossing, beside(5_012, 1), 90).section).toBe('G20');
    expect(placeOf(crossing, beside(5_001, 12)).section).toBe('G20');
  });
});

describe('a network given in GCJ-02', () => {
  const seed = seedOr(20_261_204);

  it(`locates everything within 1 m of where the same network in WGS-84 does, seed ${seed}`, () => {
    const json = JSON.parse(sampleText());
    const wgs84 = networkOf(structuredClone(json));
    for (const { geometry } of json.features) {
      geometry.coordinates = geometry.coordinates.map(([lon, lat]: [number, number]) => {
        const gcj = wgs84ToGcj02({ lat, lon });
        return [gcj.lon, gcj.lat];
      });
    }
    const gcj02 = networkOf({ ...json, datum: 'GCJ-02' });
    const random = new Random(seed);
    let located = 0;
    for (let turn = 0; turn < 1_000; turn += 1) {
      const line = random.pick(wgs84.lines);
      const on = line.path.place(random.next() * line.path.lengthM);
      const position = destination(on, random.next() * 360, random.next() * 80);
      const query = { ...position, courseDeg: random.pick([null, on.bearingDeg]) };
      const [a, b] = [wgs84.locate(query), gcj02.locate(query)];
      if ('error' in a || 'error' in b) throw new Error(`turn ${turn} is off the network`);
      expect(b.section, `turn ${turn}`).toBe(a.section);
      expect(Math.abs(b.stakeM - a.stakeM), `turn ${turn}`).toBeLessThanOrEqual(1);
      expect(Math.abs(b.offsetM - a.offsetM), `turn ${turn}`).toBeLessThan(1);
      located += 1;
    }
    expect(located).toBe(1_000);
  });

  it('would be half a kilometre off if its datum were not declared as it is', () => {
    const shifted = networkOf(file([feature(north, ends('K100+000', 'K110+000'))]));
    expect(shifted.locate(wgs84ToGcj02(beside(4_567, 0)))).toEqual({ error: 'off-network' });
  });
});
