import { describe, expect, it } from 'vitest';
import { SentenceSplitter } from '../../../protocols/nmea/framing.ts';
import { decodeSentence, encodeSentence, talkers } from '../../../protocols/nmea/sentences.ts';
import { readJson, recordedSentences } from './logs.ts';

interface PeerCase {
  readonly name: string;
  readonly raw: string;
  readonly expected?: Readonly<Record<string, string | number>>;
  readonly peerRejects?: string;
}

const { cases } = readJson<{ cases: readonly PeerCase[] }>('sentences-go-nmea.json');

/** Their names for our values, where both differ only in name. */
const sameValue: Readonly<Record<string, readonly string[]>> = {
  latitude: ['lat'],
  longitude: ['lon'],
  speedKnots: ['speedKn'],
  speedKmh: ['speedKmh'],
  courseTrue: ['courseDeg'],
  courseMagnetic: ['magneticCourseDeg'],
  magVar: ['variationDeg'],
  satellites: ['satsUsed'],
  svs: ['satsUsed'],
  altitude: ['altM'],
  geoidSeparation: ['geoidM'],
  totalMessages: ['messages'],
  messageNumber: ['message'],
  offsetHours: ['zoneHours'],
  offsetMinutes: ['zoneMinutes'],
  satsInView: ['satsInView'],
  hdop: ['hdop'],
  pdop: ['pdop'],
  vdop: ['vdop'],
  validity: ['status'],
};

type Loose = Readonly<Record<string, unknown>>;

/** A value of ours in their form. They write zero for an empty field, we write null. */
function asPeer(values: Loose, name: string): unknown {
  const date = new Date(Number(values.dateMs));
  switch (name) {
    case 'time':
      return new Date(Number(values.timeOfDayMs)).toISOString().slice(11, 23);
    case 'date_ddmmyy':
      return date.toISOString().slice(2, 10).split('-').reverse().join('');
    case 'day':
      return date.getUTCDate();
    case 'month':
      return date.getUTCMonth() + 1;
    case 'year':
      return date.getUTCFullYear();
    case 'fixQuality':
      return values.quality;
    default:
      return values[sameValue[name]?.[0] ?? name] ?? 0;
  }
}

function bodyOf(raw: string): string {
  const [framed] = new SentenceSplitter().push(Buffer.from(raw));
  if (framed === undefined || !('body' in framed)) throw new Error(`not a sentence: ${raw}`);
  return framed.body;
}

function valuesOf(body: string): Loose {
  const decoded = decodeSentence(body);
  if (!('sentence' in decoded)) throw new Error(`${body}: ${JSON.stringify(decoded)}`);
  return decoded.sentence.values;
}

const foreignAddresses = ['YDRMC', 'IIGLL'];

describe('decodeSentence on the cases of go-nmea', () => {
  const accepted = cases.filter(({ expected }) => expected !== undefined);
  const rejected = cases.filter(({ peerRejects }) => peerRejects !== undefined);

  it('has all of their cases before it', () => {
    expect([accepted.length, rejected.length]).toEqual([26, 28]);
  });

  it.each(accepted)('reads the fields of $name, $raw', ({ raw, expected = {} }) => {
    const body = bodyOf(raw);
    const address = body.slice(0, 5);
    // Talkers that are no receivers are passed over; their fields are read as any other's.
    if (foreignAddresses.includes(address)) {
      expect(decodeSentence(body)).toEqual({ foreign: address });
    }
    const values = valuesOf(foreignAddresses.includes(address) ? `GP${body.slice(2)}` : body);
    for (const [name, theirs] of Object.entries(expected)) {
      const wanted = name === 'fixQuality' && theirs === 'GPS' ? 1 : theirs;
      const ours = asPeer(values, name);
      if (typeof ours === 'number') expect(ours, name).toBeCloseTo(Number(wanted), 8);
      else expect(ours, name).toBe(wanted);
    }
  });

  it.each(rejected)('refuses $raw, as they do: $peerRejects', ({ raw }) => {
    expect(decodeSentence(bodyOf(raw))).toHaveProperty('badField');
  });
});

describe('decodeSentence', () => {
  it('makes null of every empty field', () => {
    const decoded = decodeSentence('GPGGA,,,,,,0,00,99.99,,,,,,');
    expect(decoded).toEqual({
      sentence: {
        talker: 'GP',
        type: 'GGA',
        values: {
          timeOfDayMs: null,
          lat: null,
          lon: null,
          quality: 0,
          satsUsed: 0,
          hdop: 99.99,
          altM: null,
          geoidM: null,
          correctionAgeS: null,
          stationId: null,
        },
      },
    });
    for (const type of ['RMC', 'GGA', 'GSA', 'GSV', 'VTG', 'GLL', 'ZDA', 'GNS']) {
      expect(Object.values(valuesOf(`GP${type}`)).every((value) => value === null)).toBe(true);
    }
  });

  it('makes null of a unit or a side without a value', () => {
    const values = valuesOf('GNGGA,074150.799,,N,,E,0,00,,,M,,M,,0000');
    expect(values).toMatchObject({ lat: null, lon: null, altM: null, geoidM: null });
    expect(valuesOf('GPVTG,,T,,M,0.253,N,0.469,K,A')).toMatchObject({
      courseDeg: null,
      magneticCourseDeg: null,
      speedKn: 0.253,
      speedKmh: 0.469,
      mode: 'A',
    });
  });

  it('reads what the receivers of the logs write beside the standard', () => {
    expect(
      valuesOf('GPGGA,235946.005,8960.000000,N,00000.000000,E,0,0,,137.000,M,13.000,M,,'),
    ).toMatchObject({ lat: 90, lon: 0, altM: 137 });
    expect(valuesOf('BDGSA,A,3,02,03,04,,,,,,,,,,5.1,1.3,4.9,3.3')).toMatchObject({
      fix: 3,
      satellites: [2, 3, 4],
      hdop: 1.3,
      systemId: '3.3',
    });
    expect(
      valuesOf('GPGGA,030129.00,2638.1726,N,08011.3892,W,1,06,1.5,00016,M,-0028,M,,'),
    ).toMatchObject({ altM: 16, geoidM: -28 });
    expect(valuesOf('GPGSV,3,3,09,15,05,057,32,,,,,,,,,,,,,1')).toMatchObject({
      inView: {
        satellites: [{ number: 15, elevationDeg: 5, azimuthDeg: 57, signalDbHz: 32 }],
        signalId: '1',
      },
    });
  });

  it('reads the equator and the first meridian as zero from either side', () => {
    const { lat, lon } = valuesOf('GPGLL,0000.0000,S,00000.0000,W,120000,A');
    expect([Object.is(lat, 0), Object.is(lon, 0)]).toEqual([true, true]);
  });

  it('refuses times, dates and places that do not exist', () => {
    const wrong = [
      'GPZDA,246060.00,12,07,1996,00,00',
      'GPZDA,235961.00,12,07,1996,00,00',
      'GPZDA,120000.00,31,02,2024,00,00',
      'GPZDA,120000.00,12,13,2024,00,00',
      'GPZDA,120000.00,12,,2024,00,00',
      'GPZDA,120000.00,05,01,1979,00,00',
      'GPGLL,9000.0001,N,00000.0,E,120000,A',
      'GPGLL,3960.1,N,00000.0,E,120000,A',
      'GPGLL,3926.7952,N,18000.0001,E,120000,A',
      'GPGLL,3926.7952,E,12000.5947,W,120000,A',
      'GPGLL,3926.7952,,12000.5947,W,120000,A',
      'GPGLL,+926.7952,N,12000.5947,W,120000,A',
      'GPGLL,3926.7952,N,2000.5947,W,120000,A',
      'GPVTG,360.1,T,,M,1.0,N,1.9,K',
      'GPVTG,1e2,T,,M,1.0,N,1.9,K',
      'GPVTG,10,T,,M,1.0,K,1.9,N',
      'GPVTG,10,T,,M,-1.0,N,,K',
    ];
    for (const body of wrong) expect(decodeSentence(body), body).toHaveProperty('badField');
    expect(valuesOf('GPZDA,235960.00,31,12,2016,00,00').timeOfDayMs).toBe(86_400_000);
    expect(valuesOf('GPZDA,120000.00,29,02,2024,-08,30').dateMs).toBe(Date.UTC(2024, 1, 29));
  });

  it('passes over other talkers, other sentences and proprietary ones', () => {
    const foreign = ['PMTK010,001', 'GPTXT,01,01,02,x', 'GPRMB,V', 'IIRMC', 'PQGSA,A,3', '', 'GP'];
    for (const body of [...foreign, 'GPconstructor', 'gprmc']) {
      expect(decodeSentence(body), body).toEqual({ foreign: body.split(',')[0] });
    }
    for (const talker of talkers) expect(decodeSentence(`${talker}RMC`)).toHaveProperty('sentence');
  });
});

describe('encodeSentence', () => {
  it('writes the field layout of the standard', () => {
    expect(
      encodeSentence('GN', 'RMC', {
        timeOfDayMs: 3_723_004,
        status: 'A',
        lat: 38.0428,
        lon: -0.5,
        speedKn: 12.3456,
        courseDeg: 7.5,
        dateMs: Date.UTC(2026, 0, 9),
        variationDeg: -6.14,
        mode: 'A',
      }),
    ).toBe('GNRMC,010203.004,A,3802.56800,N,00030.00000,W,12.346,7.50,090126,6.1,W,A,');
    expect(encodeSentence('GP', 'GGA', { quality: 1, satsUsed: 7, altM: -3.25 })).toBe(
      'GPGGA,,,,,,1,07,,-3.3,M,,,,',
    );
    expect(encodeSentence('GP', 'GSA', { selection: 'A', fix: 3, satellites: [3, 22] })).toBe(
      'GPGSA,A,3,03,22,,,,,,,,,,,,,,',
    );
  });

  it('carries sixty minutes of rounding into the next degree', () => {
    expect(encodeSentence('GP', 'GLL', { lat: 39.99999999, lon: -179.99999999 })).toBe(
      'GPGLL,4000.00000,N,18000.00000,W,,,',
    );
  });

  it('throws for values that no reader would take back', () => {
    const wrong = [
      { lat: 90.1 },
      { lat: Number.NaN },
      { lon: Number.POSITIVE_INFINITY },
      { dateMs: Date.UTC(1979, 0, 1) },
      { speedKn: -1 },
      { courseDeg: 361 },
    ];
    for (const values of wrong) {
      expect(() => encodeSentence('GP', 'RMC', values), JSON.stringify(values)).toThrow(RangeError);
    }
  });

  it('gives back what it read from every sentence of the logs, up to its written precision', () => {
    let checked = 0;
    for (const raw of recordedSentences()) {
      const [framed] = new SentenceSplitter().push(Buffer.from(raw));
      if (framed === undefined || !('body' in framed)) continue;
      const decoded = decodeSentence(framed.body);
      if (!('sentence' in decoded)) continue;
      const { talker, type, values } = decoded.sentence;
      const once = encodeSentence(talker, type, values);
      const again = decodeSentence(once);
      if (!('sentence' in again)) throw new Error(`${raw} became ${once}`);
      expect(encodeSentence(talker, type, again.sentence.values)).toBe(once);
      expectClose(again.sentence.values, values, raw);
      checked += 1;
    }
    expect(checked).toBeGreaterThan(2000);
  });
});

/** Half of the last written digit of each value that is not written exactly. */
const written: Readonly<Record<string, number>> = {
  lat: 1e-7,
  lon: 1e-7,
  altM: 0.051,
  geoidM: 0.051,
  variationDeg: 0.051,
  speedKn: 0.00051,
  courseDeg: 0.0051,
  speedKmh: 0.00051,
  correctionAgeS: 0.051,
};

function expectClose(ours: Loose, wanted: Loose, raw: string): void {
  for (const [name, value] of Object.entries(wanted)) {
    const precision = written[name];
    if (precision === undefined || value === null)
      expect(ours[name], `${name} ${raw}`).toEqual(value);
    else
      expect(Math.abs(Number(ours[name]) - Number(value)), `${name} ${raw}`).toBeLessThan(
        precision,
      );
  }
}
