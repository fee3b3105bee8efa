import { describe, expect, it } from 'vitest';
import { type GnssFix, NmeaDecoder } from '../../../protocols/nmea/nmea.ts';
import { type GpsdFix, gpsdLogs, readVector } from './logs.ts';

function decodeLog(file: string, pivotMs?: number) {
  const decoder = new NmeaDecoder({ pivotMs });
  const fixes = [...decoder.push(readVector(file)), ...decoder.end()];
  return { fixes, counts: decoder.counts };
}

function iso(timeMs: number | null): string | null {
  return timeMs === null ? null : new Date(timeMs).toISOString();
}

const beforeDate =
  'the first fix: gpsd reports the position before the sentence that tells the date, without a time';
const noTrigger =
  'gpsd reports at the sentence it has learnt to be the last of a round, GLL; here it is missing';

/** Fixes of ours that gpsd has not, one by one. */
const onlyOurs: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'gpsd-beidou-bd.nmea': { '2015-02-25T07:41:55.799Z': beforeDate },
  'gpsd-geos-1m.nmea': { '2010-07-09T07:37:01.000Z': beforeDate },
  'gpsd-mtk-3301.nmea': { '2008-08-23T08:14:36.000Z': beforeDate },
  'gpsd-gp-320fw-2019-04-06-overflow.nmea': { '2019-04-06T23:57:26.020Z': noTrigger },
  'gpsd-bt451.nmea': {
    '2009-12-09T15:25:04.500Z': beforeDate,
    '2009-12-09T15:25:08.500Z': noTrigger,
    '2009-12-09T14:33:08.500Z': noTrigger,
  },
};

const gsaSays2d = 'GSA says 2d, gpsd takes the height in GGA for a third dimension';
const threeSatellites = 'three satellites give no height; gpsd counts the held one in GGA';

/** Fixes whose dimension differs: ours, and why. gpsd says 3 of all of them. */
const otherDimension: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'gpsd-mtk-3301.nmea': {
    '2008-08-23T08:14:37.000Z': threeSatellites,
    '2008-08-23T08:14:38.000Z': threeSatellites,
    '2008-08-23T08:14:39.000Z': gsaSays2d,
  },
  'gpsd-telit-pls83-w.nmea': Object.fromEntries(
    Array.from({ length: 10 }, (_, i) => [`2025-09-04T04:35:${39 + i}.000Z`, gsaSays2d]),
  ),
  'gpsd-triton400.nmea': {
    '2013-04-01T03:01:30.000Z': 'GLL alone: no height; gpsd keeps the dimension of the last round',
  },
};

/** Speeds that only gpsd has. */
const computedSpeed: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'gpsd-triton400.nmea': {
    '2013-04-01T03:01:30.000Z': 'GLL alone says no speed; gpsd computes one from two positions',
  },
};

/** Damage found in each log; every log not named has none. */
const damage: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  'gpsd-com-1289.nmea': { 'checksum-wrong': 1 },
  'gpsd-hp58534a.nmea': { 'checksum-missing': 13 },
  'gpsd-mtk-3301.nmea': { 'checksum-missing': 3 },
  'gpsd-st-teseo-liv4f.nmea': { 'checksum-wrong': 1 },
  'gpsd-triton400.nmea': { 'sentence-cut': 1 },
};

function expectSame(ours: GnssFix, theirs: GpsdFix, file: string): void {
  const { time } = theirs;
  expect(Math.abs((ours.lat ?? 999) - theirs.lat), time).toBeLessThan(1e-8);
  expect(Math.abs((ours.lon ?? 999) - theirs.lon), time).toBeLessThan(1e-8);
  const dimension = otherDimension[file]?.[time] === undefined ? theirs.mode : 2;
  expect(ours.fix, time).toBe(`${dimension}d`);
  const speed = computedSpeed[file]?.[time] === undefined ? theirs.speed : undefined;
  for (const [mine, wanted] of [
    [ours.altM, theirs.altMSL],
    [ours.speedMps, speed],
    [ours.courseDeg, theirs.track],
  ] as const) {
    if (wanted === undefined) expect(mine, time).toBeNull();
    else expect(Math.abs((mine ?? Number.NaN) - wanted), time).toBeLessThan(0.00051);
  }
}

describe('NmeaDecoder on the logs of gpsd', () => {
  it.each(gpsdLogs)('finds every fix of gpsd in $file, $what', ({ file, gpsd_expected }) => {
    const valid = decodeLog(file).fixes.filter((fix) => fix.valid);
    const byTime = new Map(valid.map((fix) => [iso(fix.timeMs), fix]));
    expect(byTime.size).toBe(valid.length);
    for (const theirs of gpsd_expected.fixes) {
      const ours = byTime.get(theirs.time);
      if (ours === undefined) throw new Error(`no fix at ${theirs.time}`);
      expectSame(ours, theirs, file);
      byTime.delete(theirs.time);
    }
    expect([...byTime.keys()]).toEqual(Object.keys(onlyOurs[file] ?? {}));
  });

  it.each(gpsdLogs)('counts the sentences of $file', ({ file, sentences }) => {
    const { counts } = decodeLog(file);
    // One line of the BeiDou log has a blank before its $: no sentence to the count, one to us.
    expect(counts.intact).toBe((sentences.checksum_ok ?? 0) + (sentences.not_a_sentence ?? 0));
    const found = Object.entries(counts.refused).filter(([, count]) => count > 0);
    expect(Object.fromEntries(found)).toEqual(damage[file] ?? {});
    expect(counts.refused['checksum-wrong']).toBe(sentences.checksum_bad ?? 0);
    expect(counts.refused['checksum-missing']).toBe(sentences.no_checksum ?? 0);
  });

  it('gives no place, speed or dimension to an epoch that is no fix', () => {
    const refused = gpsdLogs.flatMap(({ file }) =>
      decodeLog(file).fixes.filter((fix) => !fix.valid),
    );
    const reasons = refused.map(({ reason }) => reason);
    expect(reasons.filter((reason) => reason === 'rmc-void')).toHaveLength(39);
    expect(reasons.filter((reason) => reason !== 'rmc-void')).toEqual(['no-date']);
    for (const fix of refused) {
      expect(fix).toMatchObject({
        lat: null,
        lon: null,
        altM: null,
        speedMps: null,
        courseDeg: null,
        fix: 'none',
      });
    }
  });

  it('takes no date from a void RMC, whatever year the receiver woke up in', () => {
    const { fixes } = decodeLog('gpsd-mtk-3301.nmea');
    expect(fixes.slice(0, 7).map(({ timeMs }) => timeMs)).toEqual(Array(7).fill(null));
    expect(iso(fixes[7]?.timeMs ?? null)).toBe('2008-08-23T08:14:36.000Z');
  });

  it('gives void epochs the date that an earlier fix told', () => {
    const { fixes } = decodeLog('gpsd-magellan-ec10.nmea');
    expect(fixes.slice(0, 8).map(({ timeMs }) => timeMs)).toEqual(Array(8).fill(null));
    expect(iso(fixes.at(-1)?.timeMs ?? null)).toBe('2005-06-09T20:53:04.000Z');
  });

  it('counts the satellites of all systems where GNS tells them', () => {
    const counted = (file: string) => decodeLog(file).fixes.at(-1)?.satsUsed;
    expect(counted('gpsd-telit-pls83-w.nmea')).toBe(14);
    expect(counted('gpsd-quectel-eg25-g-2.nmea')).toBe(9);
    expect(counted('gpsd-ublox-neo-m9n-nmea.nmea')).toBe(12);
  });

  it('moves dates before the pivot by whole 1024 weeks, to where gpsd moves them', () => {
    const pivotMs = Date.UTC(2020, 0, 1);
    const timesOf = (file: string) => decodeLog(file, pivotMs).fixes.map((fix) => iso(fix.timeMs));
    // gpsd 08d8b4f5, which knew it was later than 2013, reports these two logs so.
    expect(timesOf('gpsd-bt451.nmea')).toContain('2029-07-25T15:25:05.000Z');
    expect(timesOf('gpsd-triton400.nmea')).toContain('2032-11-15T03:01:29.000Z');
    expect(timesOf('gpsd-ublox-neo-m9n-nmea.nmea')[0]).toBe('2020-07-11T22:37:45.000Z');
  });
});
