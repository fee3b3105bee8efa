import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EvidenceEvent, IncidentChange } from '../../../protocols/http/evidence-bodies.ts';
import { evidenceOf, incidentCopy } from '../../../server/incidents/copy-table.ts';
import { SeededRandom } from '../../gateway/seeded-random.ts';
import { linkGateway, openRig, post, type Rig, startMs } from '../rig.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await openRig();
});
afterAll(() => rig.close());

const noMinutes = {
  ...{ fromAssignment: null, fromReport: null, fromArrival: null, target: null, withoutCode: null },
};

function incident(incidentId: string, version: number, stage = 'assigned'): IncidentChange {
  return {
    ...{ v: 1, incidentId, version, kind: 'rescue', stage, outcome: null, summary: '示例' },
    ...{ placeText: 'G4 K234+567', section: 'G4', stakeM: 234_567, direction: 'INC' },
    ...{ reportedAtMs: startMs, closedAtMs: null, mergedInto: null, enforcement: null },
    parties: [{ partyId: 'p1', role: 'assisted', plate: null, vehicleClass: 'bus-1' }],
    units: [],
  };
}

function arrival(incidentId: string, version: number, withdrawn = false): EvidenceEvent {
  return {
    ...{ v: 1, evidenceId: `${incidentId}.7.1.arrival`, version, kind: 'arrival', withdrawn },
    ...{ incidentId, serial: 'XL-DEMO-0001', vehicleId: 'veh-demo-tow-1' },
    ...{ organisation: 'org-demo-rescue', happenedAtMs: startMs + version, place: null },
    minutes: { ...noMinutes, fromAssignment: 12, fromReport: 15, target: 30 },
    excuses: [],
  };
}

const message = (body: IncidentChange) => ({
  ...{ id: `incident:${body.incidentId}.${body.version}`, type: 'incident', body },
});
const evidence = (body: EvidenceEvent) => ({
  ...{ id: `evidence:${body.evidenceId}.${body.version}`, type: 'evidence', body },
});
const all = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER, rowsMax: 100 };

describe('copies of what gateways tell', () => {
  it('are of the newest version, in whatever order and however often it comes', async () => {
    const seed = Number(process.env.SEED ?? 20_261_123);
    const random = new SeededRandom(seed);
    for (let round = 0; round < 20; round += 1) {
      const id = `inc-order-${round}`;
      const stages = ['reported', 'assigned', 'arrived', 'cleared', 'closed'];
      const messages = stages.map((stage, at) => message(incident(id, at + 1, stage)));
      const shuffled = [...messages, ...messages].sort(() => random.next() - 0.5);
      for (const one of shuffled) {
        expect((await post(rig, [one])).json().refused).toEqual([]);
      }
      const copy = await incidentCopy(rig.server.store, 'gateway-1', id);
      expect({ seed, version: copy?.version, stage: copy?.stage }).toEqual({
        ...{ seed, version: 5, stage: 'closed' },
      });
    }
  });

  it('are kept apart by gateway: no gateway changes what another told', async () => {
    await post(rig, [message(incident('inc-own', 1))]);
    const { toServerKey } = await linkGateway(rig.server, 'gateway-2', 'second');
    await post(rig, [message(incident('inc-own', 9, 'closed'))], toServerKey);
    const own = await incidentCopy(rig.server.store, 'gateway-1', 'inc-own');
    expect(own).toMatchObject({ version: 1, stage: 'assigned' });
    expect((await incidentCopy(rig.server.store, 'gateway-2', 'inc-own'))?.stage).toBe('closed');
  });

  it('of evidence stand until they are taken back, and stay so', async () => {
    const filter = { ...all, incidentId: 'inc-late' };
    await post(rig, [evidence(arrival('inc-late', 1))]);
    expect(await evidenceOf(rig.server.store, filter)).toMatchObject([{ version: 1 }]);
    await post(rig, [evidence(arrival('inc-late', 3, true)), evidence(arrival('inc-late', 2))]);
    expect(await evidenceOf(rig.server.store, filter)).toEqual([]);
    await post(rig, [evidence(arrival('inc-late', 4))]);
    const found = await evidenceOf(rig.server.store, { ...all, organisation: 'org-demo-rescue' });
    expect(found.map(({ incidentId, version }) => [incidentId, version])).toEqual([
      ['inc-late', 4],
    ]);
    expect(await evidenceOf(rig.server.store, { ...filter, kind: 'clearance' })).toEqual([]);
    expect(await evidenceOf(rig.server.store, { ...filter, toMs: startMs })).toEqual([]);
  });

  it('are refused by themselves when they do not fit; units are kept beside', async () => {
    const unit = {
      ...{ v: 1, serial: 'XL-DEMO-0001', version: 1, unitId: 7, state: 'active', model: 'M' },
      ...{ vehicleId: 'veh-demo-tow-1', training: false },
    };
    const answer = await post(rig, [
      { id: 'bad', type: 'incident', body: { ...incident('inc-bad', 1), version: 0 } },
      { id: 'unit:XL-DEMO-0001.1', type: 'unit', body: unit },
    ]);
    expect(answer.json()).toEqual({
      accepted: ['unit:XL-DEMO-0001.1'],
      refused: [{ id: 'bad', code: 'bad-request' }],
    });
    const row = await rig.server.store.get<{ state: string }>(
      "SELECT state FROM unit_copy WHERE gateway_id = 'gateway-1' AND serial = 'XL-DEMO-0001'",
    );
    expect(row).toEqual({ state: 'active' });
  });
});
