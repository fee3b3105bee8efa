import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../protocols/command.ts';
import { destination, distanceM } from '../../../protocols/geo/geo.ts';
import { runCommand } from '../geo/run-command.ts';
import { feature, file, origin, straight } from './roads.ts';

const north = straight(origin, 0, 1_000, 11);
const json = file([
  feature(north, { validTo: '2023-01-01', anchors: [{ stake: 'K0+000', vertex: 0 }] }),
  feature(north, { validFrom: '2023-01-01', anchors: [{ stake: 'K234+000', vertex: 0 }] }),
]);
const files = {
  'n.geojson': `\ufeff${JSON.stringify(json)}`,
  'bad.geojson': JSON.stringify({ ...json, datum: undefined }),
};
const options = { network: 'n.geojson' };
const lines = (...rows: unknown[]) => rows.map((row) => JSON.stringify(row)).join('\n');

describe('stake locate', () => {
  const { lat, lon } = destination(destination(origin, 0, 567), 90, 12);

  it('prints exactly the keys of its contract', () => {
    const input = lines({ lat, lon }, { lat, lon, courseDeg: 3 }, { lat, lon, courseDeg: null });
    const { printed, ok } = runCommand('stake locate', input, { options, files });
    const place = { section: 'G4', stake: 'K234+567', stakeM: 234_567, offsetM: 12, side: 'right' };
    expect(printed).toEqual([
      { ...place, direction: null },
      { ...place, direction: 'INC' },
      { ...place, direction: null },
    ]);
    expect(Object.keys(printed[0] as object)).toEqual([
      'section',
      'stake',
      'stakeM',
      'offsetM',
      'side',
      'direction',
    ]);
    expect(ok).toBe(true);
  });

  it('looks at the network of the moment named, in seconds or as text, else of now', () => {
    const input = lines(
      { lat, lon, at: Date.parse('2022-06-01') / 1000 },
      { lat, lon, at: '2022-06-01' },
      { lat, lon, at: '2023-01-01T00:00:00+08:00' },
    );
    const { printed } = runCommand('stake locate', input, { options, files });
    const stakes = printed.map((line) => (line as { stake: string }).stake);
    expect(stakes).toEqual(['K0+567', 'K0+567', 'K234+567']);
    const then = { options, files, nowS: Date.parse('2021-01-01') / 1000 };
    const [now] = runCommand('stake locate', lines({ lat, lon }), then).printed;
    expect(now).toMatchObject({ stake: 'K0+567' });
  });

  it('answers a line for a line when there is nothing to find', () => {
    const input = lines({ lat: 0, lon: 0 }, { lat }, { lat, lon, courseDeg: 'n' }, 5);
    const more = lines({ lat, lon, at: 'soon' });
    const run = runCommand('stake locate', `${input}\n\n${more}`, { options, files });
    expect(run.printed).toEqual([
      { error: 'off-network' },
      { error: 'bad-position' },
      { error: 'bad-course' },
      { error: 'bad-position' },
      { error: 'bad-position' },
      { error: 'bad-moment' },
    ]);
    expect(run.ok).toBe(false);
  });

  it('is wrong usage without a network, and names what is wrong with a bad one', () => {
    expect(() => runCommand('stake locate', '')).toThrow(UsageError);
    const bad = { options: { network: 'bad.geojson' }, files };
    expect(() => runCommand('stake locate', '', bad)).toThrow(/datum-undeclared/);
  });
});

describe('stake point', () => {
  it('prints the place of a stake, and why there is none', () => {
    const input = lines(
      { section: 'G4', stake: 'K234+567' },
      { section: 'G4', stake: 'k234+567', carriageway: 'DEC' },
      { section: 'G4', stake: 'K1+000' },
      { section: 'G5', stake: 'K1+000' },
      { section: 'G4', stake: '234' },
      { stake: 'K1+000' },
      { section: 'G4', stake: 'K234+567', carriageway: 'up' },
    );
    const run = runCommand('stake point', `${input}\nnone\n`, { options, files });
    const [first, second, ...refused] = run.printed;
    expect(distanceM(first as typeof origin, destination(origin, 0, 567))).toBeLessThan(0.01);
    expect(Object.keys(first as object)).toEqual(['lat', 'lon']);
    expect(second).toEqual(first);
    expect(refused.map((line) => (line as { error: string }).error)).toEqual([
      'off-section',
      'unknown-section',
      'bad-stake',
      'bad-section',
      'bad-carriageway',
      'bad-section',
    ]);
    expect(run.ok).toBe(false);
  });
});

describe('network check', () => {
  it('prints the problems of a file a line each', () => {
    const run = runCommand('network check', '', { positionals: ['bad.geojson'], files });
    expect(run.printed).toEqual([
      {
        code: 'datum-undeclared',
        feature: null,
        section: null,
        property: 'datum',
        message:
          'the file declares no datum: ' +
          'write "datum": "WGS-84" or "datum": "GCJ-02" at the top, as surveyed',
      },
    ]);
    expect(run.ok).toBe(false);
  });

  it('says what is in a good one', () => {
    const run = runCommand('network check', '', { options, files });
    const counts = { sections: 1, lines: 2, vertices: 22, areas: 0, lengthM: 20_000 };
    expect(run).toEqual({ printed: [{ ok: true, name: null, ...counts }], ok: true });
  });
});
