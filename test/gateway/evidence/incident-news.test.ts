import { Value } from 'typebox/value';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DisplayJudge } from '../../../gateway/evidence/display-judge.ts';
import { UnitNews } from '../../../gateway/evidence/unit-news.ts';
import { hindranceStep } from '../../../gateway/incidents/detail-steps.ts';
import { linkMessage } from '../../../protocols/http/link-bodies.ts';
import type { UnitRecord } from '../../../protocols/messages/records.ts';
import { latOf, roadLon } from '../place/network.ts';
import { startMs } from '../scan/kit.ts';
import { EvidenceWorld, type Truck } from './evidence-world.ts';

let world: EvidenceWorld;
let truck: Truck;
beforeEach(async () => {
  world = await EvidenceWorld.open();
  truck = await world.enrol('XL-TEST-0007');
});
afterEach(() => world.stop());

async function sent(stakeM = 104_567): Promise<string> {
  const { id } = await world.report(stakeM);
  await world.incidents.assign(id, 'XL-TEST-0007', 'clerk');
  return id;
}

/** Fixes come in, and what follows is computed and told. */
async function followed(records: readonly UnitRecord[]): Promise<void> {
  await world.send(truck, records);
  await world.clock.advance(3_000);
}

const versions = (type: string, subject?: string) =>
  world.server.taken.flatMap((message) => {
    if (message.type !== type) return [];
    const { body } = message as { body: { version: number; incidentId?: string; serial?: string } };
    return subject === undefined || subject === (body.incidentId ?? body.serial)
      ? [body.version]
      : [];
  });

describe('what the server is told of an incident', () => {
  it('is every change once, in order, also over a repeat of the same', async () => {
    const id = await sent();
    await world.incidents.assign(id, 'XL-TEST-0007', 'clerk');
    world.clock.jump(900_000);
    await followed(truck.visit(104_567, 600, 720));
    await vi.waitFor(() => expect(world.kinds()).toEqual(['arrival', 'clearance']));
    const told = versions('incident', id);
    expect(told).toEqual(told.map((_version, index) => index + 1));
    expect(told.length).toBeGreaterThanOrEqual(3);
    for (const message of world.server.taken) expect(Value.Check(linkMessage, message)).toBe(true);
    const ids = world.server.taken.map((message) => message.id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('has both times of an arrival: from the assignment and from the report', async () => {
    const { id } = await world.report(104_567);
    world.clock.jump(300_000);
    await world.incidents.assign(id, 'XL-TEST-0007', 'clerk');
    world.clock.jump(900_000);
    await followed(truck.visit(104_567, 600, 720));
    await vi.waitFor(() => expect(world.kinds()).toContain('arrival'));
    const arrival = world.evidence().find(({ kind }) => kind === 'arrival');
    expect(arrival).toMatchObject({
      incidentId: id,
      happenedAtMs: startMs + 600_000,
      minutes: { fromAssignment: 5, fromReport: 10, target: 30 },
      place: { section: 'G4', stakeM: 104_567, direction: 'INC' },
    });
    const clearance = world.evidence().find(({ kind }) => kind === 'clearance');
    expect(clearance?.minutes.fromArrival).toBeCloseTo(2.2, 0);
  });

  it('is that a unit came late, with the jam that excuses it', async () => {
    const id = await sent();
    const jam = { kind: 'jam', fromMs: startMs + 60_000, toMs: startMs + 600_000 } as const;
    await world.incidents.change(id, (one, atMs) => hindranceStep(one, jam, 'clerk', atMs));
    world.clock.jump(3_000_000);
    await followed(truck.visit(104_567, 2_400, 2_520));
    await vi.waitFor(() => expect(world.kinds()).toContain('late-arrival'));
    const late = world.evidence().find(({ kind }) => kind === 'late-arrival');
    expect(late).toMatchObject({ minutes: { fromAssignment: 40, target: 30 }, excuses: ['jam'] });
  });

  it('is taken back when late fixes show that it was not so', async () => {
    await sent();
    world.clock.jump(900_000);
    const visit = truck.visit(104_567, 600, 720);
    const passing = truck.fix(630, 104_900, 20, 0);
    const again = truck.fix(690, 104_900, 20, 0);
    await followed(visit);
    await vi.waitFor(() => expect(world.kinds()).toContain('arrival'));
    await followed([passing, again]);
    await vi.waitFor(() => expect(world.kinds()).toEqual([]));
  });

  it('says nothing of an exercise but the incident itself', async () => {
    await world.registry.setTraining('XL-TEST-0007', true, 'test');
    const id = await sent();
    world.clock.jump(900_000);
    await followed(truck.visit(104_567, 600, 720));
    await vi.waitFor(() => expect(world.incidents.get(id)?.stage).toBe('cleared'));
    await world.clock.advance(3_000);
    expect(world.evidence()).toEqual([]);
    expect(versions('evidence')).toEqual([]);
  });
});

describe('a unit outside its area', () => {
  beforeEach(async () => {
    truck = await world.enrol('XL-TEST-0017', false, 'veh-7');
  });

  it('is told of with the excuse that it was sent there, and not within its area', async () => {
    for (const [stakeM, second] of [
      [115_000, 600],
      [105_000, 2_000],
    ] as const) {
      const { id } = await world.report(stakeM);
      await world.incidents.assign(id, 'XL-TEST-0017', 'clerk');
      world.clock.jump(1_200_000);
      await followed(truck.visit(stakeM, second, second + 120));
      await vi.waitFor(() => expect(world.incidents.get(id)?.stage).toBe('cleared'));
      await world.incidents.apply(id, 'close', 'clerk');
    }
    await world.clock.advance(1_000);
    const outside = world.evidence().filter(({ kind }) => kind === 'out-of-area');
    expect(outside).toMatchObject([
      {
        organisation: 'org-demo-rescue',
        vehicleId: 'veh-7',
        happenedAtMs: startMs + 600_000,
        place: { stakeM: 115_000 },
        excuses: ['dispatched-across-areas'],
      },
    ]);
  });

  it('has no excuse where nobody sent it', async () => {
    world.clock.jump(60_000);
    await followed([truck.fix(20, 114_900, 20, 0), truck.fix(30, 115_000)]);
    const fix = { lat: latOf(115_000), lon: roadLon, fixAgeS: 1 };
    await world.scan(truck.code(60, fix));
    await world.clock.advance(1_000);
    expect(world.evidence()).toMatchObject([{ kind: 'out-of-area', excuses: [] }]);
  });
});

describe('a unit on a scene without a code', () => {
  const [arriveS, leaveS] = [600, 2_400];
  const values = { layoutVersion: 1, contentVersion: 1, frameHash: null, decodedOk: true };

  /** Stands half an hour, with a code on the glass for the first `shownS` seconds of it. */
  function stands(shownS: number, status: object = {}): UnitRecord[] {
    const records: UnitRecord[] = [];
    for (let s = -120; s < 0; s += 10)
      records.push(truck.fix(arriveS + s, 104_567 + s * 20, 20, 0));
    for (let s = arriveS; s <= leaveS; s += 60) {
      records.push(truck.fix(s, 104_567));
      if (s < arriveS + shownS) {
        const code = truck.code(s, { ttlS: 120 });
        records.push(truck.record('shown', s + 1, { code, ...values, panelMode: 'partial' }));
      }
      records.push(truck.record('status', s + 2, status));
    }
    for (let s = 10; s <= 120; s += 10)
      records.push(truck.fix(leaveS + s, 104_567 + s * 20, 20, 0));
    return records;
  }

  async function judged(records: readonly UnitRecord[]) {
    await sent();
    const { env, clock: timers, incidents, link, kept } = world;
    const judge = new DisplayJudge({ store: kept.store, env, timers, incidents, link });
    judge.start();
    world.clock.jump(3_000_000);
    await followed(records);
    await vi.waitFor(() => expect(world.kinds()).toContain('clearance'));
    world.clock.jump(7_500_000);
    await world.clock.advance(301_000);
    await judge.stop();
    link.wake();
    await world.clock.advance(1_000);
    return world.evidence().find(({ kind }) => kind === 'code-not-shown');
  }

  it('is told of after ten minutes', async () => {
    const found = await judged(stands(600));
    expect(found?.minutes.withoutCode).toBeGreaterThan(15);
    expect(found?.excuses).toEqual([]);
  });

  it('is not told of when the code stood there all the time, or was away for a little', async () => {
    expect(await judged(stands(1_800))).toBeUndefined();
  });

  it('is excused by its screen and by the cold', async () => {
    const found = await judged(stands(600, { displayFault: 'busy', panelTemperatureC: -12 }));
    expect(found?.excuses).toEqual(['screen-fault', 'panel-temperature']);
  });

  it('is not told of while records are missing', async () => {
    const records = stands(600).filter(
      ({ kind, happenedAtMs }) => kind === 'fix' || happenedAtMs < startMs + (arriveS + 660) * 1000,
    );
    expect(await judged(records)).toBeUndefined();
  });
});

describe('units', () => {
  it('are told when they change, and all that is not told yet at the next start', async () => {
    const { kept, env, registry, link } = world;
    const news = () => new UnitNews({ store: kept.store, env, registry, link });
    const first = news();
    first.start();
    await registry.setTraining('XL-TEST-0007', true, 'test');
    await vi.waitFor(() => expect(versions('unit', 'XL-TEST-0007')).toEqual([1, 2]));
    await first.stop();
    await registry.setTraining('XL-TEST-0007', false, 'test');
    const second = news();
    second.start();
    await vi.waitFor(() => expect(versions('unit', 'XL-TEST-0007')).toEqual([1, 2, 3]));
    await second.stop();
    const third = news();
    third.start();
    await third.stop();
    await world.clock.advance(1_000);
    expect(versions('unit', 'XL-TEST-0007')).toEqual([1, 2, 3]);
  });
});
