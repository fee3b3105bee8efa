import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../protocols/command.ts';
import { runCommand } from './run-command.ts';

describe('geo convert', () => {
  const junction = '{"lat": 31.5966508, "lon": 117.9861357}\n';

  it('converts a line each way', () => {
    const there = runCommand('geo convert', junction, { options: { from: 'wgs84', to: 'gcj02' } });
    expect(there).toEqual({ printed: [{ lat: 31.594631021, lon: 117.991487261 }], ok: true });
    const text = JSON.stringify(there.printed[0]);
    const back = runCommand('geo convert', text, { options: { from: 'gcj02', to: 'wgs84' } });
    expect(back).toEqual({ printed: [{ lat: 31.5966508, lon: 117.9861357 }], ok: true });
  });

  it('answers every line, and refuses what is no position', () => {
    const input = `nonsense\n\n{"lat": 91, "lon": 0}\n{"lat": "31", "lon": 117}\n${junction}`;
    const run = runCommand('geo convert', input, { options: { from: 'wgs84', to: 'wgs84' } });
    const refused = { error: 'bad-position' };
    const same = { lat: 31.5966508, lon: 117.9861357 };
    expect(run).toEqual({ printed: [refused, refused, refused, refused, same], ok: false });
  });

  it.each([{ to: 'gcj02' }, { from: 'bd09', to: 'gcj02' }, { from: 'wgs84', to: 'toString' }])(
    'is wrong usage with %o',
    (options) => {
      expect(() => runCommand('geo convert', '', { options })).toThrow(UsageError);
    },
  );
});
