import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  convertDatum,
  datums,
  gcj02ToWgs84,
  type LatLon,
  wgs84ToGcj02,
} from '../../../protocols/geo/geo.ts';
import { Random, seedOr } from '../../support/random.ts';

const folder = new URL('../../vectors/geo/', import.meta.url);
const read = (file: string) => JSON.parse(readFileSync(new URL(file, folder), 'utf8')).cases;
const cities: { name: string; WGS84: [number, number]; GCJ02: [number, number] }[] =
  read('gcj02-cities.json');
const junctions: { osm: string; wgs84: [number, number]; gcj02: [number, number] }[] = read(
  'osm-junctions-gcj02.json',
);

const exactDeg = 1e-7;
/**
 * The cities' GCJ-02 column was not made with the public formula: it lies 4e-6 to 7e-6° beside it
 * everywhere. The file names 1e-5 as its tolerance.
 */
const citiesDeg = 1e-5;

function place([lon, lat]: readonly [number, number]): LatLon {
  return { lat, lon };
}

function apartDeg(a: LatLon, b: LatLon): number {
  return Math.max(Math.abs(a.lat - b.lat), Math.abs(a.lon - b.lon));
}

describe('WGS-84 and GCJ-02', () => {
  it('agree on all 335 motorway junctions to 1e-7° both ways', () => {
    expect(junctions).toHaveLength(335);
    for (const { osm, wgs84, gcj02 } of junctions) {
      expect(apartDeg(wgs84ToGcj02(place(wgs84)), place(gcj02)), osm).toBeLessThan(exactDeg);
      expect(apartDeg(gcj02ToWgs84(place(gcj02)), place(wgs84)), osm).toBeLessThan(exactDeg);
    }
  });

  it('agree on all 166 cities as closely as that table allows', () => {
    expect(cities).toHaveLength(166);
    for (const { name, WGS84, GCJ02 } of cities) {
      expect(apartDeg(wgs84ToGcj02(place(WGS84)), place(GCJ02)), name).toBeLessThan(citiesDeg);
      expect(apartDeg(gcj02ToWgs84(place(GCJ02)), place(WGS84)), name).toBeLessThan(citiesDeg);
    }
  });

  it('return to where they started to 1e-7° for all 166 cities, both ways', () => {
    for (const { name, WGS84, GCJ02 } of cities) {
      const there = gcj02ToWgs84(wgs84ToGcj02(place(WGS84)));
      const back = wgs84ToGcj02(gcj02ToWgs84(place(GCJ02)));
      expect(apartDeg(there, place(WGS84)), name).toBeLessThan(exactDeg);
      expect(apartDeg(back, place(GCJ02)), name).toBeLessThan(exactDeg);
    }
  });

  it('return to where they started anywhere in China', () => {
    const random = new Random(seedOr(20_261_201));
    for (let turn = 0; turn < 2_000; turn += 1) {
      const start = { lat: 18 + random.next() * 35, lon: 74 + random.next() * 60 };
      const there = gcj02ToWgs84(wgs84ToGcj02(start));
      expect(apartDeg(there, start), `seed ${random.seed}, turn ${turn}`).toBeLessThan(exactDeg);
    }
  });

  it('are the same outside China and answer at the edge of its rectangle', () => {
    const munich = { lat: 48.15, lon: 11.54 };
    expect(wgs84ToGcj02(munich)).toEqual(munich);
    expect(gcj02ToWgs84(munich)).toEqual(munich);
    // Steps of the inverse may leave and re-enter the rectangle here: it must end all the same.
    const edge = { lat: 30, lon: 72.0041 };
    expect(apartDeg(gcj02ToWgs84(edge), edge)).toBeLessThan(0.02);
  });

  it('are both returned unchanged when nothing is to be converted', () => {
    const start = { lat: 38.04, lon: 114.5 };
    expect(convertDatum(start, datums.gcj02, datums.gcj02)).toEqual(start);
    expect(convertDatum(start, datums.wgs84, datums.gcj02)).toEqual(wgs84ToGcj02(start));
  });
});
