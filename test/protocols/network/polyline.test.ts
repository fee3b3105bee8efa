import { describe, expect, it } from 'vitest';
import { destination, distanceM } from '../../../protocols/geo/geo.ts';
import { Polyline } from '../../../protocols/network/polyline.ts';
import { origin } from './roads.ts';

const a = origin;
const b = destination(a, 0, 1_000);
const c = destination(b, 90, 500);

describe('a polyline', () => {
  it('is measured along its vertices and turns with them', () => {
    const path = new Polyline([a, b, c]);
    expect(path.lengthM).toBeCloseTo(1_500, 6);
    expect(path.place(400).bearingDeg).toBeCloseTo(0, 6);
    expect(path.place(1_200).bearingDeg).toBeCloseTo(90, 2);
    expect(distanceM(path.place(1_250), destination(b, 90, 250))).toBeLessThan(0.01);
  });

  it('ends at its ends', () => {
    const path = new Polyline([a, b, c]);
    expect(distanceM(path.place(-50), a)).toBe(0);
    expect(distanceM(path.place(9_000), c)).toBeLessThan(1e-6);
    expect(path.place(9_000).bearingDeg).toBeCloseTo(90, 2);
    expect(() => path.at(3)).toThrow(RangeError);
  });

  it('has a place and a bearing everywhere when vertices are given twice', () => {
    const path = new Polyline([a, a, b, b, b, c, c]);
    for (const alongM of [0, 500, 1_000, 1_250, path.lengthM]) {
      const { lat, lon, bearingDeg } = path.place(alongM);
      expect([lat, lon, bearingDeg].every(Number.isFinite), `${alongM} m`).toBe(true);
    }
    expect(path.place(path.lengthM).bearingDeg).toBeCloseTo(90, 2);
    expect(path.place(0).bearingDeg).toBeCloseTo(0, 6);
  });
});
