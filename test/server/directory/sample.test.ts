import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { organisations, putRow, selectRows } from '../../../server/directory/directory-table.ts';
import { loadSample, sampleDirectory } from '../../../server/directory/sample.ts';
import { openRig, type Rig } from '../rig.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await openRig();
});
afterAll(() => rig.close());

const version = async () =>
  (await rig.server.store.get<{ version: number }>('SELECT version FROM directory_state'))?.version;

describe('the sample directory', () => {
  const sample = sampleDirectory();

  it('says of every organisation, vehicle and person that it is a sample', () => {
    for (const { nameZh, nameEn } of [...sample.organisations, ...sample.people]) {
      expect(nameZh).toContain('示例');
      expect(nameEn).toContain('Sample');
    }
    for (const { plate } of sample.vehicles) expect(plate).toContain('示');
  });

  it('has no two printed codes with one number', () => {
    const numbers = [...sample.vehicles, ...sample.people].map((row) => row.subjectNumber);
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(sample.vehicles.filter(({ role }) => role === 'tow-truck')).toHaveLength(200);
  });

  it('calls no number that a person could have: local numbers do not begin with 0', () => {
    for (const { hotline } of sample.organisations) expect(hotline).toMatch(/^0311-0000 \d{4}$/);
  });

  it('keeps no rates of its own: the fee standard is the tariff in force', () => {
    expect(sample.documents.map(({ kind }) => kind).sort()).toEqual(['legal-basis', 'procedure']);
    expect(JSON.stringify(sample.documents)).not.toMatch(/"fen"|"rate"/);
  });

  it('loads once: the same sample again changes no version', async () => {
    const before = await version();
    await loadSample(rig.server.store, sample);
    expect(await version()).toBe(before);
  });

  it('a changed sample replaces the sample, and never what is real', async () => {
    const [real] = await selectRows(rig.server.store, organisations, 'organisation_id = ?', [
      'org-demo-brigade',
    ]);
    if (real === undefined) throw new Error('the brigade is missing');
    await rig.server.store.write((tx) =>
      putRow(tx, organisations, { ...real, nameZh: '真实大队', sample: false }),
    );
    const changed = {
      ...sample,
      organisations: sample.organisations.map((row) => ({ ...row, areaZh: '示例新区域' })),
    };
    await loadSample(rig.server.store, changed);
    const rows = await selectRows(rig.server.store, organisations, 'TRUE', []);
    const byId = new Map(rows.map((row) => [row.organisationId, row]));
    expect(byId.get('org-demo-rescue')?.areaZh).toBe('示例新区域');
    expect(byId.get('org-demo-brigade')).toMatchObject({ nameZh: '真实大队', sample: false });
    expect(byId.get('org-demo-brigade')?.areaZh).toBe(real.areaZh);
  });
});
