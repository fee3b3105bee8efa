import Fastify from 'fastify';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AdminCall } from '../../../gateway/admin/command.ts';
import { incidentCommands } from '../../../gateway/incidents/commands.ts';
import type { Incident } from '../../../gateway/incidents/incident.ts';
import { registerIncidentRoutes } from '../../../gateway/incidents/routes.ts';
import type { StoredFix } from '../../../gateway/parts.ts';
import { latOf, networkText, roadLon } from '../place/network.ts';
import { fixAt, pause, startMs, type TestUnit, until } from '../scan/kit.ts';
import { type Rig, startRig } from '../scan/rig.ts';

let rig: Rig;
let truck: TestUnit;
const scene = { section: 'G4', prefix: '', stakeM: 104_567, direction: 'INC' } as const;
const report = { kind: 'rescue', summary: '追尾，占用应急车道', at: scene } as const;

beforeEach(async () => {
  rig = await startRig(networkText);
  truck = rig.fleet.add('XL-TEST-0007', 7);
});
afterEach(() => rig.stop());

async function reported(given = report): Promise<Incident> {
  const result = await rig.incidents.report(given, 'clerk');
  if (!result.ok) throw new Error(result.message);
  return result.incident;
}

function incidentsSent(serial: string) {
  return rig.fleet.sent.flatMap((one) =>
    one.serial === serial && one.message.type === 'incident' ? [one.message.incident] : [],
  );
}

describe('an incident', () => {
  it('is reported, assigned to several units and told to each', async () => {
    rig.fleet.add('XL-TEST-0008', 8);
    const { id, ref, scene: where } = await reported();
    expect(where).toMatchObject({ text: 'G4 K104+567 北京方向', direction: 'INC' });
    expect((await rig.incidents.assign(id, 'XL-TEST-0007', 'clerk')).ok).toBe(true);
    await rig.clock.advance(5_000);
    const assigned = await rig.incidents.assign(id, 'XL-TEST-0008', 'clerk');
    expect(assigned).toMatchObject({ ok: true, incident: { stage: 'assigned' } });
    const place = 'G4 K104+567 北京方向';
    expect(incidentsSent('XL-TEST-0007').at(-1)).toEqual({ id, ref, place, stage: 'assigned' });
    expect(incidentsSent('XL-TEST-0008').at(-1)).toEqual({ id, ref, place, stage: 'assigned' });
    expect(await rig.fleet.connect('XL-TEST-0008')).toEqual([
      { type: 'incident', incident: { id, ref, place, stage: 'assigned' } },
    ]);
    await rig.incidents.apply(id, 'self-recover', 'clerk');
    expect(incidentsSent('XL-TEST-0007').at(-1)).toBeNull();
    const log = await rig.incidents.log(id);
    expect(log.map(({ event, stage, source }) => [event, stage, source])).toEqual([
      ['report', 'reported', 'stated'],
      ['assign XL-TEST-0007', 'assigned', 'stated'],
      ['assign XL-TEST-0008', 'assigned', 'stated'],
      ['self-recover', 'closed', 'stated'],
    ]);
  });

  it('survives a restart with its assignments', async () => {
    const { id } = await reported();
    await rig.incidents.assign(id, 'XL-TEST-0007', 'clerk');
    const before = rig.incidents.get(id);
    await rig.restart();
    expect(rig.incidents.get(id)).toEqual(before);
  });

  it('goes on with another unit when one is released', async () => {
    rig.fleet.add('XL-TEST-0008', 8);
    const { id } = await reported();
    await rig.incidents.assign(id, 'XL-TEST-0007', 'clerk');
    await rig.incidents.release(id, 'XL-TEST-0007', 'clerk');
    expect(incidentsSent('XL-TEST-0007').at(-1)).toBeNull();
    const result = await rig.incidents.assign(id, 'XL-TEST-0008', 'clerk');
    const { assignments } = result.ok ? result.incident : { assignments: [] };
    expect(assignments.map(({ serial, releasedAtMs }) => [serial, releasedAtMs])).toEqual([
      ['XL-TEST-0007', startMs],
      ['XL-TEST-0008', null],
    ]);
  });

  it('is refused with what to do where it cannot be', async () => {
    const unknown = await rig.incidents.report({ ...report, at: { ...scene, section: 'G5' } }, 'c');
    expect(unknown).toMatchObject({ ok: false, code: 'bad-request' });
    const { id } = await reported();
    expect(await rig.incidents.assign(id, 'NOBODY', 'c')).toMatchObject({ code: 'unknown-serial' });
    expect(await rig.incidents.assign('none', 'XL-TEST-0007', 'c')).toMatchObject({
      code: 'not-found',
    });
    expect(await rig.incidents.apply(id, 'arrive', 'c')).toMatchObject({ code: 'conflict' });
    expect(await rig.incidents.apply(id, 'lapse', 'c')).toMatchObject({ code: 'conflict' });
    await rig.incidents.apply(id, 'refuse', 'c');
    expect(await rig.incidents.assign(id, 'XL-TEST-0007', 'c')).toMatchObject({ code: 'conflict' });
  });
});

describe('the number of an incident', () => {
  it('is not given again while open, nor for 30 days after closing', async () => {
    await rig.kept.store.write((tx) =>
      tx.run(
        `INSERT INTO incident (id, ref, kind, stage, summary, scene, reported_at_ms, closed_at_ms)
         WITH RECURSIVE n (ref) AS (SELECT 3 UNION ALL SELECT ref + 1 FROM n WHERE ref < 65535)
         SELECT 'old-' || ref, ref, 'rescue', 'closed', '', '{"point":null}', 0, ? FROM n`,
        [startMs],
      ),
    );
    await rig.restart();
    const first = await reported();
    const second = await reported();
    expect([first.ref, second.ref]).toEqual([1, 2]);
    expect(await rig.incidents.report(report, 'c')).toMatchObject({ code: 'too-many' });
    await rig.incidents.apply(first.id, 'refuse', 'c');
    expect(await rig.incidents.report(report, 'c')).toMatchObject({ code: 'too-many' });
    rig.clock.jump(30 * 86_400_000);
    await rig.restart();
    const later = await reported();
    expect(later.ref).toBe(3);
    expect((await reported()).ref).toBe(4);
  });
});

/** A drive to the scene on the right side, a stop of 5 minutes from second 100, and off again. */
function drive(courseDeg: number): StoredFix[] {
  const fixes: StoredFix[] = [];
  for (let second = 0; second <= 500; second += 5) {
    const beforeM = Math.max(0, 100 - second) * 25;
    const afterM = Math.max(0, second - 400) * 25;
    const isStanding = second >= 100 && second <= 400;
    const sign = courseDeg === 0 ? 1 : -1;
    fixes.push(
      fixAt(startMs + second * 1000, latOf(104_567 + sign * (afterM - beforeM)), roadLon, {
        speedMps: isStanding ? 0 : 25,
        courseDeg: isStanding ? null : courseDeg,
      }),
    );
  }
  return fixes;
}

function shuffled<Item>(items: readonly Item[], seed: number): Item[] {
  let state = seed;
  const keyed = items.map((item) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return { item, key: state };
  });
  return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item);
}

describe('arrival and departure', () => {
  async function followed(batches: readonly (readonly StoredFix[])[]): Promise<Incident> {
    const { id } = await reported();
    await rig.incidents.assign(id, 'XL-TEST-0007', 'clerk');
    for (const batch of batches) {
      await rig.clock.advance(5_000);
      rig.fleet.receive(7, batch);
    }
    await rig.clock.advance(2_000);
    await pause();
    const incident = rig.incidents.get(id);
    if (incident === undefined) throw new Error('the incident is gone');
    return incident;
  }

  it('are found from the fixes as they come', async () => {
    const fixes = drive(0);
    const { id } = await followed(fixes.map((fix) => [fix]));
    await vi.waitFor(() =>
      expect(rig.incidents.get(id)).toMatchObject({
        stage: 'cleared',
        assignments: [
          { attendance: { arrivedAtMs: startMs + 100_000, leftAtMs: startMs + 410_000 } },
        ],
      }),
    );
    expect(incidentsSent('XL-TEST-0007').at(-1)?.stage).toBe('cleared');
  });

  it('are the same however late and in whatever order the fixes come', async () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const fixes = shuffled(drive(0), seed);
      const batches = [
        fixes.slice(0, 30),
        fixes.slice(30, 31),
        fixes.slice(31, 80),
        fixes.slice(80),
      ];
      rig.fleet.fixes.clear();
      rig.clock.nowMs = startMs;
      const { id } = await followed(batches);
      await vi.waitFor(() =>
        expect([seed, rig.incidents.get(id)?.assignments[0]?.attendance]).toEqual([
          seed,
          { arrivedAtMs: startMs + 100_000, leftAtMs: startMs + 410_000 },
        ]),
      );
    }
  });

  it('are taken back when late fixes show that the unit drove on meanwhile', async () => {
    const parked = [100, 160, 220].map((s) =>
      fixAt(startMs + s * 1000, latOf(104_567), roadLon, { speedMps: 0 }),
    );
    const approach = fixAt(startMs + 60_000, latOf(104_000), roadLon, {
      speedMps: 25,
      courseDeg: 0,
    });
    const drove = [130, 190].map((s) =>
      fixAt(startMs + s * 1000, latOf(104_600), roadLon, { speedMps: 10, courseDeg: 0 }),
    );
    const { id } = await followed([[approach, ...parked]]);
    const arrivedAtMs = () => rig.incidents.get(id)?.assignments[0]?.attendance.arrivedAtMs;
    await until(() => arrivedAtMs() === startMs + 100_000);
    rig.fleet.receive(7, drove);
    await rig.clock.advance(2_000);
    await until(() => arrivedAtMs() === null);
  });

  it('wait for records that are missing in their midst: told when they come, or after two hours', async () => {
    for (const comes of [true, false]) {
      rig.clock.nowMs = startMs;
      rig.fleet.fixes.clear();
      rig.fleet.hasGap = async () => true;
      const { id } = await followed([drive(0)]);
      const arrivedAtMs = () => rig.incidents.get(id)?.assignments[0]?.attendance.arrivedAtMs;
      rig.clock.jump(7_000_000);
      await rig.clock.advance(2_000);
      expect(arrivedAtMs()).toBeNull();
      if (comes) {
        rig.fleet.hasGap = async () => false;
        rig.fleet.tell(7, [{ kind: 'status', happenedAtMs: startMs + 110_000, values: {} }]);
        rig.fleet.receive(7, [fixAt(startMs - 60_000, latOf(103_000), roadLon)]);
      } else rig.clock.jump(600_000);
      await rig.clock.advance(2_000);
      await until(() => arrivedAtMs() === startMs + 100_000);
      await rig.incidents.apply(id, 'self-recover', 'clerk');
    }
  });

  it('wait no more once their unit says that it gave up what is missing', async () => {
    rig.fleet.hasGap = async () => true;
    const { id } = await followed([drive(0)]);
    const arrivedAtMs = () => rig.incidents.get(id)?.assignments[0]?.attendance.arrivedAtMs;
    expect(arrivedAtMs()).toBeNull();
    rig.fleet.hasGap = async () => false;
    rig.fleet.tell(7, [{ kind: 'gap', happenedAtMs: startMs + 400_000, values: {} }]);
    await rig.clock.advance(2_000);
    await until(() => arrivedAtMs() === startMs + 100_000);
  });

  it('do not count on the opposite carriageway', async () => {
    const { assignments, stage } = await followed([drive(180)]);
    expect(assignments[0]?.attendance.arrivedAtMs).toBeNull();
    expect(stage).toBe('assigned');
  });
});

describe('the administration', () => {
  it('does what its commands say, one object a line', async () => {
    const app = Fastify();
    registerIncidentRoutes(app, rig.incidents);
    const call: AdminCall = async (method, path, body) => {
      const answer = await app.inject({
        method,
        url: path,
        ...(body === undefined ? {} : { payload: body }),
      });
      return { status: answer.statusCode, body: answer.json() };
    };
    const run = (words: string, options: Record<string, string>) => {
      const command = incidentCommands.find((row) => row.words.join(' ') === words);
      if (command === undefined) throw new Error(`no command ${words}`);
      return command.run(call, options);
    };
    const options = { section: 'G4', stake: 'K104+567', kind: 'rescue', summary: '爆胎' };
    const made = await run('incident report', { ...options, direction: 'DEC' });
    expect(made).toMatchObject({
      status: 200,
      body: { scene: { text: 'G4 K104+567 石家庄方向' } },
    });
    const incident = (made.body as Incident).id;
    const assigned = await run('incident assign', { incident, serial: 'XL-TEST-0007' });
    expect(assigned).toMatchObject({ status: 200, body: { stage: 'assigned' } });
    expect(await run('incident state', { incident, event: 'depart' })).toMatchObject({
      body: { stage: 'en-route' },
    });
    expect(await run('incident list', {})).toMatchObject({ body: [{ id: incident }] });
    const released = await run('incident release', { incident, serial: 'XL-TEST-0007' });
    expect(released.status).toBe(200);
    expect(await run('incident state', { incident, event: 'fly' })).toMatchObject({ status: 400 });
    expect(await run('incident report', { ...options, stake: '104' })).toMatchObject({
      status: 400,
      body: { code: 'bad-request' },
    });
    expect(await run('incident assign', { incident: 'x', serial: 'Y' })).toMatchObject({
      status: 404,
    });
    await app.close();
    expect(truck.unit.serial).toBe('XL-TEST-0007');
  });
});

describe('an encounter', () => {
  it('lapses when its unit drives away, and when nobody scans for two hours', async () => {
    const point = { lat: latOf(104_000), lon: roadLon };
    const open = () =>
      rig.incidents.openEncounter({
        unitId: 7,
        serial: 'XL-TEST-0007',
        scene: { point, section: 'G4', stakeM: 104_000, direction: 'INC', text: '' },
        atMs: rig.clock.nowMs,
      }) as Incident;
    const left = open();
    await rig.kept.store.write((tx) => rig.incidents.saveWith(tx, left));
    rig.incidents.saved(left);
    rig.fleet.receive(7, [fixAt(startMs + 1_000, latOf(104_290), roadLon)]);
    await pause();
    expect(rig.incidents.get(left.id)?.stage).toBe('arrived');
    rig.fleet.receive(7, [fixAt(startMs + 2_000, latOf(104_310), roadLon)]);
    await until(() => rig.incidents.get(left.id)?.stage === 'closed');
    expect(rig.incidents.get(left.id)?.outcome).toBe('lapsed');
    const idle = open();
    rig.clock.jump(2 * 3_600_000);
    await rig.clock.advance(61_000);
    await until(() => rig.incidents.get(idle.id)?.stage === 'closed');
  });
});
