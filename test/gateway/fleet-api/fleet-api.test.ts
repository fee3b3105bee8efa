import { type FastifyInstance, fastify } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CommandDesk } from '../../../gateway/commands/command-desk.ts';
import { keepRequest } from '../../../gateway/enrolment/requests-table.ts';
import { approvalMsMax } from '../../../gateway/fleet-api/enrolment-operations.ts';
import type { FleetParts } from '../../../gateway/fleet-api/parts.ts';
import { proofMsMax, provedBy } from '../../../gateway/fleet-api/prove-mount.ts';
import { registerFleetRoutes } from '../../../gateway/fleet-api/routes.ts';
import { progressOf } from '../../../gateway/fleet-api/views.ts';
import type { FleetUnit } from '../../../gateway/registry/fleet-table.ts';
import { FleetRegistry } from '../../../gateway/registry/registry.ts';
import { keyFingerprint } from '../../../protocols/enrolment/request.ts';
import { progressSteps } from '../../../protocols/http/fleet-bodies.ts';
import {
  type FleetOperation,
  fleetOperations,
  reasonCharsMax,
} from '../../../protocols/http/fleet-operations.ts';
import { vehiclesOf } from '../registry/vehicles.ts';
import { newSigner } from '../test-unit.ts';
import { type TestStore, temporaryStore, VirtualEnv } from '../virtual.ts';

const key = 'the-key-of-the-link';
const env = new VirtualEnv();
let kept: TestStore;
let registry: FleetRegistry;
let parts: FleetParts;
let app: FastifyInstance;
let linkKey: string | null = key;

const vehicles = vehiclesOf([
  { vehicleId: 'veh-1', organisation: 'org-a', role: 'tow-truck', plate: '冀F·00001' },
  { vehicleId: 'veh-2', organisation: 'org-b', role: 'tow-truck', plate: '冀F·00002' },
]);

beforeAll(async () => {
  kept = await temporaryStore();
  const { store } = kept;
  registry = new FleetRegistry(store, env);
  await registry.start();
  const live = {
    isOnline: () => false,
    lastContactMs: () => null,
    clockOffsetS: () => 0,
    send: () => false,
    onConnected: () => undefined,
  };
  const feed = { onCommitted: () => undefined };
  const timers = { after: () => () => undefined };
  const desk = new CommandDesk({ store, registry, live, feed, env, timers });
  await desk.start();
  const never = () => {
    throw new Error('reached although it should have been refused');
  };
  parts = {
    ...{ store, env, registry, live, vehicles, desk },
    enrolment: { approve: never } as never,
    presence: { of: () => undefined, alerts: async () => [] },
    proof: { reproduction: async () => undefined },
    configuration: {
      settings: { effective: () => [], set: never },
      reported: { of: () => undefined },
      desired: { of: async () => null },
    } as never,
    image: never,
  };
  app = fastify();
  registerFleetRoutes(app, parts, () => linkKey);
  await registry.register(
    { serial: 'XL-A-1', model: 'M', role: 'tow-truck', vehicleId: null, depot: 'org-a' },
    'test',
  );
  await registry.register(
    { serial: 'XL-B-1', model: 'M', role: 'tow-truck', vehicleId: 'veh-2', depot: 'org-a' },
    'test',
  );
  await registry.register(
    { serial: 'XL-NO-1', model: 'M', role: 'tow-truck', vehicleId: null },
    'test',
  );
});
afterAll(async () => {
  await app.close();
  await kept.remove();
});

function call(
  operation: string,
  ask: object,
  scope: readonly string[] | null = ['org-a'],
  bearer: string = key,
) {
  const actor = { id: 'user:acc-1', name: '示例技术员' };
  return app.inject({
    method: 'POST',
    url: `/fleet/v1/${operation}`,
    headers: { authorization: `Bearer ${bearer}` },
    payload: { v: 1, actor, scope, ask },
  });
}

/** A question of each operation about a unit of another organisation. */
const foreign: Readonly<Record<FleetOperation, object | null>> = {
  'units.list': null,
  'units.get': { serial: 'XL-B-1' },
  'units.import': null,
  'units.act': { serial: 'XL-B-1', act: 'revoke', reason: 'r' },
  'units.move': { serial: 'XL-B-1', vehicleId: null, reason: 'r' },
  'units.replace': { serial: 'XL-B-1', spare: 'XL-A-1', reason: 'r' },
  'units.prove': { serial: 'XL-B-1', scanId: '0'.repeat(32) },
  'units.commission': { serial: 'XL-B-1' },
  'units.glass': { serial: 'XL-B-1' },
  'enrolment.get': null,
  'enrolment.approve': null,
  'configuration.get': { serial: 'XL-B-1' },
  'configuration.set': { scope: 'unit', scopeId: 'XL-B-1', key: 'title', value: 'x', reason: 'r' },
  'configuration.drift': null,
  'commands.list': { serial: 'XL-B-1' },
  'commands.ask': { serial: 'XL-B-1', name: 'next-code' },
  'image.get': null,
};

describe('the fleet API', () => {
  it.each(Object.entries(foreign).filter(([, ask]) => ask !== null))(
    'refuses %s of a unit of another organisation, wherever its depot is',
    async (operation, ask) => {
      const answer = await call(operation, ask as object);
      expect(answer.statusCode).toBe(403);
      expect(answer.json()).toMatchObject({ code: 'other-organisation' });
      const nobodys = JSON.parse(JSON.stringify(ask).replaceAll('XL-B-1', 'XL-NO-1'));
      expect((await call(operation, nobodys)).statusCode).toBe(403);
    },
  );

  it('lists what is the caller’s and nothing else', async () => {
    const serials = async (scope: readonly string[] | null) =>
      (await call('units.list', {}, scope)).json().units.map((unit: FleetUnit) => unit.serial);
    expect(await serials(['org-a'])).toEqual(['XL-A-1']);
    expect(await serials(['org-b'])).toEqual(['XL-B-1']);
    expect(await serials([])).toEqual([]);
    expect(await serials(null)).toEqual(['XL-A-1', 'XL-B-1', 'XL-NO-1']);
  });

  it('moves and replaces only between places of the caller', async () => {
    const reason = 'r';
    const move = { serial: 'XL-A-1', vehicleId: 'veh-2', reason };
    expect((await call('units.move', move)).statusCode).toBe(403);
    const unknown = { serial: 'XL-A-1', vehicleId: 'veh-9', reason };
    expect((await call('units.move', unknown)).statusCode).toBe(404);
    const spare = { serial: 'XL-A-1', spare: 'XL-B-1', reason };
    expect((await call('units.replace', spare)).statusCode).toBe(403);
    expect(registry.bySerial('XL-A-1')?.vehicleId).toBeNull();
  });

  it('lets nobody set what other organisations share', async () => {
    const setting = { key: 'title', value: 'x', reason: 'r' };
    for (const [scope, scopeId] of [
      ['fleet', '*'],
      ['model', 'M'],
      ['organisation', 'org-b'],
    ]) {
      const answer = await call('configuration.set', { scope, scopeId, ...setting });
      expect(answer.json(), scope).toMatchObject({ code: 'other-organisation' });
    }
  });

  it('opens to the key of the link alone, and to nobody while there is no link', async () => {
    expect((await call('units.list', {}, null, 'another')).statusCode).toBe(401);
    linkKey = null;
    expect((await call('units.list', {}, null)).statusCode).toBe(401);
    expect((await call('units.list', {}, null, 'null')).statusCode).toBe(401);
    linkKey = key;
    expect((await call('units.list', {}, null)).statusCode).toBe(200);
  });

  it('answers what does not fit its schema with what is wrong, never with 500', async () => {
    const wrong = [
      ['units.get', { serial: 'no serial' }],
      ['units.act', { serial: 'XL-A-1', act: 'first-shown', reason: 'r' }],
      ['units.act', { serial: 'XL-A-1', act: 'revoke', reason: '' }],
      ['units.act', { serial: 'XL-A-1', act: 'revoke', reason: 'r'.repeat(reasonCharsMax + 1) }],
      ['units.prove', { serial: 'XL-A-1', scanId: '../x' }],
    ] as const;
    for (const [operation, ask] of wrong) {
      expect((await call(operation, ask)).statusCode, operation).toBe(400);
    }
    expect((await call('units.nothing', {})).statusCode).toBe(404);
    expect((await call('constructor', {})).statusCode).toBe(404);
    const bare = { method: 'POST', url: '/fleet/v1/units.list' } as const;
    const headers = { authorization: `Bearer ${key}` };
    for (const payload of [{}, { v: 2, actor: { id: 'x', name: '' }, scope: null, ask: {} }]) {
      expect((await app.inject({ ...bare, headers, payload })).statusCode).toBe(400);
    }
  });

  it('writes every act down with the name of who did it', async () => {
    const done = await call('units.act', { serial: 'XL-A-1', act: 'retire', reason: '示例' });
    expect(done.json()).toMatchObject({ state: 'retired', progress: 'over' });
    const detail = await call('units.get', { serial: 'XL-A-1' });
    expect(detail.json().events[0]).toMatchObject({
      ...{ event: 'retire', by: '示例技术员 (user:acc-1)', reason: '示例' },
    });
    expect(detail.json().acts).toEqual(['revoke']);
  });

  it('has a question and an answer for each operation', () => {
    expect(Object.keys(foreign).sort()).toEqual(Object.keys(fleetOperations).sort());
  });
});

describe('a scanned enrolment code', () => {
  it('waits for approval when it was read off a screen within the hour, and not otherwise', async () => {
    const serial = 'XL-C-1';
    await registry.register(
      { serial, model: 'M', role: 'tow-truck', vehicleId: null, depot: 'org-a' },
      'test',
    );
    const keep = async (digit: string, source: 'network' | 'code', ageMs: number) => {
      const { publicKey } = newSigner();
      const requestId = digit.repeat(32);
      const askedAtMs = env.nowMs() - ageMs;
      await kept.store.write((tx) =>
        keepRequest(tx, { requestId, serial, publicKey, source, askedAtMs }),
      );
      return { requestId, fingerprint: keyFingerprint(publicKey) };
    };
    const network = await keep('1', 'network', 0);
    const old = await keep('2', 'code', approvalMsMax + 1);
    const { requestId, fingerprint } = await keep('3', 'code', 1000);
    expect((await call('enrolment.get', { requestId: network.requestId })).statusCode).toBe(404);
    const late = await call('enrolment.get', { requestId: old.requestId });
    expect(late.json()).toMatchObject({ code: 'code-expired' });
    expect((await call('enrolment.get', { requestId })).json()).toMatchObject({ fingerprint });
    expect((await call('enrolment.get', { requestId }, ['org-b'])).statusCode).toBe(403);
    const approve = (vehicleId: string | null) =>
      call('enrolment.approve', { requestId, vehicleId });
    expect((await approve(null)).statusCode).toBe(409);
    expect((await approve('veh-2')).statusCode).toBe(403);
    expect((await approve('veh-9')).statusCode).toBe(404);
    expect(registry.bySerial(serial)?.vehicleId).toBeNull();
  });
});

describe('the proof of a mount', () => {
  /** An opening as the scan edge keeps it. */
  async function opening(unit: FleetUnit, changes: object = {}): Promise<string> {
    const scanId = env.randomBytes(16).toString('hex');
    const keyId = registry.currentKeySet(unit.serial)?.keyId ?? '';
    const report = {
      ...{ scanId, presenceId: `${keyId}.1`, verdict: 'fresh', scannedAtMs: env.nowMs() },
      unit: { serial: unit.serial, vehicleId: unit.vehicleId },
      position: { lat: 38, lon: 114, errorM: 12 },
      ...changes,
    };
    await kept.store.write((tx) =>
      tx.run(
        `INSERT INTO scan_opening (scan_id, presence_id, unit_id, issued_at, opened_at_ms, verdict,
          is_first, code, report, link, incident_id, is_final)
        VALUES (?, ?, 1, 1, ?, 'fresh', 1, ?, ?, '{}', NULL, 1)`,
        [scanId, report.presenceId, env.nowMs(), Buffer.alloc(82), JSON.stringify(report)],
      ),
    );
    return scanId;
  }

  it('is a fresh scan of the key in force, in this vehicle, a moment ago', async () => {
    const serial = 'XL-B-1';
    await registry.apply(serial, 'request', 'unit', 'code');
    await registry.approve(serial, newSigner().publicKey, 'test');
    const unit = registry.bySerial(serial) as FleetUnit;
    const bad = [
      { verdict: 'replayed' },
      { verdict: 'stale' },
      { presenceId: 'another-key.1' },
      { scannedAtMs: env.nowMs() - proofMsMax - 1 },
      { unit: { serial, vehicleId: 'veh-1' } },
    ];
    for (const changes of bad) {
      const refused = await provedBy(parts, unit, await opening(unit, changes), 'x');
      expect(refused, JSON.stringify(changes)).toMatchObject({ code: 'conflict' });
    }
    const other = await opening(unit, { unit: { serial: 'XL-A-1', vehicleId: unit.vehicleId } });
    expect(await provedBy(parts, unit, other, 'x')).toMatchObject({ code: 'not-found' });
    const line = async () => (await call('units.get', { serial }, ['org-b'])).json();
    expect((await line()).progress).toBe('enrolled');
    expect(await provedBy(parts, unit, await opening(unit), '示例')).toBeNull();
    expect(await line()).toMatchObject({
      progress: 'proven',
      proof: { lat: 38, provedBy: '示例' },
    });
    // In another vehicle, or with another key, it has to be proved anew.
    await registry.move(serial, null, 'x', 'r');
    expect((await call('units.get', { serial }, ['org-a'])).json()).toMatchObject({ proof: null });
  });

  it('comes before commissioning, which ends a unit’s way from the list to the road', () => {
    const unit = registry.bySerial('XL-B-1') as FleetUnit;
    const steps = [
      progressOf({ ...unit, state: 'registered' }, false),
      progressOf({ ...unit, state: 'pending' }, false),
      progressOf({ ...unit, state: 'active' }, false),
      progressOf({ ...unit, state: 'active' }, true),
      progressOf({ ...unit, state: 'active', training: false }, true),
      progressOf({ ...unit, state: 'suspended' }, true),
      progressOf({ ...unit, state: 'revoked' }, true),
    ];
    expect(steps).toEqual([...progressSteps]);
  });
});
