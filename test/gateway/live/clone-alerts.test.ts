import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EventLog } from '../../../gateway/events/event-log.ts';
import { CloneAlerts } from '../../../gateway/live/clone-alerts.ts';
import { cloneQuietMs, noteClone } from '../../../gateway/live/clone-table.ts';
import type { CloneFound } from '../../../gateway/live/clone-watch.ts';
import type { UnitState } from '../../../gateway/parts.ts';
import { listAlerts } from '../../../gateway/presence/presence-table.ts';
import { FleetRegistry } from '../../../gateway/registry/registry.ts';
import { type TestStore, temporaryStore, VirtualEnv } from '../virtual.ts';

const serial = 'XL-CLONE-9';
const proofs = ['code', 'record'];

describe('calling somebody for a second device with a unit’s key', () => {
  let env: VirtualEnv;
  let db: TestStore;
  let state: UnitState;
  let alerts: CloneAlerts;
  beforeEach(async () => {
    env = new VirtualEnv();
    db = await temporaryStore();
    state = 'active';
    const registry = new FleetRegistry(db.store, env);
    await registry.start();
    await registry.register({ serial, model: 'M', role: 'tow-truck', vehicleId: null }, 'test');
    const events = new EventLog(db.store, env);
    await events.start();
    const timers = { after: () => () => undefined };
    const bySerial = () => ({ ...registry.bySerial(serial), state }) as never;
    alerts = new CloneAlerts({ store: db.store, env, timers, events, registry: { bySerial } });
  });
  afterEach(() => db.remove());

  const sign = (name: CloneFound['sign']) =>
    db.store.write(async (tx) => {
      await noteClone(tx, serial, name, 'test', env.ms);
      await alerts.found(tx, {
        ...{ serial, sign: name, atMs: env.ms },
        isProof: proofs.includes(name),
      });
    });
  const listed = () => listAlerts(db.store, { openOnly: false, rowsMax: 10 });
  const events = () => db.store.all<{ type: string }>('SELECT type FROM fleet_event ORDER BY id');

  it('is done once, however many signs of it there are; a proof is the graver reason', async () => {
    for (const name of ['boots', 'travel', 'boots', 'record', 'travel'] as const) {
      await sign(name);
      env.pass(cloneQuietMs - 1000);
      await alerts.review();
    }
    expect(await listed()).toMatchObject([{ kind: 'clone', reason: 'record', closedAtMs: null }]);
    expect(await events()).toStrictEqual([{ type: 'alert-opened' }]);
  });

  it('ends a day after the last sign, and begins anew after that', async () => {
    await sign('boots');
    env.pass(cloneQuietMs + 1000);
    await alerts.review();
    await alerts.review();
    await sign('boots');
    expect(await listed()).toMatchObject([
      { kind: 'clone', closedAtMs: null },
      { kind: 'clone', closedReason: 'over' },
    ]);
    const types = (await events()).map(({ type }) => type);
    expect(types).toStrictEqual(['alert-opened', 'alert-closed', 'alert-opened']);
  });

  it('goes on while the unit is suspended for it, and ends when it is out of service', async () => {
    await sign('code');
    state = 'suspended';
    env.pass(30 * cloneQuietMs);
    await alerts.review();
    expect(await listed()).toMatchObject([{ closedAtMs: null }]);
    state = 'revoked';
    await alerts.review();
    expect(await listed()).toMatchObject([{ closedReason: 'not-watched' }]);
  });
});
