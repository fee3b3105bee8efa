import { describe, expect, it } from 'vitest';
import { gnssWord, PositionTracker, placeFix } from '../../../device/position/position.ts';
import type { GnssFix } from '../../../protocols/nmea/nmea.ts';
import { startMs } from '../support/world.ts';

const fix: GnssFix = {
  timeMs: startMs,
  lat: 38,
  lon: 114,
  altM: 60,
  speedMps: 10,
  courseDeg: 0,
  fix: '3d',
  satsUsed: 9,
  hdop: 1,
  valid: true,
  reason: null,
};

function placed(more: Partial<GnssFix>, receivedMonoMs: number, clockMs: number | null) {
  const result = placeFix({ fix: { ...fix, ...more }, receivedMonoMs }, clockMs);
  if (result === null) throw new Error('no fix');
  return result;
}

describe('position', () => {
  it('comes from valid fixes with a position only', () => {
    const received = { fix, receivedMonoMs: 0 };
    expect(placeFix(received, null)).not.toBeNull();
    for (const bad of [{ valid: false }, { lat: null }, { lon: null }, { fix: 'none' as const }]) {
      expect(placeFix({ ...received, fix: { ...fix, ...bad } }, startMs)).toBeNull();
    }
  });

  it('is dated by the receiver where it agrees with the clock, else by its arrival', () => {
    expect(placed({}, 0, startMs + 400).unixMs).toBe(startMs);
    expect(placed({}, 0, startMs + 86_400_000).unixMs).toBe(startMs + 86_400_000);
    expect(placed({ timeMs: null }, 0, startMs + 400).unixMs).toBe(startMs + 400);
    expect(placed({}, 0, null).unixMs).toBeNull();
  });

  it('for a second is the newest fix not later than it, with its age', () => {
    const positions = new PositionTracker();
    expect(positions.at(startMs, 0)).toBeNull();
    positions.add(placed({ lat: 38 }, 100, startMs));
    positions.add(placed({ lat: 39, timeMs: startMs + 1_000 }, 1_100, startMs + 1_000));
    expect(positions.at(startMs + 999, 1_050)).toMatchObject({ lat: 38, ageS: 0.999 });
    expect(positions.at(startMs + 1_000, 1_100)).toMatchObject({ lat: 39, ageS: 0 });
    expect(positions.at(startMs + 61_000, 61_100)).toMatchObject({ lat: 39, ageS: 60 });
  });

  it('of before there was a time ages by the monotonic clock', () => {
    const positions = new PositionTracker();
    positions.add(placed({}, 1_000, null));
    expect(positions.at(startMs, 31_000)).toMatchObject({ ageS: 30 });
  });

  it('says of the receiver what a person needs to know', () => {
    const states = ['starting', 'silent', 'no-fix', 'fix', 'unplugged'] as const;
    expect(states.map(gnssWord)).toEqual(['silent', 'silent', 'no-fix', 'fix', 'silent']);
  });
});
