import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CrewBook } from '../../../gateway/crew/crew-book.ts';
import { incidentNewsOf } from '../../../gateway/evidence/incident-news.ts';
import { createIncidents } from '../../../gateway/incidents/desk.ts';
import { enforcementStep } from '../../../gateway/incidents/detail-steps.ts';
import { warningsOf } from '../../../gateway/incidents/enforcement.ts';
import type { Incident, Scene } from '../../../gateway/incidents/incident.ts';
import type { Incidents } from '../../../gateway/incidents/incidents.ts';
import { crewMomentsOf } from '../../../gateway/incidents/officers-aboard.ts';
import { OfficersWatch } from '../../../gateway/incidents/officers-watch.ts';
import { createPlaces } from '../../../gateway/place/places.ts';
import { FleetRegistry } from '../../../gateway/registry/registry.ts';
import type { ScreenContent } from '../../../protocols/messages/down-schemas.ts';
import { latOf, networksOf, networkText, roadLon } from '../place/network.ts';
import {
  Fleet,
  fixAt,
  startMs,
  TestClock,
  type TestStore,
  temporaryStore,
  testEnv,
} from '../scan/kit.ts';

const serial = 'XL-TEST-0009';
const unitId = 9;
const minuteMs = 60_000;
const alone = 'fewer-than-two-officers';
const scene: Scene = {
  ...{ point: null, section: null, stakeM: null, direction: null, text: '' },
};

let clock: TestClock;
let fleet: Fleet;
let kept: TestStore;
let incidents: Incidents;
let crew: CrewBook;
let stop: () => Promise<void>;
let isPatrol: boolean;

async function start(): Promise<void> {
  const { store } = kept;
  const env = testEnv(clock);
  const places = createPlaces({ networks: networksOf(networkText) });
  const screen = { role: 'patrol-car' } as ScreenContent;
  incidents = createIncidents({
    ...{ store, env, places, timers: clock },
    ...{ registry: fleet, live: fleet, feed: fleet, tracks: fleet },
    directory: {
      screenOf: () => (isPatrol ? screen : undefined),
      organisationOf: () => undefined,
    },
  });
  crew = new CrewBook({ store, env, feed: fleet, onKept: async () => undefined });
  const watch = new OfficersWatch({ env, incidents, crew });
  await incidents.start();
  await crew.start();
  watch.start();
  stop = async () => {
    await crew.stop();
    await watch.stop();
    await incidents.stop();
  };
}

beforeEach(async () => {
  clock = new TestClock();
  fleet = new Fleet(clock);
  fleet.add(serial, unitId);
  kept = await temporaryStore();
  isPatrol = true;
  const registry = new FleetRegistry(kept.store, testEnv(clock));
  await registry.register({ serial, model: 'M', role: 'patrol-car', vehicleId: null }, 'test');
  await start();
});
afterEach(async () => {
  await stop();
  await kept.remove();
});

async function crewed(personId: string, aboard: boolean, happenedAtMs: number): Promise<void> {
  const values = { personId, aboard, how: 'pin' };
  fleet.tell(unitId, [{ kind: 'crew', happenedAtMs, values }]);
  // It waits for what was begun, and goes on.
  await crew.stop();
}

/** A scan meets the unit where nobody sent it. */
async function met(atMs = clock.nowMs): Promise<string> {
  const encounter = incidents.openEncounter({ unitId, serial, scene, atMs });
  if (encounter === null) throw new Error('no number is free');
  await kept.store.write((tx) => incidents.saveWith(tx, encounter));
  incidents.saved(encounter);
  return encounter.id;
}

const get = (id: string): Incident => {
  const incident = incidents.get(id);
  if (incident === undefined) throw new Error('there is no such incident');
  return incident;
};
const state = (id: string, officers: string[], more: object = {}) =>
  incidents.change(id, (one, atMs) => enforcementStep(one, { officers, ...more }, 'clerk', atMs));
const isAboard = (id: string, people: string[]) =>
  vi.waitFor(() => expect(get(id).officersAboard).toEqual(people));
const warnings = (id: string) => warningsOf(get(id).enforcement, get(id).officersAboard);

describe('officers aboard of an encounter', () => {
  it('are those the unit had signed on when it was met, beside what is stated', async () => {
    await crewed('per-a', true, startMs - 60 * minuteMs);
    await crewed('per-b', true, startMs - 50 * minuteMs);
    await crewed('per-c', true, startMs - 40 * minuteMs);
    await crewed('per-c', false, startMs - minuteMs);
    const id = await met();
    await isAboard(id, ['per-a', 'per-b']);
    expect(warnings(id)).toEqual([]);
    await crewed('per-b', false, startMs + minuteMs);
    clock.jump(8 * 3_600_000);
    await state(id, ['示例-0001']);
    await isAboard(id, ['per-a', 'per-b']);
    expect(get(id).enforcement).toMatchObject({ officers: ['示例-0001'], startedAtMs: startMs });
    expect(warnings(id)).toEqual([]);
    const log = await incidents.log(id);
    const told = log.filter(({ event }) => event === 'officers-aboard');
    expect(told.map(({ source, by }) => [source, by])).toEqual([['computed', 'crew']]);
  });

  it('are computed anew when a crew is told late, and warn below two whatever is stated', async () => {
    await crewed('per-a', true, startMs - 60 * minuteMs);
    await crewed('per-b', true, startMs - 60 * minuteMs);
    const id = await met();
    await state(id, ['示例-0001', '示例-0002']);
    await isAboard(id, ['per-a', 'per-b']);
    clock.jump(3_600_000);
    await crewed('per-b', false, startMs - 5 * minuteMs);
    await isAboard(id, ['per-a']);
    expect(warnings(id)).toEqual([alone]);
    expect(incidentNewsOf(get(id)).body.enforcement).toMatchObject({
      officers: ['示例-0001', '示例-0002'],
      officersAboard: ['per-a'],
      warnings: [alone],
    });
    await crewed('per-c', true, startMs - 4 * minuteMs);
    await isAboard(id, ['per-a', 'per-c']);
    expect(warnings(id)).toEqual([]);
    // Nobody is known any more: what is stated counts again.
    await crewed('per-a', false, startMs - 3 * minuteMs);
    await crewed('per-c', false, startMs - 3 * minuteMs);
    await isAboard(id, []);
    expect(warnings(id)).toEqual([]);
    await state(id, ['示例-0001']);
    expect(warnings(id)).toEqual([alone]);
  });

  it('follow the time that is stated for its beginning', async () => {
    await crewed('per-a', true, startMs - 60 * minuteMs);
    await crewed('per-b', true, startMs + 10 * minuteMs);
    const id = await met();
    await isAboard(id, ['per-a']);
    expect(warnings(id)).toEqual([alone]);
    await state(id, [], { startedAtMs: startMs + 20 * minuteMs });
    await isAboard(id, ['per-a', 'per-b']);
    expect(warnings(id)).toEqual([]);
  });

  it('are there after a restart, with what came before a crash could compute them', async () => {
    await crewed('per-a', true, startMs - minuteMs);
    const id = await met();
    await isAboard(id, ['per-a']);
    await stop();
    await start();
    expect(get(id).officersAboard).toEqual(['per-a']);
    await stop();
    const late = { personId: 'per-b', aboard: 1, how: 'pin', clock: 1 };
    await kept.store.write((tx) =>
      tx.run(
        `INSERT INTO crew_aboard (serial, person_id, happened_at_ms, aboard, vehicle_id, how, clock,
          received_at_ms) VALUES (?, ?, ?, ?, NULL, ?, ?, ?)`,
        [serial, late.personId, startMs - minuteMs, late.aboard, late.how, late.clock, startMs],
      ),
    );
    await start();
    await isAboard(id, ['per-a', 'per-b']);
  });

  it('are none of a tow truck, until somebody says that it was an act of enforcement', async () => {
    isPatrol = false;
    await crewed('per-a', true, startMs - minuteMs);
    const id = await met();
    expect(crewMomentsOf(get(id))).toEqual([]);
    await state(id, []);
    await isAboard(id, ['per-a']);
  });
});

describe('officers aboard of a reported act of enforcement', () => {
  it('are those of the units that came, from their arrival on, and none of a rescue', async () => {
    await crewed('per-a', true, startMs - minuteMs);
    const at = { section: 'G4', prefix: '', stakeM: 104_567, direction: 'INC' } as const;
    for (const kind of ['enforcement', 'rescue'] as const) {
      const told = await incidents.report({ kind, summary: '示例', at }, 'clerk');
      if (!told.ok) throw new Error(told.message);
      const { id } = told.incident;
      await incidents.assign(id, serial, 'clerk');
      expect(crewMomentsOf(get(id))).toEqual([]);
      const parked = Array.from({ length: 30 }, (_, index) =>
        fixAt(startMs + 60_000 + index * 10_000, latOf(104_567), roadLon, {
          ...{ speedMps: index === 0 ? 10 : 0, courseDeg: index === 0 ? 0 : null },
        }),
      );
      fleet.receive(unitId, parked);
      await clock.advance(2_000);
      await vi.waitFor(() => expect(get(id).stage).toBe('arrived'));
      const [one] = get(id).assignments;
      const atMs = one?.attendance.arrivedAtMs;
      expect(crewMomentsOf(get(id))).toEqual(kind === 'rescue' ? [] : [{ serial, atMs }]);
      if (kind === 'enforcement') await isAboard(id, ['per-a']);
      await incidents.apply(id, 'self-recover', 'clerk');
      clock.nowMs = startMs;
    }
  });
});
