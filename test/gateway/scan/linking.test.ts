import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Incident } from '../../../gateway/incidents/incident.ts';
import { distanceM } from '../../../protocols/geo/geo.ts';
import type { ScanRelinked, ScanReport } from '../../../protocols/http/link-bodies.ts';
import type { ScanFields } from '../../../protocols/scan-code/fields.ts';
import { latOf, networkText, roadLon } from '../place/network.ts';
import { codeOf, fixAt, pause, startMs, type TestUnit, until } from './kit.ts';
import { type Rig, startRig } from './rig.ts';

let rig: Rig;
let truck: TestUnit;
const scene = { section: 'G4', prefix: '', stakeM: 104_567, direction: 'INC' } as const;

beforeEach(async () => {
  rig = await startRig(networkText);
  truck = rig.fleet.add('XL-TEST-0007', 7);
  await until(() => rig.link.problems().length === 0);
});
afterEach(() => rig.stop());

async function scanned(fields: Partial<ScanFields> = {}, unit = truck): Promise<ScanReport> {
  const { digits } = codeOf(unit, rig.clock.nowMs, { ttlS: 300, ...fields });
  const { location } = await rig.scan(digits);
  const report = rig.server.scans().get(location.split('/').at(-1) ?? '')?.body;
  if (report === undefined) throw new Error('the server did not get the scan');
  return report;
}

async function incidentAt(stakeM: number, direction: 'INC' | 'DEC' = 'INC'): Promise<Incident> {
  const result = await rig.incidents.report(
    { kind: 'rescue', summary: '爆胎', at: { ...scene, stakeM, direction } },
    'clerk',
  );
  if (!result.ok) throw new Error(result.message);
  return result.incident;
}

/** The unit drove north and stands at a stake. */
function standAt(stakeM: number, beforeMs = 0): void {
  const nowMs = rig.clock.nowMs - beforeMs;
  rig.fleet.receive(7, [
    fixAt(nowMs - 20_000, latOf(stakeM - 100), roadLon, { speedMps: 15, courseDeg: 1 }),
    fixAt(nowMs - 10_000, latOf(stakeM), roadLon),
  ]);
}

function relinks(): ScanRelinked[] {
  return rig.server.taken.flatMap((message) =>
    message.type === 'scan-relinked' ? [message.body] : [],
  );
}

const at = (stakeM: number) => ({ lat: latOf(stakeM), lon: roadLon, fixAgeS: 1 });

describe('the place of a scan', () => {
  it('is the stake of the signed position, with the direction the truck came in', async () => {
    standAt(104_000);
    const { place, position } = await scanned(at(104_000));
    expect(position).toMatchObject({ source: 'signed', ageS: 1 });
    expect(place).toMatchObject({ section: 'G4', direction: 'INC', directionText: '北京方向' });
    expect(Math.abs((place?.stakeM ?? 0) - 104_000)).toBeLessThanOrEqual(3);
  });

  it('has no direction when the truck has moved unseen since it last drove', async () => {
    standAt(103_000);
    expect((await scanned(at(104_000))).place).toMatchObject({ direction: null });
  });

  it('keeps its direction over a restart', async () => {
    standAt(104_000);
    await rig.restart();
    await until(() => rig.link.problems().length === 0);
    expect((await scanned(at(104_000))).place?.direction).toBe('INC');
  });

  it('comes from the last fix when the code has no position', async () => {
    standAt(104_000);
    const { position } = await scanned({ lat: null, lon: null, fixAgeS: null });
    expect(position).toMatchObject({ source: 'last-fix', ageS: 10 });
  });
});

describe('the incident of a scan', () => {
  it('is that of the number in the code, before any other', async () => {
    const coded = await incidentAt(110_000);
    const newer = await incidentAt(104_000);
    await rig.incidents.assign(coded.id, 'XL-TEST-0007', 'clerk');
    await rig.clock.advance(1_000);
    await rig.incidents.assign(newer.id, 'XL-TEST-0007', 'clerk');
    standAt(104_000);
    const { incident } = await scanned({ ...at(104_000), incidentRef: coded.ref });
    expect(incident).toMatchObject({ id: coded.id, linkedBy: 'code', stage: 'assigned' });
    expect(incident?.assignedAtMs).toBe(startMs);
  });

  it('is not that of a number the unit was never sent to', async () => {
    const other = await incidentAt(110_000);
    const mine = await incidentAt(104_000);
    await rig.incidents.assign(mine.id, 'XL-TEST-0007', 'clerk');
    const { incident } = await scanned({ ...at(104_000), incidentRef: other.ref });
    expect(incident).toMatchObject({ id: mine.id, linkedBy: 'open-incident' });
  });

  it('is still that of the number for ten minutes after the unit was released', async () => {
    const { id, ref } = await incidentAt(110_000);
    await rig.incidents.assign(id, 'XL-TEST-0007', 'clerk');
    await rig.incidents.apply(id, 'refuse', 'clerk');
    rig.clock.jump(599_000);
    expect((await scanned({ incidentRef: ref })).incident).toMatchObject({ id, linkedBy: 'code' });
    rig.clock.jump(2_000);
    const { incident } = await scanned({ incidentRef: ref });
    expect(incident).toMatchObject({ kind: 'encounter', linkedBy: 'encounter' });
  });

  it('is the nearest open one within 300 m on the same carriageway', async () => {
    await incidentAt(104_310);
    await incidentAt(104_050, 'DEC');
    const near = await incidentAt(104_250);
    standAt(104_000);
    expect((await scanned(at(104_000))).incident).toMatchObject({
      id: near.id,
      linkedBy: 'near-incident',
    });
  });

  it('is none of the near ones when the side the truck stands on is not known', async () => {
    await incidentAt(104_050);
    expect((await scanned(at(104_000))).incident).toMatchObject({ kind: 'encounter' });
  });

  it('is an ad-hoc encounter where nobody was sent, the same one for later scans', async () => {
    standAt(104_000);
    const first = await scanned(at(104_000));
    await rig.clock.advance(30_000);
    const second = await scanned(at(104_000));
    expect(first.incident).toMatchObject({
      kind: 'encounter',
      stage: 'arrived',
      arrivedAtMs: null,
    });
    expect(second.incident?.id).toBe(first.incident?.id);
    await rig.restart();
    await until(() => rig.link.problems().length === 0);
    await rig.clock.advance(1_000);
    expect((await scanned(at(104_000))).incident?.id).toBe(first.incident?.id);
    expect(rig.incidents.all()).toHaveLength(1);
  });

  it('is none for a kiosk, where nobody comes to', async () => {
    const kiosk = rig.fleet.add('XL-TEST-0009', 9, 1);
    expect((await scanned(at(104_000), kiosk)).incident).toBeNull();
  });
});

describe('late data', () => {
  it('moves a scan out of a tunnel to where the truck was, once, and tells the server', async () => {
    // The code was signed 200 s into a tunnel: the last fix is 200 s old.
    rig.fleet.receive(7, [
      fixAt(startMs - 200_000, latOf(102_000), roadLon, { speedMps: 20, courseDeg: 0 }),
    ]);
    const before = await scanned({ ...at(102_000), fixAgeS: 200 });
    expect(before.position).toMatchObject({ source: 'signed', ageS: 210 });
    // It comes out and uploads the tunnel's fixes, out of order.
    const tunnel = [-190, -5, 5, -100, 60].map((second) =>
      fixAt(startMs + second * 1000, latOf(106_000 + second * 20), roadLon, {
        speedMps: 20,
        courseDeg: 0,
      }),
    );
    await rig.clock.advance(120_000);
    rig.fleet.receive(7, tunnel.slice(0, 1));
    await rig.clock.advance(2_000);
    rig.fleet.receive(7, tunnel.slice(1));
    await rig.clock.advance(2_000);
    await until(() => relinks().length > 0);
    const last = relinks().at(-1);
    expect(last).toMatchObject({ scanId: before.scanId, position: { source: 'track', ageS: 5 } });
    expect(distanceM(last?.position ?? { lat: 0, lon: 0 }, at(106_000))).toBeLessThan(1);
    expect(last?.place).toMatchObject({ direction: 'INC' });
    expect(last?.position?.errorM).toBeLessThan(before.position?.errorM ?? 0);
    const versions = await rig.kept.store.all('SELECT version FROM scan_relink ORDER BY version');
    expect(versions.length).toBe(relinks().length);
    // Nothing that comes later changes a tight bracket.
    rig.fleet.receive(7, [fixAt(startMs + 1_000, latOf(109_000), roadLon)]);
    await rig.clock.advance(2_000);
    await pause();
    expect(relinks().at(-1)).toEqual(last);
  });

  it('finds the incident the truck was at, instead of the encounter that was opened', async () => {
    const { id } = await incidentAt(106_100);
    rig.fleet.receive(7, [
      fixAt(startMs - 200_000, latOf(102_000), roadLon, { speedMps: 20, courseDeg: 0 }),
    ]);
    const before = await scanned({ ...at(102_000), fixAgeS: 200 });
    expect(before.incident?.kind).toBe('encounter');
    rig.fleet.receive(7, [
      fixAt(startMs - 4_000, latOf(106_000), roadLon, { speedMps: 4, courseDeg: 0 }),
      fixAt(startMs + 6_000, latOf(106_010), roadLon),
    ]);
    await rig.clock.advance(2_000);
    await until(() => relinks().length > 0);
    expect(relinks().at(-1)?.incident).toMatchObject({ id, linkedBy: 'near-incident' });
  });

  it('is waited for over a restart', async () => {
    const before = await scanned({ lat: null, lon: null, fixAgeS: null });
    expect(before.position).toBeNull();
    await rig.restart();
    rig.fleet.receive(7, [
      fixAt(startMs - 4_000, latOf(106_000), roadLon),
      fixAt(startMs + 6_000, latOf(106_000), roadLon),
    ]);
    await rig.clock.advance(3_000);
    await until(() => relinks().length > 0);
    expect(relinks()[0]).toMatchObject({ scanId: before.scanId, position: { source: 'track' } });
  });

  it('never gives a revoked unit an incident', async () => {
    truck.key = { ...truck.key, revoked: true };
    await incidentAt(106_000);
    const before = await scanned({ lat: null, lon: null, fixAgeS: null });
    expect(before.verdict).toBe('revoked');
    rig.fleet.receive(7, [
      fixAt(startMs - 4_000, latOf(106_000), roadLon, { speedMps: 4, courseDeg: 0 }),
      fixAt(startMs + 6_000, latOf(106_000), roadLon),
    ]);
    await rig.clock.advance(3_000);
    await pause();
    expect(relinks()).toEqual([]);
  });

  it('tells scans of an incident when its unit has arrived', async () => {
    const { id } = await incidentAt(104_567);
    await rig.incidents.assign(id, 'XL-TEST-0007', 'clerk');
    await rig.clock.advance(600_000);
    const before = await scanned(at(104_567));
    expect(before.incident).toMatchObject({ id, arrivalMinutes: null });
    const arrivedMs = rig.clock.nowMs;
    rig.fleet.receive(7, [
      fixAt(arrivedMs - 5_000, latOf(104_500), roadLon, { speedMps: 9, courseDeg: 0 }),
      fixAt(arrivedMs, latOf(104_567), roadLon),
      fixAt(arrivedMs + 60_000, latOf(104_567), roadLon),
    ]);
    await rig.clock.advance(3_000);
    await until(() => relinks().length > 0);
    expect(relinks().at(-1)).toMatchObject({
      scanId: before.scanId,
      position: before.position,
      incident: { id, stage: 'arrived', arrivedAtMs: arrivedMs, arrivalMinutes: 10 },
    });
  });
});
