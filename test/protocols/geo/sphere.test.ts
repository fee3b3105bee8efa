import { describe, expect, it } from 'vitest';
import {
  angleBetweenDeg,
  bearingDeg,
  destination,
  distanceM,
  earthRadiusM,
  isLatLon,
  LocalPlane,
  stepBearingDeg,
  wrapDeg,
} from '../../../protocols/geo/geo.ts';
import { Random, seedOr } from '../../support/random.ts';

const shijiazhuang = { lat: 38.0416722, lon: 114.5088641 };

describe('distances and bearings on the sphere', () => {
  it('measure a quarter of a great circle, and half of one', () => {
    const pole = { lat: 90, lon: 0 };
    const quarter = (Math.PI / 2) * earthRadiusM;
    expect(distanceM({ lat: 0, lon: 77 }, pole)).toBeCloseTo(quarter, 3);
    expect(distanceM({ lat: 0, lon: 0 }, { lat: 0, lon: 180 })).toBeCloseTo(2 * quarter, 3);
    expect(distanceM(shijiazhuang, shijiazhuang)).toBe(0);
  });

  it('point north, east, south and west', () => {
    const origin = { lat: 0, lon: 100 };
    expect(bearingDeg(origin, { lat: 1, lon: 100 })).toBeCloseTo(0, 9);
    expect(bearingDeg(origin, { lat: 0, lon: 101 })).toBeCloseTo(90, 9);
    expect(bearingDeg(origin, { lat: -1, lon: 100 })).toBeCloseTo(180, 9);
    expect(bearingDeg(origin, { lat: 0, lon: 99 })).toBeCloseTo(270, 9);
  });

  it('lead back: going a distance at a bearing gives that distance and bearing', () => {
    const random = new Random(seedOr(20_261_202));
    for (let turn = 0; turn < 500; turn += 1) {
      const start = { lat: random.next() * 160 - 80, lon: random.next() * 360 - 180 };
      const [bearing, metres] = [random.next() * 360, 1 + random.next() * 1e6];
      const end = destination(start, bearing, metres);
      const hint = `seed ${random.seed}, turn ${turn}`;
      expect(isLatLon(end), hint).toBe(true);
      expect(Math.abs(distanceM(start, end) - metres), hint).toBeLessThan(0.01);
      expect(angleBetweenDeg(bearingDeg(start, end), bearing), hint).toBeLessThan(0.001);
    }
  });

  it('keep angles in one turn and compare them the shorter way', () => {
    expect([wrapDeg(-90), wrapDeg(720), wrapDeg(-1e-20)]).toEqual([270, 0, 0]);
    expect(angleBetweenDeg(350, 10)).toBe(20);
    expect(angleBetweenDeg(10, 190)).toBe(180);
  });
});

describe('a place from outside', () => {
  it('has two finite numbers within their limits', () => {
    expect(isLatLon({ lat: -90, lon: 180 })).toBe(true);
    const wrong = [
      null,
      5,
      {},
      { lat: 90.1, lon: 0 },
      { lat: 0, lon: -180.1 },
      { lat: '1', lon: 1 },
    ];
    for (const value of [...wrong, { lat: Number.NaN, lon: 0 }, { lat: 0, lon: Infinity }]) {
      expect(isLatLon(value), JSON.stringify(value)).toBe(false);
    }
  });
});

describe('the plane around a place', () => {
  it('measures like the sphere within 0.1 % over 10 km, and leads back', () => {
    const plane = new LocalPlane(shijiazhuang);
    for (let bearing = 0; bearing < 360; bearing += 30) {
      const end = destination(shijiazhuang, bearing, 10_000);
      const xy = plane.toXy(end);
      expect(Math.abs(Math.hypot(xy.x, xy.y) - 10_000)).toBeLessThan(10);
      expect(angleBetweenDeg(stepBearingDeg({ x: 0, y: 0 }, xy), bearing)).toBeLessThan(0.1);
      expect(distanceM(plane.toLatLon(xy), end)).toBeLessThan(1e-6);
    }
  });
});
