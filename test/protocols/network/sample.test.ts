import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { distanceM } from '../../../protocols/geo/geo.ts';
import { found, networkOf, placeOf, sampleText } from './roads.ts';

const script = fileURLToPath(new URL('../../../.tools/sample-network.mjs', import.meta.url));

describe('the sample network', () => {
  const text = sampleText();
  const json = JSON.parse(text);
  const network = networkOf(json);

  it('is what its script makes, byte for byte, in less than 400 KB', () => {
    const folder = mkdtempSync(join(tmpdir(), 'xinlu-sample-'));
    try {
      execFileSync(process.execPath, [script, join(folder, 'network.geojson')]);
      expect(readFileSync(join(folder, 'network.geojson'), 'utf8')).toBe(text);
    } finally {
      rmSync(folder, { recursive: true });
    }
    expect(Buffer.byteLength(text)).toBeLessThan(400_000);
  });

  it('is marked as a sample with assumed stakes, as a whole and on every line', () => {
    expect(network.name).toContain('示例');
    for (const { properties } of json.features) {
      expect(properties.name).toContain('示例');
      expect(properties.note).toContain('桩号为假设值 (A)');
    }
  });

  it('has a section in two carriageways 12 m apart, a ramp and a chain break', () => {
    const [inc, dec] = (['INC', 'DEC'] as const).map((carriageway) =>
      found(network.point('G4', 152_300, carriageway)),
    );
    if (inc === undefined || dec === undefined) throw new Error('no carriageway');
    expect(distanceM(inc, dec)).toBeCloseTo(12, 0);
    expect(placeOf(network, inc, inc.bearingDeg)).toMatchObject({
      section: 'G4',
      carriageway: 'INC',
      direction: 'INC',
      towards: '邯郸',
    });
    expect(placeOf(network, dec, inc.bearingDeg + 180).towards).toBe('北京');
    const ramp = found(network.point('G4-A', 300, 'INC', { prefix: 'A' }));
    expect(placeOf(network, ramp, ramp.bearingDeg).stake).toBe('AK0+300');
    expect(network.point('G20', 576_850)).toEqual({ error: 'chain-gap' });
  });

  it('lets every section of it be driven from end to end', () => {
    for (const section of network.sections) {
      const lines = network.lines.filter((line) => line.section === section);
      const from = Math.min(...lines.map(({ chainage }) => chainage.fromStakeM));
      const to = Math.max(...lines.map(({ chainage }) => chainage.toStakeM));
      const { prefix } = lines[0] ?? { prefix: '' };
      for (const carriageway of ['INC', 'DEC'] as const) {
        if (prefix !== '' && carriageway === 'DEC') continue;
        const metres = found(network.roadDistanceM(section, from, to, carriageway, { prefix }));
        expect(metres / (to - from), section).toBeGreaterThan(0.99);
        expect(metres / (to - from), section).toBeLessThan(1.01);
      }
    }
  });

  it('says who is responsible: the sample brigade and, up to Shijiazhuang, the rescue firm', () => {
    expect(network.organisationsAt({ section: 'G4', stakeM: 150_000 })).toEqual([
      'org-demo-rescue',
      'org-demo-brigade',
    ]);
    expect(network.organisationsAt({ section: 'G4', stakeM: 300_000 })).toEqual([
      'org-demo-brigade',
    ]);
    expect(network.organisationsAt({ section: 'G20', stakeM: 500_000 })).toEqual([]);
    expect(network.organisationsAt({ section: 'G5', stakeM: 150_000 })).toEqual([]);
  });
});
