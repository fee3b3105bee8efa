import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  encodeFix,
  type FixSentence,
  type GnssFix,
  NmeaDecoder,
} from '../../../protocols/nmea/nmea.ts';

function readBack(text: string): GnssFix[] {
  const decoder = new NmeaDecoder();
  const fixes = [...decoder.push(Buffer.from(text)), ...decoder.end()];
  expect(Object.values(decoder.counts.refused).every((count) => count === 0)).toBe(true);
  return fixes;
}

const fix: GnssFix = {
  timeMs: Date.UTC(2026, 0, 9, 3, 4, 5, 678),
  lat: 38.0428,
  lon: 114.5,
  altM: 72.5,
  speedMps: 10,
  courseDeg: 90,
  fix: '3d',
  satsUsed: 9,
  hdop: 0.9,
  valid: true,
  reason: null,
};

const allSentences: readonly FixSentence[] = ['ZDA', 'RMC', 'GGA', 'GSA', 'VTG'];

function double(min: number, max: number) {
  return fc.double({ min, max, noNaN: true, noDefaultInfinity: true });
}

const anyFix: fc.Arbitrary<GnssFix> = fc.record({
  timeMs: fc.integer({ min: Date.UTC(1980, 0, 6), max: Date.UTC(2080, 0, 1) - 1 }),
  lat: double(-90, 90),
  lon: double(-180, 180),
  altM: double(-400, 9000),
  speedMps: double(0, 100),
  courseDeg: double(0, 359.99),
  fix: fc.constantFrom('2d' as const, '3d' as const),
  satsUsed: fc.integer({ min: 3, max: 99 }),
  hdop: double(0.3, 99.9),
  valid: fc.constant(true),
  reason: fc.constant(null),
});

describe('encodeFix', () => {
  it('writes RMC and GGA as a receiver does', () => {
    expect(encodeFix(fix)).toBe(
      '$GNRMC,030405.678,A,3802.56800,N,11430.00000,E,19.438,90.00,090126,,,A,*60\r\n' +
        '$GNGGA,030405.678,3802.56800,N,11430.00000,E,1,09,0.90,72.5,M,,,,*1F\r\n',
    );
    expect(encodeFix(fix, { talker: 'BD', sentences: ['ZDA'] })).toBe(
      '$BDZDA,030405.678,09,01,2026,00,00*42\r\n',
    );
  });

  it('gives a fix that reads back as it was, to the digits written', () => {
    const property = fc.property(anyFix, (wanted) => {
      const fixes = readBack(encodeFix(wanted, { sentences: allSentences }));
      expect(fixes).toHaveLength(1);
      const [read] = fixes;
      const near = (name: 'lat' | 'lon' | 'altM' | 'speedMps' | 'hdop', allowed: number) =>
        expect(Math.abs((read?.[name] ?? Number.NaN) - (wanted[name] ?? 0)), name).toBeLessThan(
          allowed,
        );
      near('lat', 1e-7);
      near('lon', 1e-7);
      near('altM', 0.0501);
      near('speedMps', 0.0003);
      near('hdop', 0.00501);
      const turned = Math.abs((read?.courseDeg ?? Number.NaN) - (wanted.courseDeg ?? 0));
      expect(Math.min(turned, 360 - turned)).toBeLessThan(0.00501);
      const { timeMs, fix: dimension, satsUsed, valid, reason } = wanted;
      expect(read).toMatchObject({ timeMs, fix: dimension, satsUsed, valid, reason });
    });
    fc.assert(property, { seed: 20_260_109, numRuns: 2000 });
  });

  it('gives a void fix that reads back as void, with what there is to say', () => {
    const nothing = {
      ...fix,
      lat: null,
      lon: null,
      altM: null,
      speedMps: null,
      courseDeg: null,
      fix: 'none' as const,
      satsUsed: 0,
      hdop: 99.99,
      valid: false,
      reason: 'rmc-void' as const,
    };
    expect(readBack(encodeFix(nothing, { sentences: allSentences }))).toEqual([nothing]);
    const unknown = { ...nothing, timeMs: null, satsUsed: null, hdop: null };
    expect(readBack(encodeFix(unknown))).toEqual([unknown]);
  });

  it('throws for a fix no sentence can carry', () => {
    expect(() => encodeFix({ ...fix, lat: 91 })).toThrow(RangeError);
    expect(() => encodeFix({ ...fix, timeMs: Date.UTC(1979, 0, 1) })).toThrow(RangeError);
    expect(() => encodeFix({ ...fix, timeMs: Date.UTC(2081, 0, 1) })).toThrow(RangeError);
  });
});
