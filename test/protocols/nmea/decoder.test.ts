import { describe, expect, it } from 'vitest';
import { frameSentence, type GnssFix, NmeaDecoder } from '../../../protocols/nmea/nmea.ts';

function stream(bodies: readonly string[]): Uint8Array {
  return Buffer.from(bodies.map(frameSentence).join(''));
}

function decode(bodies: readonly string[], pivotMs?: number): GnssFix[] {
  const decoder = new NmeaDecoder({ pivotMs });
  return [...decoder.push(stream(bodies)), ...decoder.end()];
}

function times(fixes: readonly GnssFix[]): (string | null)[] {
  return fixes.map(({ timeMs }) => (timeMs === null ? null : new Date(timeMs).toISOString()));
}

const place = '3802.56800,N,11430.00000,E';
const there = { lat: 38.0428, lon: 114.5 };

function rmc(time: string, date: string, status = 'A', mode = 'A', talker = 'GN'): string {
  return `${talker}RMC,${time},${status},${place},10.0,90.0,${date},,,${mode}`;
}

function gga(time: string, quality = 1, talker = 'GN'): string {
  return `${talker}GGA,${time},${place},${quality},09,0.9,72.5,M,-9.1,M,,`;
}

function gll(time: string, status = 'A', mode = 'A'): string {
  return `GNGLL,${place},${time},${status},${mode}`;
}

describe('NmeaDecoder', () => {
  it('folds the sentences of one time stamp into one fix', () => {
    const gsa = 'GNGSA,A,3,03,05,27,,,,,,,,,,1.05,0.56,0.88,3';
    expect(decode([rmc('120000.25', '090126'), gga('120000.250'), gsa])).toEqual([
      {
        timeMs: Date.UTC(2026, 0, 9, 12, 0, 0, 250),
        ...there,
        altM: 72.5,
        speedMps: 5.144444,
        courseDeg: 90,
        fix: '3d',
        satsUsed: 9,
        hdop: 0.9,
        valid: true,
        reason: null,
      },
    ]);
  });

  it('gives the same fix whatever the order of the sentences in an epoch', () => {
    const parts = [rmc('120000', '090126'), gga('120000'), gll('120000')];
    const orders = [
      [0, 1, 2],
      [0, 2, 1],
      [1, 0, 2],
      [1, 2, 0],
      [2, 0, 1],
      [2, 1, 0],
    ];
    const all = orders.map((order) => decode(order.map((i) => parts[i] ?? '')));
    for (const fixes of all) expect(fixes).toEqual(all[0]);
    expect(all[0]).toHaveLength(1);
    expect(all[0]?.[0]).toMatchObject({ ...there, altM: 72.5, valid: true });
  });

  it('ends an epoch when the time changes, when told to, and at the end, once', () => {
    const decoder = new NmeaDecoder();
    expect(decoder.push(stream([rmc('120000', '090126'), gga('120000')]))).toEqual([]);
    expect(decoder.push(stream([gga('120001')]))).toHaveLength(1);
    expect(decoder.flush()).toHaveLength(1);
    expect(decoder.flush()).toEqual([]);
    expect(decoder.end()).toEqual([]);
    decoder.push(stream([gga('120002')]));
    expect(times(decoder.end())).toEqual(['2026-01-09T12:00:02.000Z']);
  });

  it('takes GLL alone for a fix', () => {
    const fixes = decode([rmc('120000', '090126'), gll('120001')]);
    expect(fixes[1]).toMatchObject({ ...there, fix: '2d', valid: true, speedMps: null });
    expect(times(fixes)[1]).toBe('2026-01-09T12:00:01.000Z');
  });

  it('takes the date from ZDA too, and lets ZDA neither open nor end an epoch', () => {
    const zda = (time: string) => `GPZDA,${time},09,01,2026,00,00`;
    expect(decode([zda('120000')])).toEqual([]);
    const fixes = decode([gga('120000'), zda('120000.5'), gll('120000'), gga('120001')]);
    expect(times(fixes)).toEqual(['2026-01-09T12:00:00.000Z', '2026-01-09T12:00:01.000Z']);
    expect(fixes.every(({ valid }) => valid)).toBe(true);
  });

  it('changes the date with midnight until a dated sentence comes', () => {
    const fixes = decode([
      rmc('235959', '311225'),
      gga('000000'),
      gga('000001'),
      gll('235959.5'),
      rmc('000002', '010126'),
    ]);
    expect(times(fixes)).toEqual([
      '2025-12-31T23:59:59.000Z',
      '2026-01-01T00:00:00.000Z',
      '2026-01-01T00:00:01.000Z',
      '2025-12-31T23:59:59.500Z',
      '2026-01-01T00:00:02.000Z',
    ]);
  });

  it('keeps counting days when only GGA comes for longer than a day', () => {
    const hours = Array.from({ length: 60 }, (_, i) => String((i + 1) % 24).padStart(2, '0'));
    const fixes = decode([rmc('000000', '280224'), ...hours.map((hour) => gga(`${hour}0000`))]);
    expect(times(fixes).at(-1)).toBe('2024-03-01T12:00:00.000Z');
  });

  it('takes a leap second for the first moment of the next day', () => {
    expect(times(decode([rmc('235960', '311216')]))).toEqual(['2017-01-01T00:00:00.000Z']);
  });

  it('passes over GSA and VTG that come before any epoch is open', () => {
    const gsa = 'GNGSA,A,2,03,05,27,,,,,,,,,,9.05,9.56,9.88,3';
    const [fix] = decode([
      gsa,
      'GNVTG,10.0,T,,M,7.0,N,,K,A',
      gga('120000'),
      rmc('120000', '090126'),
    ]);
    expect(fix).toMatchObject({ fix: '3d', hdop: 0.9, courseDeg: 90 });
  });

  it('takes speed and course from VTG where RMC is missing', () => {
    const dated = rmc('115959', '090126');
    const knots = decode([dated, gga('120000'), 'GNVTG,360.0,T,,M,10.0,N,99.0,K,A'])[1];
    expect(knots).toMatchObject({ speedMps: 5.144444, courseDeg: 0 });
    const kmh = decode([dated, gga('120000'), 'GNVTG,,T,,M,,N,36.0,K,A'])[1];
    expect(kmh).toMatchObject({ speedMps: 10, courseDeg: null });
  });

  it('says 2d for three satellites, without a height, or when GSA says so', () => {
    const dated = rmc('120000', '090126');
    const dimension = (bodies: readonly string[]) => decode([dated, ...bodies])[0]?.fix;
    expect(dimension([])).toBe('2d');
    expect(dimension([gga('120000')])).toBe('3d');
    expect(dimension([gga('120000').replace(',09,', ',03,')])).toBe('2d');
    expect(dimension([gga('120000'), 'GNGSA,A,2'])).toBe('2d');
    expect(dimension([gga('120000'), 'GNGSA,A,1'])).toBe('3d');
    expect(dimension([gga('120000'), 'GNGSA,A,2', 'GNGSA,A,3', 'GNGSA,A,1'])).toBe('3d');
    expect(dimension(['GNGSA,A,3', 'GNGSA,A,2'])).toBe('3d');
  });

  it('refuses an epoch that any of its sentences disowns, and says which', () => {
    const reasons = (bodies: readonly string[]) => decode(bodies).map(({ reason }) => reason);
    const good = rmc('120000', '090126');
    expect(reasons([rmc('120000', '090126', 'V'), gga('120000')])).toEqual(['rmc-void']);
    expect(reasons([rmc('120000', '090126', 'A', 'N'), gga('120000')])).toEqual(['rmc-void']);
    expect(reasons([good, gga('120000', 0)])).toEqual(['gga-void']);
    expect(reasons([good, gll('120000', 'V')])).toEqual(['gll-void']);
    expect(reasons([good, gll('120000', 'A', 'N')])).toEqual(['gll-void']);
    expect(reasons([good, `GNGNS,120000,${place},NNN,00,,,,,`])).toEqual(['gns-void']);
    expect(reasons([good, gga('120000', 6)])).toEqual(['estimated']);
    expect(reasons([rmc('120000', '090126', 'A', 'E')])).toEqual(['estimated']);
    expect(reasons([good, gga('120000', 8)])).toEqual(['simulated']);
    expect(reasons([rmc('120000', '090126', 'A', 'M')])).toEqual(['simulated']);
    expect(reasons([`GPRMC,120000,,${place},,,090126`])).toEqual(['no-status']);
    expect(reasons([good, gga('120000', 4), `GNGNS,120000,${place},NRN,11,,,,,`])).toEqual([null]);
  });

  it('refuses an epoch without time, date or position', () => {
    const reasons = (bodies: readonly string[]) => decode(bodies).map(({ reason }) => reason);
    expect(reasons([rmc('', '090126')])).toEqual(['no-time']);
    expect(reasons([gga('120000')])).toEqual(['no-date']);
    expect(reasons(['GPRMC,120000,A,,,,,,,090126'])).toEqual(['no-position']);
    const [undated] = decode([gga('120000')]);
    expect(undated).toMatchObject({ timeMs: null, lat: null, lon: null, fix: 'none', satsUsed: 9 });
  });

  it('lets one satellite system be void when another talker has the fix', () => {
    const both = [rmc('120000', '090126', 'V', 'N', 'GL'), rmc('120000', '090126', 'A', 'A', 'GP')];
    expect(decode(both)[0]?.valid).toBe(true);
    expect(decode(both.reverse())[0]?.valid).toBe(true);
  });

  it('prefers what is said for all satellite systems together', () => {
    const dated = rmc('120000', '090126');
    const one = gga('120000', 1, 'GP').replace(',09,', ',05,');
    expect(decode([dated, one, gga('120000')])[0]?.satsUsed).toBe(9);
    expect(decode([dated, gga('120000'), one])[0]?.satsUsed).toBe(9);
  });

  it('takes no position from a sentence that does not say whether it is one', () => {
    const silent = 'GNRMC,120000,,1000.00000,N,02000.00000,E,10.0,90.0,,,,';
    const fixes = decode(['GNZDA,120000,09,01,2026', silent, gga('120000')]);
    expect(fixes).toMatchObject([{ ...there, valid: true }]);
  });

  it('believes the lesser of two things one talker says of one moment', () => {
    const both = [rmc('120000', '090126'), rmc('120000', '090126', 'V')];
    expect(decode(both).map(({ reason }) => reason)).toEqual(['rmc-void']);
    expect(decode(both.reverse()).map(({ reason }) => reason)).toEqual(['rmc-void']);
  });

  it('counts rounds of a receiver without a clock by the sentence that repeats', () => {
    const round = ['GPRMC,,V', 'GPVTG', 'GPGGA,,,,,,0', 'GPGLL,,,,,,V'];
    expect(decode([...round, ...round, ...round]).map(({ reason }) => reason)).toEqual(
      Array(3).fill('rmc-void'),
    );
    const found = decode([...round, gga('120000'), rmc('120000', '090126')]);
    expect(found.map(({ valid }) => valid)).toEqual([false, true]);
  });

  it('takes a sentence of the old kind without a time into the open epoch', () => {
    const fixes = decode([rmc('120000', '090126'), `GPGLL,${place}`, gga('120000')]);
    expect(fixes).toHaveLength(1);
    expect(fixes[0]).toMatchObject({ ...there, valid: true });
  });

  it('keeps the good sentences of an epoch when one is damaged', () => {
    const decoder = new NmeaDecoder();
    const damaged = frameSentence(gga('120000')).replace('N', 'S');
    const wrong = 'GNGLL,A,N,11430.00000,E,120000,A,A';
    const text = frameSentence(rmc('120000', '090126')) + damaged + frameSentence(wrong);
    const fixes = [...decoder.push(Buffer.from(text)), ...decoder.end()];
    expect(fixes).toHaveLength(1);
    expect(fixes[0]).toMatchObject({ ...there, valid: true, altM: null });
    expect(decoder.counts).toEqual({
      intact: 2,
      refused: {
        'checksum-missing': 0,
        'checksum-wrong': 1,
        'sentence-cut': 0,
        'sentence-too-long': 0,
        'byte-not-printable': 0,
        'field-invalid': 1,
      },
    });
  });

  it('moves dates before the pivot, and no others, by whole 1024 weeks', () => {
    const pivotMs = Date.UTC(2026, 0, 1);
    const moved = (date: string) => times(decode([rmc('120000', date)], pivotMs))[0];
    expect(moved('010126')).toBe('2026-01-01T12:00:00.000Z');
    expect(moved('311225')).toBe('2045-08-16T12:00:00.000Z');
    expect(moved('260506')).toBe('2026-01-09T12:00:00.000Z');
    expect(moved('101086')).toBe('2026-01-09T12:00:00.000Z');
    expect(moved('010170')).toBe('2070-01-01T12:00:00.000Z');
    expect(times(decode([rmc('120000', '260506')]))).toEqual(['2006-05-26T12:00:00.000Z']);
    const zda = decode(['GPZDA,120000,26,05,2006,00,00', gga('120001')], pivotMs);
    expect(times(zda)).toEqual(['2026-01-09T12:00:01.000Z']);
  });
});
