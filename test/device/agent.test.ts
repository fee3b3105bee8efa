import { afterEach, describe, expect, it } from 'vitest';
import { distanceM } from '../../protocols/geo/geo.ts';
import { readCodeLink } from '../../protocols/scan-code/code.ts';
import { type RigOptions, rigSerial, truePosition, UnitRig } from './support/unit-rig.ts';
import { temporaryFolder } from './support/world.ts';

const cleanUps: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

function newFolder(): string {
  const folder = temporaryFolder();
  cleanUps.push(() => folder.remove());
  return folder.path;
}

async function running(options: Partial<RigOptions> = {}): Promise<UnitRig> {
  const rig = await UnitRig.make({ folder: newFolder(), ...options });
  await rig.start();
  cleanUps.push(() => rig.stop());
  return rig;
}

describe('the agent', () => {
  it('enrols, takes its time from the receiver, and shows a code of where and when', async () => {
    const rig = await running();
    const state = await rig.untilCode();
    expect(state).toMatchObject({ serial: rigSerial, unitId: 4711, kind: 0, gnss: 'fix' });
    const reading = readCodeLink(state.url ?? '');
    if (!reading.ok) throw new Error(reading.malformed);
    const { fields } = reading.code;
    expect(fields.issuedAt).toBe(state.issuedAt);
    expect(fields.ttlS).toBe(30);
    const at = truePosition((fields.issuedAt - (fields.fixAgeS ?? Number.NaN)) * 1000);
    const place = { lat: fields.lat ?? 0, lon: fields.lon ?? 0 };
    expect(distanceM(place, at)).toBeLessThan(5);
    expect(distanceM(state.truth ?? { lat: 0, lon: 0 }, at)).toBeLessThan(0.01);
    expect(state.matchWords?.split(' ')).toHaveLength(3);
    expect(await rig.health()).toEqual({ ok: true });
  });

  it('delivers everything it writes, once, and keeps nothing that was acknowledged', async () => {
    const rig = await running();
    await rig.untilCode();
    await rig.world.pass(70_000);
    const records = rig.gateway.records();
    expect(records.map(({ seq }) => seq)).toEqual(records.map((_, index) => index + 1));
    const kinds = new Set(records.map(({ kind }) => kind));
    expect([...kinds].sort()).toEqual(['event', 'fix', 'hello', 'shown', 'status']);
    expect(rig.gateway.repeats).toBe(0);
    expect(rig.gateway.problems).toEqual([]);
    const fixes = records.filter(({ kind }) => kind === 'fix');
    expect(fixes.length).toBeGreaterThan(12);
    expect(fixes.length).toBeLessThan(18);
  });
});
