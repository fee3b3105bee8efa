import { describe, expect, it } from 'vitest';
import { createPlaces, type Places } from '../../../gateway/place/places.ts';
import { distanceM } from '../../../protocols/geo/geo.ts';
import { fixAt, startMs } from '../scan/kit.ts';
import { latOf, networksOf, networkText, roadLon } from './network.ts';

function placesOf(text: string | null): Places {
  return createPlaces({ networks: networksOf(text) });
}

const here = { lat: latOf(104_567), lon: roadLon };
const stake = { section: 'G4', prefix: '', stakeM: 104_567, direction: 'INC' } as const;

describe('a place on the network', () => {
  it('has stake, direction from the course and the city traffic goes to', () => {
    const places = placesOf(networkText);
    expect(places.placeOf(here, 2, startMs)).toEqual({
      section: 'G4',
      stake: 'K104+567',
      stakeM: 104_567,
      direction: 'INC',
      directionText: '北京方向',
      offsetM: 0,
      sample: true,
    });
    expect(places.placeOf(here, 181, startMs)).toMatchObject({
      direction: 'DEC',
      directionText: '石家庄方向',
    });
  });

  it('claims no direction without a course', () => {
    const place = placesOf(networkText).placeOf(here, null, startMs);
    expect(place).toMatchObject({ stake: 'K104+567', direction: null, directionText: '' });
  });

  it('is none off the road, before the road was there, and without a network', () => {
    const places = placesOf(networkText);
    expect(places.placeOf({ lat: here.lat, lon: roadLon + 0.01 }, 0, startMs)).toBeNull();
    expect(places.placeOf(here, 0, Date.UTC(2019, 1, 1))).toBeNull();
    const without = placesOf(null);
    expect(without.hasNetwork).toBe(false);
    expect(without.placeOf(here, 0, startMs)).toBeNull();
    expect(without.pointOf(stake, startMs)).toBeNull();
    expect(without.between(fixAt(0, 38, 114), fixAt(1, 38.1, 114), 0.5)).toBeNull();
  });
});

describe('a stake', () => {
  it('has a point, and a text with the city, or with the sense of the stakes', () => {
    const places = placesOf(networkText);
    const point = places.pointOf(stake, startMs);
    expect(point === null ? Number.NaN : distanceM(point, here)).toBeLessThan(1);
    expect(places.textOf(stake, startMs)).toBe('G4 K104+567 北京方向');
    const other = { section: 'S50', prefix: '', stakeM: 1_000, direction: 'DEC' } as const;
    expect(places.textOf(other, startMs)).toBe('S50 K1+000 桩号减小方向');
    expect(places.textOf({ ...stake, direction: null }, startMs)).toBe('G4 K104+567');
  });

  it('has no point beyond the ends and on sections that are not there', () => {
    const places = placesOf(networkText);
    expect(places.pointOf({ ...stake, stakeM: 130_000 }, startMs)).toBeNull();
    expect(places.pointOf({ ...stake, section: 'G5' }, startMs)).toBeNull();
  });
});

describe('between two fixes', () => {
  it('lies on the road at that share of the way', () => {
    const places = placesOf(networkText);
    const from = fixAt(startMs, latOf(102_000), roadLon, { courseDeg: 0, speedMps: 20 });
    const to = fixAt(startMs + 100_000, latOf(104_000), roadLon + 0.0001, { courseDeg: 0 });
    const point = places.between(from, to, 0.25) ?? { lat: 0, lon: 0 };
    expect(distanceM(point, { lat: latOf(102_500), lon: roadLon })).toBeLessThan(1);
  });

  it('is not known when the fixes are on different roads', () => {
    const places = placesOf(networkText);
    const from = fixAt(startMs, latOf(102_000), roadLon);
    expect(places.between(from, fixAt(startMs + 1, 38.5, roadLon - 0.15), 0.5)).toBeNull();
  });
});
