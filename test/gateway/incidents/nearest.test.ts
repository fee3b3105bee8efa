import { afterEach, beforeEach, expect, it } from 'vitest';
import { DutyBook } from '../../../gateway/incidents/duty-book.ts';
import type { Incident } from '../../../gateway/incidents/incident.ts';
import { NearestUnits, straightFactor } from '../../../gateway/incidents/nearest.ts';
import { Headings } from '../../../gateway/place/headings.ts';
import { latOf, networksOf, networkText, roadLon } from '../place/network.ts';
import { fixAt } from '../scan/kit.ts';
import { type Rig, startRig } from '../scan/rig.ts';

let rig: Rig;
let nearest: NearestUnits;
beforeEach(async () => {
  rig = await startRig(networkText);
  const { fleet, incidents } = rig;
  const duties = new DutyBook(fleet);
  nearest = new NearestUnits({
    ...{ registry: fleet, tracks: fleet, headings: new Headings(fleet, fleet), incidents },
    networks: networksOf(networkText),
    isHeard: (serial) => fleet.isOnline(serial),
    isOffDuty: (serial) => duties.isOffDuty(serial),
  });
});
afterEach(() => rig.stop());

/** A unit that drives north or south at a stake of G4. */
function unitAt(unitId: number, stakeM: number, courseDeg = 0) {
  const unit = rig.fleet.add(`XL-NEAR-000${unitId}`, unitId);
  const moving = { speedMps: 20, courseDeg };
  rig.fleet.receive(unitId, [fixAt(rig.clock.nowMs, latOf(stakeM), roadLon, moving)]);
  return unit;
}

async function incidentAt(stakeM: number): Promise<Incident> {
  const at = { section: 'G4', prefix: '', stakeM, direction: 'INC' } as const;
  const result = await rig.incidents.report({ kind: 'rescue', summary: '', at }, 'clerk');
  if (!result.ok) throw new Error(result.message);
  return result.incident;
}

const rows = async (incident: Incident, rowsMax = 10) =>
  (await nearest.of(incident, rig.clock.nowMs, rowsMax)).map(({ serial, unfit, lengthM, by }) => [
    Number(serial.slice(-1)),
    unfit,
    lengthM === null ? null : Math.round(lengthM / 100) * 100,
    by,
  ]);

it('ranks units by road: the one behind before the nearer one that cannot turn', async () => {
  const incident = await incidentAt(110_000);
  unitAt(1, 108_000, 180);
  unitAt(2, 107_500, 0);
  unitAt(3, 104_000, 0);
  const straight = Math.round((2_000 * straightFactor) / 100) * 100;
  expect(await rows(incident)).toEqual([
    [2, null, 2_500, 'network'],
    [1, null, straight, 'straight'],
    [3, null, 6_000, 'network'],
  ]);
  expect(await rows(incident, 1)).toHaveLength(1);
});

it('says why a unit is not to be sent, after those that are', async () => {
  const busy = await incidentAt(101_000);
  const incident = await incidentAt(110_000);
  unitAt(1, 105_000);
  rig.fleet.tell(1, [
    { kind: 'status', happenedAtMs: rig.clock.nowMs, values: { duty: 'off-duty' } },
  ]);
  const learner = unitAt(2, 106_000);
  Object.assign(learner.unit, { training: true });
  const suspended = unitAt(3, 107_000);
  Object.assign(suspended.unit, { state: 'suspended' });
  unitAt(4, 108_000);
  rig.fleet.online.delete('XL-NEAR-0004');
  unitAt(5, 109_000);
  await rig.incidents.assign(busy.id, 'XL-NEAR-0005', 'clerk');
  unitAt(6, 109_500);
  await rig.incidents.assign(incident.id, 'XL-NEAR-0006', 'clerk');
  rig.fleet.add('XL-NEAR-0007', 7);
  unitAt(8, 102_000);
  const now = rig.incidents.get(incident.id) as Incident;
  expect((await rows(now)).map(([unit, unfit]) => [unit, unfit])).toEqual([
    [8, null],
    [6, 'on-this-incident'],
    [5, 'on-another-incident'],
    [4, 'silent'],
    [3, 'not-in-service'],
    [2, 'training'],
    [1, 'off-duty'],
    [7, 'no-position'],
  ]);
});

it('measures a unit off the network in a straight line, and says so', async () => {
  const incident = await incidentAt(110_000);
  rig.fleet.add('XL-NEAR-0001', 1);
  rig.fleet.receive(1, [fixAt(rig.clock.nowMs, latOf(110_000), roadLon + 0.05)]);
  const [own] = await nearest.of(incident, rig.clock.nowMs, 10);
  expect(own).toMatchObject({ by: 'straight', unfit: null });
  expect(own?.lengthM).toBeGreaterThan(5_000);
});
