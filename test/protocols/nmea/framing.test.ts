import { describe, expect, it } from 'vitest';
import {
  checksumOf,
  frameSentence,
  SentenceSplitter,
  sentenceBytesMax,
} from '../../../protocols/nmea/framing.ts';

const good = '$GPGLL,3926.7952,N,12000.5947,W,022732,A,A*58';
const goodBody = 'GPGLL,3926.7952,N,12000.5947,W,022732,A,A';

function split(text: string): unknown[] {
  const splitter = new SentenceSplitter();
  const framed = [...splitter.push(Buffer.from(text, 'latin1')), ...splitter.end()];
  return framed.map((one) => ('body' in one ? one.body : one.damage));
}

describe('SentenceSplitter', () => {
  it('takes sentences with upper and lower case checksums and any line end', () => {
    expect(split(`${good}\r\n${good}\r\r\n${good}\n${good}`)).toEqual(Array(4).fill(goodBody));
    expect(split('$GPRMC,205150.00,V,,,,,,,,,,,V*4a')).toEqual(['GPRMC,205150.00,V,,,,,,,,,,,V']);
  });

  it('refuses a sentence without checksum, whole or cut by the end of its line', () => {
    expect(split(`${good.slice(0, -3)}\r\n`)).toEqual(['checksum-missing']);
    expect(split(`${good.slice(0, -1)}\r\n`)).toEqual(['checksum-missing']);
    expect(split(`${good.slice(0, -2)}\r\n`)).toEqual(['checksum-missing']);
    expect(split(`${good.slice(0, -1)}G\r\n`)).toEqual(['checksum-missing']);
  });

  it('refuses a wrong checksum', () => {
    expect(split(good.replace('3926', '3927'))).toEqual(['checksum-wrong']);
  });

  it('starts again at every $', () => {
    expect(split(`$${good}`)).toEqual([goodBody]);
    expect(split(`$$$$${good}`)).toEqual([goodBody]);
    expect(split(`$GPGGA,030130${good}`)).toEqual(['sentence-cut', goodBody]);
    expect(split(`${good.slice(0, -2)}${good}`)).toEqual(['sentence-cut', goodBody]);
    expect(split(`${good.slice(0, -1)}${good}`)).toEqual(['sentence-cut', goodBody]);
  });

  it('passes over bytes between sentences', () => {
    expect(split(`4,N*5A\r\n \x00\xff${good}*47\xb5b${good}`)).toEqual([goodBody, goodBody]);
  });

  it('refuses a sentence with bytes that are not printable ASCII', () => {
    expect(split(`${good.replace('N', '\x00')}\r\n${good}`)).toEqual([
      'byte-not-printable',
      goodBody,
    ]);
    expect(split(`${good.replace('N', '\xe9')}\r\n`)).toEqual(['byte-not-printable']);
  });

  it('passes over comment lines of recorded logs, and only those', () => {
    expect(split(`# see ${good}\n${good}`)).toEqual([goodBody]);
    expect(split(`x# ${good}\r\n#\r${good}`)).toEqual([goodBody, goodBody]);
  });

  it('bounds a sentence and takes the next one', () => {
    const longest = frameSentence(`GPTXT,${'x'.repeat(sentenceBytesMax - 6)}`);
    expect(split(longest)).toEqual([longest.slice(1, -5)]);
    expect(split(`$GPTXT,${'x'.repeat(sentenceBytesMax - 5)}*00\r\n${good}`)).toEqual([
      'sentence-too-long',
      goodBody,
    ]);
    expect(split('x'.repeat(100_000) + good)).toEqual([goodBody]);
  });

  it('counts a sentence still open at the end as cut', () => {
    expect(split(good.slice(0, 20))).toEqual(['sentence-cut']);
    expect(split('$')).toEqual([]);
  });
});

describe('frameSentence', () => {
  it('writes the commands of the makers with the checksums they print', () => {
    expect(frameSentence('PCAS06,0')).toBe('$PCAS06,0*1B\r\n');
    expect(frameSentence('PCAS04,3')).toBe('$PCAS04,3*1A\r\n');
    expect(frameSentence('PCAS11,3')).toBe('$PCAS11,3*1E\r\n');
    expect(frameSentence('PCAS00')).toBe('$PCAS00*01\r\n');
    expect(frameSentence('PCAS03,1,0,0,0,1,0,0,0,0,0,,,0,0')).toMatch(/\*02\r\n$/);
    expect(frameSentence('PMTK220,1000')).toBe('$PMTK220,1000*1F\r\n');
    expect(frameSentence('PMTK605')).toBe('$PMTK605*31\r\n');
    expect(frameSentence('PAIR062,4,1')).toBe('$PAIR062,4,1*3B\r\n');
    expect(frameSentence('PQTMCFGMSGRATE,W,GGA,1')).toBe('$PQTMCFGMSGRATE,W,GGA,1*0A\r\n');
    expect(checksumOf('PMTK605')).toBe(0x31);
  });

  it('throws for a body that no splitter would give back', () => {
    for (const body of ['', 'A*B', 'A$B', 'A\nB', 'é', 'x'.repeat(sentenceBytesMax + 1)]) {
      expect(() => frameSentence(body), body).toThrow(RangeError);
    }
  });
});
