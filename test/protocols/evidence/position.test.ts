import { describe, expect, it } from 'vitest';
import {
  decidePosition,
  isFinal,
  type PositionFacts,
} from '../../../protocols/evidence/position.ts';
import { distanceM } from '../../../protocols/geo/geo.ts';
import { fixAt, startMs } from '../../gateway/scan/kit.ts';

const [lat, lon] = [38.05, 114.6];
const facts: PositionFacts = {
  issuedAtMs: startMs,
  signed: null,
  isFixed: false,
  before: undefined,
  after: undefined,
  last: undefined,
  alongRoad: () => null,
};
const moving = { speedMps: 20, courseDeg: 0 };

describe('the order of trust', () => {
  const before = fixAt(startMs - 5_000, lat, lon, moving);
  const after = fixAt(startMs + 5_000, lat + 0.0018, lon, moving);
  const last = fixAt(startMs + 60_000, lat + 0.01, lon);

  it('takes a young signed position before anything else', () => {
    const signed = { lat: 38.1, lon: 114.7, ageS: 30 };
    expect(decidePosition({ ...facts, signed, before, after, last })).toMatchObject({
      source: 'signed',
      lat: 38.1,
      ageS: 30,
    });
  });

  it('takes the stored fixes around, halfway for half the time', () => {
    const found = decidePosition({ ...facts, before, after, last });
    expect(found?.source).toBe('track');
    expect(found?.lat).toBeCloseTo(lat + 0.0009, 9);
  });

  it('takes a point of the road where there is one', () => {
    const road = { lat: 38.0512, lon: 114.6001 };
    const found = decidePosition({ ...facts, before, after, alongRoad: () => road });
    expect(found).toMatchObject(road);
  });

  it('takes the last fix when nothing is around, and nothing after six hours', () => {
    expect(decidePosition({ ...facts, before, last: before })).toMatchObject({
      source: 'last-fix',
      ageS: 5,
    });
    const old = fixAt(startMs - 7 * 3_600_000, lat, lon);
    expect(decidePosition({ ...facts, last: old })).toBeNull();
    expect(decidePosition({ ...facts, last: old, isFixed: true })).toMatchObject({ errorM: 10 });
  });

  it('lets an aged signed position yield only to a bracket that is tighter', () => {
    const signed = { lat, lon, ageS: 300 };
    expect(decidePosition({ ...facts, signed, before, after })?.source).toBe('track');
    const wide = fixAt(startMs - 1_700_000, lat, lon, moving);
    const far = fixAt(startMs + 1_700_000, lat + 0.3, lon, moving);
    expect(decidePosition({ ...facts, signed, before: wide, after: far })?.source).toBe('signed');
  });

  it('ignores fixes too far from the code to be a bracket', () => {
    const wide = fixAt(startMs - 1_801_000, lat, lon);
    expect(decidePosition({ ...facts, before: wide, after })).toBeNull();
  });
});

describe('the error bound', () => {
  it('holds for whatever a truck can have done since its fix', () => {
    for (const speedMps of [0, 5, 15, 25, 34]) {
      for (const ageS of [0, 1, 2, 5, 10, 30]) {
        for (const accelerationMps2 of [-3, -1, 0, 1, 3]) {
          // Driven with that acceleration, never backwards and never faster than 34 m/s.
          let [speed, drivenM] = [speedMps, 0];
          for (let step = 0; step < ageS * 100; step += 1) {
            drivenM += speed / 100;
            speed = Math.min(34, Math.max(0, speed + accelerationMps2 / 100));
          }
          const before = fixAt(startMs - ageS * 1000, lat, lon, { speedMps, courseDeg: 0 });
          const found = decidePosition({ ...facts, signed: { lat, lon, ageS }, before });
          expect(found?.errorM).toBeGreaterThanOrEqual(drivenM);
        }
      }
    }
  });

  it('is that of the receiver for a parked truck, and larger for a poor fix', () => {
    const parked = [fixAt(startMs - 30_000, lat, lon), fixAt(startMs + 30_000, lat, lon)] as const;
    const found = decidePosition({ ...facts, before: parked[0], after: parked[1] });
    expect(found).toMatchObject({ source: 'track', errorM: 10, ageS: 30 });
    const poor = { ...parked[0], hdop: 4 };
    expect(decidePosition({ ...facts, before: poor, after: parked[1] })?.errorM).toBe(40);
  });

  it('contains the true place of a truck that stopped and went between two fixes', () => {
    const before = fixAt(startMs - 20_000, lat, lon, { speedMps: 20, courseDeg: 0 });
    const after = fixAt(startMs + 20_000, lat + 0.0045, lon, { speedMps: 20, courseDeg: 0 });
    const found = decidePosition({ ...facts, before, after });
    for (const truth of [before, after]) {
      expect(found?.errorM).toBeGreaterThanOrEqual(distanceM(found ?? { lat: 0, lon: 0 }, truth));
    }
  });

  it('holds for a unit that drove away and back while its reports were missing', () => {
    const before = fixAt(startMs - 150_000, lat, lon);
    const after = fixAt(startMs + 150_000, lat, lon);
    const away = { lat: lat + 0.02, lon };
    const found = decidePosition({ ...facts, before, after });
    expect(found?.errorM).toBeGreaterThan(distanceM(away, before));
    const parked = { ...facts, before: fixAt(startMs - 30_000, lat, lon) };
    const near = decidePosition({ ...parked, after: fixAt(startMs + 30_000, lat, lon) });
    expect(near?.errorM).toBeLessThan(30);
  });
});

describe('late fixes', () => {
  const near = [fixAt(startMs - 10_000, lat, lon), fixAt(startMs + 10_000, lat, lon)] as const;

  it('cannot improve a young signed position, a tight bracket or a kiosk', () => {
    const young = { ...facts, signed: { lat, lon, ageS: 3 } };
    expect(isFinal(decidePosition(young), young)).toBe(true);
    const tight = { ...facts, before: near[0], after: near[1] };
    expect(isFinal(decidePosition(tight), tight)).toBe(true);
    const kiosk = { ...facts, isFixed: true, last: near[0] };
    expect(isFinal(decidePosition(kiosk), kiosk)).toBe(true);
  });

  it('can improve an aged or missing position and a wide bracket', () => {
    const aged = { ...facts, signed: { lat, lon, ageS: 31 } };
    expect(isFinal(decidePosition(aged), aged)).toBe(false);
    expect(isFinal(null, facts)).toBe(false);
    const wide = {
      ...facts,
      before: fixAt(startMs - 11_000, lat - 0.002, lon, moving),
      after: near[1],
    };
    expect(isFinal(decidePosition(wide), wide)).toBe(false);
  });
});
