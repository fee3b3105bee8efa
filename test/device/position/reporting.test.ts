import { describe, expect, it } from 'vitest';
import type { PlacedFix } from '../../../device/position/position.ts';
import { ReportingRule } from '../../../device/position/reporting.ts';

function fixAt(second: number, speedMps: number, courseDeg: number | null = 90): PlacedFix {
  return {
    lat: 38,
    lon: 114,
    altM: null,
    speedMps,
    courseDeg,
    satsUsed: null,
    hdop: null,
    quality: 3,
    monoMs: second * 1000,
    unixMs: null,
  };
}

/** Seconds at which a drive of one fix a second is reported. */
function reported(fixes: readonly PlacedFix[], offDuty = false): number[] {
  const rule = new ReportingRule();
  return fixes.filter((fix) => rule.isDue(fix, offDuty)).map(({ monoMs }) => monoMs / 1000);
}

function drive(seconds: number, speedMps: number, from = 0): PlacedFix[] {
  return Array.from({ length: seconds }, (_, second) => fixAt(from + second, speedMps));
}

describe('reporting of positions', () => {
  it('is every five seconds while moving', () => {
    expect(reported(drive(21, 20))).toEqual([0, 5, 10, 15, 20]);
  });

  it('is once a minute while parked', () => {
    expect(reported(drive(181, 0))).toEqual([0, 60, 120, 180]);
  });

  it('is every half hour off duty, moving or not', () => {
    expect(reported(drive(3_601, 20), true)).toEqual([0, 1_800, 3_600]);
  });

  it('is at once on a stop and on a start', () => {
    const fixes = [...drive(7, 20), ...drive(10, 0, 7), ...drive(3, 20, 17)];
    expect(reported(fixes)).toEqual([0, 5, 7, 17]);
  });

  it('is at once on a turn, but not on the noise of a slow receiver', () => {
    const turning = [fixAt(0, 20, 90), fixAt(1, 20, 95), fixAt(2, 20, 106), fixAt(3, 20, 110)];
    expect(reported(turning)).toEqual([0, 2]);
    const crawling = [fixAt(0, 2, 90), fixAt(1, 2, 200), fixAt(2, 2, 20)];
    expect(reported(crawling)).toEqual([0]);
    const overNorth = [fixAt(0, 20, 355), fixAt(1, 20, 5), fixAt(2, 20, 12)];
    expect(reported(overNorth)).toEqual([0, 2]);
  });

  it('is never faster than once a second', () => {
    const fixes = Array.from({ length: 20 }, (_, index) =>
      fixAt(index / 10, 20, (index * 100) % 360),
    );
    expect(reported(fixes)).toEqual([0, 0.8, 1.6]);
  });
});
