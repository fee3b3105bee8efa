import { describe, expect, it } from 'vitest';
import { readBody } from '../../../protocols/jt808/bodies.ts';
import { decodeFrame } from '../../../protocols/jt808/frame.ts';
import type { LocationReport } from '../../../protocols/jt808/location.ts';
import { alarmsOf, bcdOfTime, positionOf, timeOfBcd } from '../../../protocols/jt808/position.ts';
import { seededRandom } from './random.ts';
import { fromHex, wholeCases } from './vectors.ts';

function recordedReport(phone: string): LocationReport {
  const found = wholeCases.find(
    ({ expected }) => expected.phone === phone && expected.msgId === '0x0200',
  );
  const frame = decodeFrame(fromHex(found?.hex ?? ''));
  const report = 'error' in frame ? null : readBody('0x0200', frame.body, frame.version);
  if (report === null) throw new Error(`no report of ${phone}`);
  return report;
}

describe('positionOf', () => {
  const real = recordedReport('012076463279');

  it('turns a real report into degrees, metres and seconds', () => {
    expect(positionOf(real)).toEqual({
      reason: null,
      atMs: Date.parse('2025-04-02T16:36:26+08:00'),
      lat: 22.837943,
      lon: 114.426985,
      altM: 59,
      speedMps: 0,
      courseDeg: 0,
      alarms: [],
      ignition: false,
      mileageM: null,
      signal: null,
      sats: null,
    });
  });

  it('gives south and west a sign, and reads mileage, signal and satellites', () => {
    const items = [
      { id: 0x01, hex: '0000000b' },
      { id: 0x30, hex: '1e' },
      { id: 0x31, hex: '0c' },
    ];
    expect(positionOf({ ...real, south: true, west: true, speedDkmh: 360, items })).toMatchObject({
      lat: -22.837943,
      lon: -114.426985,
      speedMps: 10,
      mileageM: 1100,
      signal: 30,
      sats: 12,
    });
  });

  it('does not take an item of the wrong length', () => {
    expect(positionOf({ ...real, items: [{ id: 0x31, hex: '0c0c' }] }).sats).toBeNull();
  });

  it.each([
    ['not-located', { located: false }],
    ['coordinates-encrypted', { status: real.status | 0x20 }],
    ['out-of-range', { latitudeE6: 90_000_001 }],
    ['out-of-range', { longitudeE6: 180_000_001 }],
  ])('gives no place when %s', (reason, changed) => {
    expect(positionOf({ ...real, ...changed })).toMatchObject({ reason, lat: null, lon: null });
  });

  it('keeps the place of a report whose time is no time', () => {
    expect(positionOf({ ...real, timeBcd: '000000000000' })).toMatchObject({
      reason: 'time',
      atMs: null,
      lat: 22.837943,
    });
  });

  it('names a screen fault for alarm bit 9', () => {
    expect(positionOf({ ...real, alarm: 2 ** 9 }).alarms).toEqual(['screen-fault']);
  });
});

describe('alarmsOf', () => {
  it('names the bits it knows and leaves out the others', () => {
    expect(alarmsOf(0)).toEqual([]);
    expect(alarmsOf(0b1_0000_0011)).toEqual(['emergency', 'overspeed', 'power-lost']);
    expect(alarmsOf(0xffff_ffff)).toHaveLength(10);
  });
});

describe('times', () => {
  it.each(['241301000000', '240230000000', '240101240000', '240101006000', '24010100000a', ''])(
    '%s is none',
    (timeBcd) => expect(timeOfBcd(timeBcd)).toBeNull(),
  );

  it('of every second are written and read again', () => {
    const random = seededRandom(1);
    for (let count = 0; count < 1000; count += 1) {
      const atMs = Date.UTC(2020, 0, 1) + random(10 * 365 * 86_400) * 1000;
      expect(timeOfBcd(bcdOfTime(atMs)), `${atMs}`).toBe(atMs);
    }
  });
});
