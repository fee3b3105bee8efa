import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createIncidents } from '../../../gateway/incidents/desk.ts';
import type { Incident } from '../../../gateway/incidents/incident.ts';
import { createPlaces } from '../../../gateway/place/places.ts';
import { networksOf, networkText } from '../place/network.ts';
import { SeededRandom } from '../seeded-random.ts';
import { type TestStore, temporaryStore, VirtualEnv } from '../virtual.ts';
import { type Drive, driveKinds, driveTo } from './month-drives.ts';
import { MonthClock, MonthFleet, type NumberedFix } from './month-fleet.ts';

const [hourMs, dayMs] = [3_600_000, 86_400_000];
const monthMs = 30 * dayMs;
const unitIds = [1, 2, 3, 4, 5, 6];
/** Each unit is sent somewhere so often. */
const betweenMs = 12 * hourMs;
/**
 * Fixes are late in runs, as a dead zone makes them: such a share begins a run of up to so many,
 * which makes 30 % of all.
 */
const runs = { share: 0.066, fixesMax: 12 } as const;
const delayMsMax = 2 * hourMs;
const arrivalErrorMsMax = 30_000;
/** A drive takes less than this, and what is late has come by then as well. */
const settledMs = 2 * hourMs + delayMsMax;

let kept: TestStore;
beforeEach(async () => {
  kept = await temporaryStore();
});
afterEach(() => kept.remove());

type Event =
  | { readonly atMs: number; readonly fix: NumberedFix; readonly unitId: number }
  | { readonly atMs: number; readonly fix: null; readonly unitId: number; readonly drive: Drive };

interface Sent {
  readonly unitId: number;
  readonly sceneM: number;
  readonly drive: Drive;
}

/** Every drive of the month. */
function drivesOf(beginMs: number, random: SeededRandom): Sent[] {
  return unitIds.flatMap((unitId) => {
    let seq = 1;
    return Array.from({ length: monthMs / betweenMs }, (_, turn) => {
      const kind = driveKinds[(turn + unitId) % driveKinds.length] ?? 'arrive';
      const sceneM = random.whole(107_000, 112_000);
      const startMs = beginMs + turn * betweenMs + random.whole(0, 6 * hourMs);
      const drive = driveTo(kind, sceneM, startMs, seq, random);
      seq += drive.fixes.length;
      return { unitId, sceneM, drive };
    });
  });
}

/** When each fix comes: at once, or up to two hours late, each by another time: in any order. */
function eventsOf(drives: readonly Sent[], random: SeededRandom): Event[] {
  let lateLeft = 0;
  const isLate = () => {
    if (lateLeft > 0) lateLeft -= 1;
    else if (random.next() < runs.share) lateLeft = random.whole(1, runs.fixesMax);
    return lateLeft > 0;
  };
  const events = drives.flatMap(({ unitId, drive }): Event[] => [
    { atMs: drive.fixes[0]?.happenedAtMs ?? 0, fix: null, unitId, drive },
    ...drive.fixes.map((fix) => {
      const lateMs = isLate() ? Math.floor(random.next() * delayMsMax) : 0;
      return { atMs: fix.happenedAtMs + 1 + lateMs, fix, unitId };
    }),
  ]);
  return events.sort((a, b) => a.atMs - b.atMs);
}

async function simulate(seed: number) {
  const random = new SeededRandom(seed);
  const env = new VirtualEnv();
  const clock = new MonthClock(env.ms);
  env.nowMs = () => clock.nowMs;
  const fleet = new MonthFleet(unitIds);
  const places = createPlaces({ networks: networksOf(networkText) });
  const { registry, live } = fleet;
  const { store } = kept;
  const shared = { store, env, registry, live, feed: fleet, tracks: fleet, places };
  const incidents = createIncidents({ ...shared, timers: clock });
  await incidents.start();
  /** Everything that was ever said of an arrival, by incident. */
  const said = new Map<string, Set<number>>();
  incidents.onChanged(({ id, assignments, stage }) => {
    const moments = said.get(id) ?? new Set();
    said.set(id, moments);
    const arrivedAtMs = assignments[0]?.attendance.arrivedAtMs ?? null;
    if (arrivedAtMs !== null) moments.add(arrivedAtMs);
    if (stage === 'arrived' && arrivedAtMs === null) moments.add(Number.NaN);
  });
  const drives = drivesOf(clock.nowMs, random);
  const events = eventsOf(drives, random);
  const idOf = new Map<Drive, string>();
  let lateCount = 0;
  for (const event of events) {
    await clock.advanceTo(event.atMs);
    if (event.fix !== null) {
      if (event.atMs > event.fix.happenedAtMs + 1) lateCount += 1;
      fleet.receive(event.unitId, event.fix, event.atMs);
      continue;
    }
    const sent = drives.find(({ drive }) => drive === event.drive) as Sent;
    const at = { section: 'G4', prefix: '', stakeM: sent.sceneM, direction: 'INC' } as const;
    const result = await incidents.report({ kind: 'rescue', summary: '', at }, 'clerk');
    const id = result.ok ? result.incident.id : '';
    await incidents.assign(id, `XL-MONTH-${event.unitId}`, 'clerk');
    idOf.set(event.drive, id);
    clock.after(settledMs, () => {
      void incidents.apply(id, 'self-recover', 'clerk');
    });
  }
  await clock.advanceTo(clock.nowMs + settledMs + hourMs);
  await incidents.stop();
  const fixCount = events.length - drives.length;
  return { drives, idOf, said, incidents, share: lateCount / fixCount, fixCount };
}

describe('a month with 30 % of the fixes up to two hours late and in any order', () => {
  it('gives each arrival within 30 s of the truth, and none that was none, not for a moment', async () => {
    const seed = Number(process.env.SEED ?? 20261126);
    const { drives, idOf, said, incidents, share, fixCount } = await simulate(seed);
    const wrong: object[] = [];
    const found = { arrivals: 0, none: 0 };
    for (const { drive, unitId, sceneM } of drives) {
      const id = idOf.get(drive) ?? '';
      const { arrivedAtMs: truthMs, kind } = drive;
      const incident = incidents.get(id) as Incident;
      const arrivedAtMs = incident.assignments[0]?.attendance.arrivedAtMs ?? null;
      const moments = [...(said.get(id) ?? [])];
      const isRight =
        truthMs === null
          ? arrivedAtMs === null && moments.length === 0
          : arrivedAtMs !== null &&
            Math.abs(arrivedAtMs - truthMs) <= arrivalErrorMsMax &&
            moments.every((atMs) => atMs >= truthMs - arrivalErrorMsMax);
      if (truthMs === null) found.none += 1;
      else found.arrivals += 1;
      if (isRight) continue;
      const errors = moments.map((atMs) => (atMs - (truthMs ?? 0)) / 1000);
      wrong.push({ kind, unitId, sceneM, truthMs, arrivedAtMs, errors });
    }
    expect({ seed, wrong }).toEqual({ seed, wrong: [] });
    expect(found).toEqual({ arrivals: 72, none: 288 });
    expect(share).toBeGreaterThan(0.28);
    expect(fixCount).toBeGreaterThan(30_000);
  }, 120_000);
});
