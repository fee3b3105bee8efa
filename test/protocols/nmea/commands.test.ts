import { describe, expect, it } from 'vitest';
import { type CommandContext, type CommandLine, UsageError } from '../../../protocols/command.ts';
import { nmeaCommands } from '../../../protocols/nmea/commands.ts';
import { readVector } from './logs.ts';

function context(options: Record<string, string>): CommandContext {
  return { options, positionals: [], readFile: () => new Uint8Array(), nowS: () => 0 };
}

function run(bytes: Uint8Array, options: Record<string, string> = {}): CommandLine[] {
  const [decode] = nmeaCommands;
  const session = decode?.start(context(options));
  if (session === undefined) throw new Error('no command');
  return [...session.push(bytes), ...session.end()];
}

const rmc = '$GNRMC,120000.00,A,3802.5680,N,11430.0000,E,10.0,90.0,260506,,,A*49\r\n';

describe('nmea decode', () => {
  it('prints one object for each epoch with all keys in the order of the contract', () => {
    expect(run(Buffer.from(rmc)).map(({ print, ok }) => [JSON.stringify(print), ok])).toEqual([
      [
        '{"time":"2006-05-26T12:00:00.000Z","lat":38.0428,"lon":114.5,"altM":null,' +
          '"speedMps":5.144444,"courseDeg":90,"fix":"2d","satsUsed":null,"hdop":null,' +
          '"valid":true,"reason":null}',
        true,
      ],
    ]);
  });

  it('prints epochs that are no fix with lat and lon null and refuses them', () => {
    const lines = run(readVector('gpsd-mtk-3301.nmea'));
    expect(lines).toHaveLength(11);
    expect(lines.slice(0, 7).every(({ ok }) => !ok)).toBe(true);
    expect(JSON.stringify(lines[0]?.print)).toBe(
      '{"time":null,"lat":null,"lon":null,"altM":null,"speedMps":null,"courseDeg":null,' +
        '"fix":"none","satsUsed":0,"hdop":null,"valid":false,"reason":"rmc-void"}',
    );
  });

  it('accepts a log without damage, whatever stands in its notes', () => {
    const lines = run(readVector('gpsd-quectel-eg25-g-2.nmea'));
    expect(lines.map(({ ok }) => ok)).toEqual([true, true, true]);
  });

  it('refuses input with a damaged sentence even if every epoch is a fix', () => {
    const lines = run(readVector('gpsd-st-teseo-liv4f.nmea'));
    expect(lines).toHaveLength(12);
    expect(lines.every(({ print }) => (print as { valid: boolean }).valid)).toBe(true);
    expect(lines.map(({ ok }) => ok)).toEqual([...Array(11).fill(true), false]);
  });

  it('refuses input that holds damage alone, and prints nothing for it', () => {
    expect(run(readVector('gpsd-hp58534a.nmea'))).toEqual([{ print: undefined, ok: false }]);
    expect(run(Buffer.from(''))).toEqual([]);
  });

  it('moves old dates only when given a pivot', () => {
    const [moved] = run(Buffer.from(rmc), { pivot: '2026-01-01' });
    expect(moved?.print).toMatchObject({ time: '2026-01-09T12:00:00.000Z', valid: true });
  });

  it('says how to write a pivot that it cannot read', () => {
    for (const pivot of ['today', '2026-02-30', '2026-1-1', '1767225600', '']) {
      expect(() => run(Buffer.from(rmc), { pivot }), pivot).toThrow(UsageError);
    }
  });
});
