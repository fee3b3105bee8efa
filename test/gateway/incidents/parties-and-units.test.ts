import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  enforcementStep,
  hindranceStep,
  partyStep,
  withoutPartyStep,
} from '../../../gateway/incidents/detail-steps.ts';
import { warningsOf } from '../../../gateway/incidents/enforcement.ts';
import type { Incident } from '../../../gateway/incidents/incident.ts';
import type { IncidentResult } from '../../../gateway/incidents/incidents.ts';
import type { Party } from '../../../gateway/incidents/parties.ts';
import { latOf, networkText, roadLon } from '../place/network.ts';
import { codeOf, fixAt, startMs, type TestUnit, until } from '../scan/kit.ts';
import { type Rig, startRig } from '../scan/rig.ts';

let rig: Rig;
let truck: TestUnit;
let patrol: TestUnit;

beforeEach(async () => {
  rig = await startRig(networkText);
  truck = rig.fleet.add('XL-TEST-0007', 7);
  patrol = rig.fleet.add('XL-TEST-0009', 9);
  await until(() => rig.link.problems().length === 0);
});
afterEach(() => rig.stop());

const must = (result: IncidentResult): Incident => {
  if (!result.ok) throw new Error(result.message);
  return result.incident;
};

async function reported(stakeM = 104_567, kind: 'rescue' | 'enforcement' = 'rescue') {
  const at = { section: 'G4', prefix: '', stakeM, direction: 'INC' } as const;
  return must(await rig.incidents.report({ kind, summary: '示例', at }, 'clerk'));
}

function press(unitId: number, detail: string, happenedAtMs: number): void {
  rig.fleet.tell(unitId, [{ kind: 'event', happenedAtMs, values: { name: 'button', detail } }]);
}

const stageOf = (id: string) => rig.incidents.get(id)?.stage;

const car: Party = {
  partyId: 'p1',
  role: 'assisted',
  plate: '冀A12345',
  vehicleClass: 'bus-1',
};

describe('parties of an incident', () => {
  it('are several, can be corrected and taken back, and are there after a restart', async () => {
    const { id } = await reported();
    const add = (party: Party) =>
      rig.incidents.change(id, (one, atMs) => partyStep(one, party, 'clerk', atMs));
    await add(car);
    await add({ ...car, partyId: 'p2', role: 'involved', plate: null, vehicleClass: 'truck-6' });
    await add({ ...car, plate: '冀A54321' });
    await add({ ...car, partyId: 'p3' });
    await rig.incidents.change(id, (one, atMs) => withoutPartyStep(one, 'p3', 'clerk', atMs));
    await rig.restart();
    expect(rig.incidents.get(id)?.parties.map(({ partyId, plate }) => [partyId, plate])).toEqual([
      ['p1', '冀A54321'],
      ['p2', null],
    ]);
  });
});

describe('units of an incident', () => {
  it('are moved by their buttons at the time they were pressed, also when that is told late', async () => {
    const { id } = await reported();
    await rig.incidents.assign(id, 'XL-TEST-0007', 'clerk');
    rig.clock.jump(3_600_000);
    press(7, 'working', startMs + 1_800_000);
    await vi.waitFor(() => expect(stageOf(id)).toBe('working'));
    press(7, 'en-route', startMs + 60_000);
    press(7, 'arrived', startMs + 900_000);
    await vi.waitFor(() => expect(rig.incidents.get(id)?.assignments[0]?.stated).toHaveLength(3));
    expect(stageOf(id)).toBe('working');
    press(7, 'arrived', startMs + 900_000);
    press(7, 'volume-up', startMs + 900_000);
    await rig.restart();
    const [own] = rig.incidents.get(id)?.assignments ?? [];
    expect(own?.stated.map(({ event, atMs, source }) => [event, atMs - startMs, source])).toEqual([
      ['work', 1_800_000, 'button'],
      ['depart', 60_000, 'button'],
      ['arrive', 900_000, 'button'],
    ]);
  });

  it('pressed before they were sent say nothing of this incident', async () => {
    rig.clock.jump(60_000);
    const { id } = await reported();
    await rig.incidents.assign(id, 'XL-TEST-0007', 'clerk');
    press(7, 'arrived', startMs + 30_000);
    await new Promise(setImmediate);
    expect(rig.incidents.get(id)?.assignments[0]?.stated).toEqual([]);
  });

  it('clear a scene only together, and the incident ends by itself three hours later', async () => {
    const { id } = await reported();
    await rig.incidents.assign(id, 'XL-TEST-0007', 'clerk');
    await rig.incidents.assign(id, 'XL-TEST-0009', 'clerk');
    for (const serial of ['XL-TEST-0007', 'XL-TEST-0009']) {
      await rig.incidents.state(id, serial, { event: 'work', source: 'console', by: 'clerk' });
    }
    await rig.incidents.state(id, 'XL-TEST-0007', { event: 'clear', source: 'crew', by: 'c' });
    expect(stageOf(id)).toBe('working');
    await rig.incidents.state(id, 'XL-TEST-0009', { event: 'clear', source: 'crew', by: 'c' });
    expect(stageOf(id)).toBe('cleared');
    rig.clock.jump(3 * 3_600_000 - 60_000);
    await rig.clock.advance(30_000);
    expect(stageOf(id)).toBe('cleared');
    await rig.clock.advance(90_000);
    await vi.waitFor(() => expect(stageOf(id)).toBe('closed'));
    expect(rig.incidents.get(id)).toMatchObject({ outcome: 'done' });
  });

  it('keep their roles; the one that follows a released one is a replacement', async () => {
    const { id } = await reported();
    rig.fleet.add('XL-TEST-0008', 8);
    await rig.incidents.assign(id, 'XL-TEST-0009', 'clerk', 'enforcement');
    await rig.incidents.assign(id, 'XL-TEST-0007', 'clerk');
    await rig.incidents.release(id, 'XL-TEST-0007', 'clerk');
    const { assignments } = must(await rig.incidents.assign(id, 'XL-TEST-0008', 'clerk'));
    expect(assignments.map(({ role }) => role)).toEqual(['enforcement', 'rescue', 'replacement']);
    expect(assignments.map(({ organisation }) => organisation)).toEqual([
      null,
      'org-demo-rescue',
      null,
    ]);
  });

  it('that arrived by their fixes and not by word take the arrival back when late fixes do', async () => {
    const { id } = await reported();
    await rig.incidents.assign(id, 'XL-TEST-0007', 'clerk');
    const stand = (second: number) => fixAt(startMs + second * 1000, latOf(104_567), roadLon);
    const drive = (second: number, metres: number) =>
      fixAt(startMs + second * 1000, latOf(104_567 + metres), roadLon, {
        speedMps: 20,
        courseDeg: 0,
      });
    rig.clock.jump(600_000);
    rig.fleet.receive(7, [drive(10, -400), stand(60), stand(120), stand(130)]);
    await rig.clock.advance(1_500);
    await vi.waitFor(() => expect(stageOf(id)).toBe('arrived'));
    rig.fleet.receive(7, [drive(90, 100)]);
    await rig.clock.advance(1_500);
    await vi.waitFor(() => expect(stageOf(id)).toBe('assigned'));
  });
});

describe('an act of enforcement', () => {
  it('has a matter, officers, an end and a document, and warns below two officers', async () => {
    const { id } = await reported(104_567, 'enforcement');
    const change = (given: object) =>
      rig.incidents.change(id, (one, atMs) => enforcementStep(one, given, 'clerk', atMs));
    const first = must(await change({ matter: 'spillage', officers: ['示例-0001'] }));
    expect(warningsOf(first.enforcement, [])).toEqual(['fewer-than-two-officers']);
    const second = must(
      await change({ officers: ['示例-0001', '示例-0002'], endedAtMs: startMs + 1000 }),
    );
    expect(warningsOf(second.enforcement, [])).toEqual(['no-document']);
    expect(second.enforcement).toMatchObject({ matter: 'spillage', startedAtMs: startMs });
    const rescue = await reported(110_000);
    const refused = await rig.incidents.change(rescue.id, (one, atMs) =>
      enforcementStep(one, { matter: 'oversize' }, 'clerk', atMs),
    );
    expect(refused).toMatchObject({ ok: false, code: 'conflict' });
  });

  it('notes what keeps units away', async () => {
    const { id } = await reported();
    const jam = { kind: 'jam', fromMs: startMs, toMs: null } as const;
    const note = () =>
      rig.incidents.change(id, (one, atMs) => hindranceStep(one, jam, 'clerk', atMs));
    await note();
    expect(must(await note()).hindrances).toEqual([jam]);
  });
});

describe('two incidents at one place', () => {
  it('are proposed as one within 300 m of the same carriageway, and not elsewhere', async () => {
    const first = await reported();
    const second = await reported(104_800, 'enforcement');
    await reported(105_200);
    const at = { section: 'G4', prefix: '', stakeM: 104_567, direction: 'DEC' } as const;
    await rig.incidents.report({ kind: 'rescue', summary: '', at }, 'clerk');
    expect(await rig.incidents.proposals()).toMatchObject([
      { firstId: first.id, secondId: second.id, distanceM: 233, decision: null },
    ]);
  });

  it('become one with the units and parties of both, and codes of either are linked to it', async () => {
    const first = await reported();
    const second = await reported(104_700, 'enforcement');
    await rig.incidents.assign(first.id, 'XL-TEST-0007', 'clerk');
    await rig.incidents.assign(second.id, 'XL-TEST-0009', 'clerk');
    await rig.incidents.change(second.id, (one, atMs) => partyStep(one, car, 'clerk', atMs));
    const ids = { firstId: first.id, secondId: second.id };
    rig.clock.jump(1_000);
    const one = must(await rig.incidents.decide({ ...ids, accept: true, by: 'clerk' }));
    expect(one.assignments.map(({ serial, sentTo }) => [serial, sentTo?.stakeM])).toEqual([
      ['XL-TEST-0007', undefined],
      ['XL-TEST-0009', 104_700],
    ]);
    expect(one.parties).toEqual([car]);
    expect(rig.incidents.get(second.id)).toMatchObject({
      ...{ stage: 'closed', outcome: 'merged', mergedInto: first.id },
    });
    const told = rig.fleet.sent.findLast(({ serial }) => serial === 'XL-TEST-0009')?.message;
    expect(told).toMatchObject({ type: 'incident', incident: { id: first.id, ref: first.ref } });
    const { digits } = codeOf(patrol, rig.clock.nowMs, { ttlS: 300, incidentRef: second.ref });
    await rig.scan(digits);
    const [scan] = [...rig.server.scans().values()];
    expect(scan?.body.incident).toMatchObject({ id: first.id, linkedBy: 'code' });
    expect(await rig.incidents.decide({ ...ids, accept: false, by: 'c' })).toMatchObject({
      code: 'conflict',
    });
  });

  it('stay two when somebody says so', async () => {
    const first = await reported();
    const second = await reported(104_600);
    const ids = { firstId: first.id, secondId: second.id };
    expect(await rig.incidents.decide({ ...ids, accept: false, by: 'clerk' })).toMatchObject({
      ok: true,
    });
    expect((await rig.incidents.proposals())[0]).toMatchObject({
      ...{ decision: 'refused', decidedBy: 'clerk' },
    });
    expect(await rig.incidents.decide({ ...ids, accept: true, by: 'c' })).toMatchObject({
      code: 'conflict',
    });
    expect(stageOf(second.id)).toBe('reported');
  });

  it('are also proposed when a scan meets a car that nobody sent', async () => {
    const first = await reported();
    const code = codeOf(truck, rig.clock.nowMs, {
      ttlS: 300,
      incidentRef: 0,
      lat: latOf(104_600),
      lon: roadLon,
    });
    await rig.incidents.change(first.id, (one, atMs) => partyStep(one, car, 'clerk', atMs));
    // Its direction is not known: near enough for a proposal, not for a link.
    await rig.scan(code.digits);
    const [proposal] = await rig.incidents.proposals();
    expect(proposal).toMatchObject({ firstId: first.id, decision: null });
    expect(rig.incidents.get(proposal?.secondId ?? '')).toMatchObject({ kind: 'encounter' });
  });
});
