import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EventLog } from '../../../gateway/events/event-log.ts';
import type { Unit, UnitState } from '../../../gateway/parts.ts';
import { PresenceWatch } from '../../../gateway/presence/presence-watch.ts';
import { FleetRegistry } from '../../../gateway/registry/registry.ts';
import { Fleet, TestClock, type TestStore, temporaryStore, testEnv } from '../scan/kit.ts';

const serial = 'XL-W-1';
const well = { gnssState: 'fix', displayFault: null };

let kept: TestStore;
let clock: TestClock;
let fleet: Fleet;
let events: EventLog;
let watch: PresenceWatch;

/** A watch as a new process would begin it. */
async function begin(): Promise<void> {
  const env = testEnv(clock);
  events = new EventLog(kept.store, env);
  await events.start();
  const parts = { store: kept.store, env, timers: clock, events };
  watch = new PresenceWatch({ ...parts, registry: fleet, live: fleet, feed: fleet });
  await watch.start();
}

/** The unit lives for some time, a status each minute, a look each five seconds. */
async function live(seconds: number, values: object | null = well): Promise<void> {
  for (let atS = 0; atS < seconds; atS += 5) {
    if (values !== null && atS % 60 === 0) say(values);
    clock.jump(5000);
    await watch.look();
  }
}

function say(values: object, agoMs = 0, kind = 'status'): void {
  fleet.tell(1, [{ kind, happenedAtMs: clock.nowMs - agoMs, values }]);
}

function setState(state: UnitState): void {
  const one = fleet.units.get(1) as { unit: Unit };
  Object.assign(one, { unit: { ...one.unit, state } });
}

const hearing = (isOpen: boolean) =>
  isOpen ? fleet.online.add(serial) : fleet.online.delete(serial);
const alerts = (openOnly = false) => watch.alerts(serial, openOnly);
const told = async () => (await events.after(0)).events.map(({ type }) => type);

beforeEach(async () => {
  kept = await temporaryStore();
  clock = new TestClock();
  fleet = new Fleet(clock);
  const { unit } = fleet.add(serial, 1);
  const registry = new FleetRegistry(kept.store, testEnv(clock));
  await registry.register(
    { serial, model: unit.model, role: 'tow-truck', vehicleId: unit.vehicleId },
    'test',
  );
  // What a screen shows is judged elsewhere: here nobody waits for a code.
  setState('suspended');
  await begin();
});
afterEach(async () => {
  await watch.stop();
  await kept.remove();
});

describe('the watch over units', () => {
  it('shows a unit as well with its first word, with its clock beside it', async () => {
    fleet.offsets.set(serial, -3);
    await live(10);
    expect(watch.of(serial)).toMatchObject({
      ...{ state: 'online', unitId: 1, conditions: [], clockOffsetS: -3 },
      lastWordMs: clock.nowMs - 10_000,
    });
    expect(watch.all()).toHaveLength(1);
    expect(watch.of('XL-NOBODY')).toBeUndefined();
  });

  it('keeps an outage as one alert with its beginning and end, and tells of both', async () => {
    await live(300);
    hearing(false);
    const lostMs = clock.nowMs + 5000;
    await live(600, null);
    expect(await alerts(true)).toMatchObject([
      { kind: 'contact', reason: 'session-closed', sinceMs: lostMs, closedAtMs: null },
    ]);
    hearing(true);
    const backMs = clock.nowMs;
    await live(300);
    const [alert, ...more] = await alerts();
    expect(more).toEqual([]);
    expect(alert).toMatchObject({ closedReason: 'over', sinceMs: lostMs });
    expect(alert?.endedAtMs).toBeGreaterThanOrEqual(backMs);
    expect(alert?.endedAtMs).toBeLessThanOrEqual(backMs + 10_000);
    await expect
      .poll(told)
      .toEqual([...['presence', 'presence', 'alert-opened', 'presence', 'alert-closed']]);
  });

  it('keeps an open alert and its beginning over restarts, and opens no second one', async () => {
    await live(300);
    hearing(false);
    await live(120, null);
    const [before] = await alerts(true);
    for (let restarts = 0; restarts < 3; restarts += 1) {
      await watch.stop();
      clock.jump(20_000);
      await begin();
      await live(300, null);
      expect(watch.of(serial)).toMatchObject({ state: 'link-lost', sinceMs: before?.sinceMs });
    }
    expect(await alerts()).toEqual([before]);
    hearing(true);
    await live(300);
    expect(await alerts()).toMatchObject([{ id: before?.id, closedReason: 'over' }]);
  });

  it('calls nobody because the gateway was restarted and the fleet came back', async () => {
    await live(300);
    await watch.stop();
    hearing(false);
    await begin();
    await live(60, null);
    expect(watch.of(serial)).toMatchObject({ state: 'link-lost', reason: 'gateway-restarted' });
    hearing(true);
    await live(300);
    expect(watch.of(serial)).toMatchObject({ state: 'online' });
    expect(await alerts()).toEqual([]);
  });

  it('finds a unit that did not come back after a restart within two heartbeats', async () => {
    await live(300);
    await watch.stop();
    hearing(false);
    await begin();
    await live(120, null);
    expect(await alerts(true)).toMatchObject([{ reason: 'gateway-restarted' }]);
  });

  it('is not deceived by late data or by what people do at the console', async () => {
    await live(300);
    hearing(false);
    await live(300, null);
    const dead = watch.of(serial);
    for (const state of ['active', 'suspended', 'active'] as const) {
      setState(state);
      say(well, 3_600_000);
      say({ name: 'display-fault' }, 3_600_000, 'event');
      await live(60, null);
      expect(watch.of(serial)).toEqual({ ...dead, conditions: dead?.conditions });
    }
    expect(await alerts()).toHaveLength(1);
  });

  it('calls nobody for late records of faults that are over', async () => {
    await live(120);
    say({ gnssState: 'silent', displayFault: 'busy-timeout' }, 7_200_000);
    await live(600);
    expect(watch.of(serial)).toMatchObject({ state: 'online' });
    expect(await alerts()).toEqual([]);
  });

  it('calls for a receiver that fell silent within two heartbeats, once while it flaps', async () => {
    await live(120);
    await live(120, { gnssState: 'silent', displayFault: null });
    expect(await alerts(true)).toMatchObject([{ kind: 'gnss', reason: 'receiver-silent' }]);
    for (let times = 0; times < 5; times += 1) {
      await live(60);
      await live(60, { gnssState: 'silent', displayFault: null });
    }
    await live(300);
    expect(await alerts()).toMatchObject([{ kind: 'gnss', closedReason: 'over' }]);
  });

  it('waits out a tunnel, and says no-gnss meanwhile', async () => {
    await live(120);
    await live(600, { gnssState: 'no-fix', displayFault: null });
    expect(watch.of(serial)).toMatchObject({ state: 'no-gnss', reason: 'no-fix' });
    expect(await alerts()).toEqual([]);
    await live(420, { gnssState: 'no-fix', displayFault: null });
    expect(await alerts(true)).toMatchObject([{ kind: 'gnss', reason: 'no-fix' }]);
  });

  it('closes what is open when a unit leaves service, and shows why it is not watched', async () => {
    await live(300);
    hearing(false);
    await live(120, null);
    setState('rma');
    await live(10, null);
    expect(await alerts()).toMatchObject([{ closedReason: 'not-watched' }]);
    expect(watch.of(serial)).toMatchObject({ state: 'not-in-service', reason: 'rma' });
  });

  it('keeps closed alerts for a year of reports, and open ones for ever', async () => {
    for (let outages = 0; outages < 2; outages += 1) {
      hearing(true);
      await live(300);
      hearing(false);
      await live(120, null);
    }
    expect(await alerts()).toHaveLength(2);
    clock.jump(399 * 86_400_000);
    expect(await watch.prune(10)).toBe(0);
    clock.jump(2 * 86_400_000);
    expect(await watch.prune(10)).toBe(1);
    expect(await alerts()).toMatchObject([{ closedAtMs: null }]);
  });

  it('looks again when the store did not take what it found', async () => {
    await live(300);
    hearing(false);
    await kept.store.write((tx) => tx.run('ALTER TABLE alert RENAME TO hidden'));
    await live(120, null);
    await kept.store.write((tx) => tx.run('ALTER TABLE hidden RENAME TO alert'));
    await live(5, null);
    expect(await alerts(true)).toHaveLength(1);
  });
});
