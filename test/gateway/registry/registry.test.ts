import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { revokedCertificates } from '../../../gateway/registry/certificates-table.ts';
import { auditOf } from '../../../gateway/registry/fleet-table.ts';
import { keyIdOf } from '../../../gateway/registry/key-id.ts';
import { FleetRegistry } from '../../../gateway/registry/registry.ts';
import { newSigner } from '../test-unit.ts';
import { type TestStore, temporaryStore, VirtualEnv } from '../virtual.ts';

const serial = 'XL-REG-0001';
const given = { serial, model: 'M1', role: 'patrol-car', vehicleId: 'veh-1' } as const;

const certificate = (fingerprint: string, notAfterMs: number) => ({
  ...{ pem: '', fingerprint, number: fingerprint, authority: 'CN=test', notAfterMs },
});

describe('the registry', () => {
  let kept: TestStore;
  let env: VirtualEnv;
  let registry: FleetRegistry;
  beforeEach(async () => {
    kept = await temporaryStore();
    env = new VirtualEnv();
    registry = new FleetRegistry(kept.store, env);
    await registry.start();
  });
  afterEach(() => kept.remove());

  const { publicKey } = newSigner();

  async function enrol(key: Uint8Array = publicKey) {
    await registry.register(given, 'test');
    await registry.apply(serial, 'request', 'unit', 'network');
    return registry.approve(serial, key, 'test');
  }

  it('knows a unit and its key from memory, and again after a restart', async () => {
    await enrol();
    const again = new FleetRegistry(kept.store, env);
    await again.start();
    for (const one of [registry, again]) {
      expect(one.bySerial(serial)).toStrictEqual({
        ...given,
        ...{ depot: null, sim: null },
        unitId: 1,
        kind: 0,
        state: 'enrolled',
        enrolment: 1,
        training: true,
        trainingUntilMs: null,
      });
      expect(one.byUnitId(1)?.serial).toBe(serial);
      expect(one.unitKeys(1).map(({ keyId }) => keyId)).toStrictEqual([keyIdOf(publicKey)]);
      expect(one.batchKey(serial, 1)?.keyId).toBe(keyIdOf(publicKey));
      expect(one.batchKey(serial, 2)).toBe(undefined);
      expect(one.unitKeys(2)).toStrictEqual([]);
    }
  });

  it('numbers units one after the other and keeps the number over a new key set', async () => {
    await enrol();
    await registry.register({ ...given, serial: 'XL-REG-0002' }, 'test');
    await registry.apply('XL-REG-0002', 'request', 'unit', 'network');
    const second = await registry.approve('XL-REG-0002', newSigner().publicKey, 'test');
    expect(second).toMatchObject({ ok: true, unit: { unitId: 2 } });
    await registry.apply(serial, 'rma', 'test', 'screen broken');
    await registry.apply(serial, 'reopen', 'test', 'repaired');
    await registry.apply(serial, 'request', 'unit', 'network');
    expect(await registry.approve(serial, newSigner().publicKey, 'test')).toMatchObject({
      ok: true,
      unit: { unitId: 1, enrolment: 2 },
    });
  });

  it('has one key set in force; the older one stays for older codes, with its end', async () => {
    await enrol();
    env.pass(3_600_000);
    await registry.apply(serial, 'transfer', 'test', 'other depot');
    await registry.apply(serial, 'reopen', 'test', 'arrived');
    await registry.apply(serial, 'request', 'unit', 'network');
    const fresh = newSigner().publicKey;
    await registry.approve(serial, fresh, 'test');
    const keys = registry.unitKeys(1);
    expect(keys.map(({ keyId }) => keyId)).toStrictEqual([keyIdOf(fresh), keyIdOf(publicKey)]);
    expect(keys.map(({ validTo }) => validTo === null)).toStrictEqual([true, false]);
    expect(keys.every(({ revoked }) => !revoked)).toBe(true);
    expect(registry.batchKey(serial, 1)).toBe(undefined);
    expect(registry.batchKey(serial, 2)?.keyId).toBe(keyIdOf(fresh));
  });

  it.each(['rekey', 'rma'] as const)(
    'takes nothing from the old key after %s, not even codes dated back',
    async (event) => {
      await enrol();
      await registry.apply(serial, event, 'test', 'card lost');
      if (event === 'rma') await registry.apply(serial, 'reopen', 'test', 'new card');
      await registry.apply(serial, 'request', 'unit', 'network');
      await registry.approve(serial, newSigner().publicKey, 'test');
      const again = new FleetRegistry(kept.store, env);
      await again.start();
      for (const one of [registry, again]) {
        expect(one.unitKeys(1).map(({ revoked }) => revoked)).toStrictEqual([false, true]);
      }
    },
  );

  it('refuses a key that was in force before, and keys of small order', async () => {
    await enrol();
    await registry.register({ ...given, serial: 'XL-REG-0002' }, 'test');
    await registry.apply('XL-REG-0002', 'request', 'unit', 'network');
    expect(await registry.approve('XL-REG-0002', publicKey, 'test')).toMatchObject({
      ok: false,
      code: 'conflict',
    });
    const identity = Buffer.alloc(32);
    identity[0] = 1;
    expect(await registry.approve('XL-REG-0002', identity, 'test')).toMatchObject({
      ok: false,
      code: 'bad-signature',
    });
  });

  it('refuses a second key for a unit that has one', async () => {
    await enrol();
    expect(await registry.approve(serial, newSigner().publicKey, 'test')).toMatchObject({
      ok: false,
      code: 'serial-active',
    });
    expect(registry.bySerial(serial)?.enrolment).toBe(1);
  });

  it('takes codes and sessions away with a revocation, for every key the unit had', async () => {
    await enrol();
    const told: string[] = [];
    registry.onChanged(({ state }) => told.push(state));
    await registry.apply(serial, 'revoke', 'test', 'stolen');
    expect(registry.unitKeys(1).every(({ revoked }) => revoked)).toBe(true);
    expect(registry.batchKey(serial, 1)).toBe(undefined);
    expect(told).toStrictEqual(['revoked']);
    expect(await registry.apply(serial, 'resume', 'test', 'found')).toMatchObject({
      ok: false,
      code: 'conflict',
    });
  });

  it('lets a suspended unit report, and judges its codes revoked until it is resumed', async () => {
    await enrol();
    await registry.apply(serial, 'suspend', 'test', 'two codes, one second');
    expect(registry.batchKey(serial, 1)).toBeDefined();
    expect(registry.unitKeys(1)[0]?.revoked).toBe(true);
    await registry.apply(serial, 'resume', 'test', 'was a test');
    expect(registry.unitKeys(1)[0]?.revoked).toBe(false);
  });

  it('knows whose a certificate is while it lasts and its key set is in force', async () => {
    const result = await enrol();
    if (!result.ok) throw new Error(result.message);
    const notAfterMs = env.ms + 1000;
    await registry.addCertificate(result.unit, certificate('aa', notAfterMs), 'enrol');
    expect(registry.unitOfCertificate('aa')?.serial).toBe(serial);
    expect(registry.unitOfCertificate('bb')).toBe(undefined);
    env.pass(2000);
    expect(registry.unitOfCertificate('aa')).toBe(undefined);
  });

  it('keeps the newest certificates of a serial only', async () => {
    const result = await enrol();
    if (!result.ok) throw new Error(result.message);
    const notAfterMs = env.ms + 1_000_000;
    for (let n = 0; n < 10; n += 1) {
      env.pass(1);
      await registry.addCertificate(result.unit, certificate(`f${n}`, notAfterMs), 'renew');
    }
    const again = new FleetRegistry(kept.store, env);
    await again.start();
    for (const one of [registry, again]) {
      expect(one.unitOfCertificate('f1')).toBe(undefined);
      expect(one.unitOfCertificate('f2')?.serial).toBe(serial);
      expect(one.unitOfCertificate('f9')?.serial).toBe(serial);
    }
  });

  it('lists as revoked what a unit lost, by rekeying or for good, and what was pushed out', async () => {
    const first = await enrol();
    if (!first.ok) throw new Error(first.message);
    const notAfterMs = env.ms + 1_000_000;
    for (let n = 0; n < 9; n += 1) {
      env.pass(1);
      await registry.addCertificate(first.unit, certificate(`a${n}`, notAfterMs), 'renew');
    }
    const numbers = async () =>
      (await revokedCertificates(kept.store, env.ms)).map(({ number }) => number);
    expect(await numbers()).toStrictEqual(['a0']);
    await registry.apply(serial, 'suspend', 'test', 'a test');
    expect(await numbers()).toStrictEqual(['a0']);
    await registry.apply(serial, 'rma', 'test', 'broken');
    expect((await numbers()).length).toBe(9);
    await registry.apply(serial, 'reopen', 'test', 'mended');
    const second = await enrol(newSigner().publicKey);
    if (!second.ok) throw new Error(second.message);
    await registry.addCertificate(second.unit, certificate('b0', notAfterMs), 'enrol');
    expect(await numbers()).not.toContain('b0');
    await registry.apply(serial, 'revoke', 'test', 'stolen');
    expect(await numbers()).toContain('b0');
    env.pass(1_000_000);
    expect(await numbers()).toStrictEqual([]);
  });

  it('writes each change to the audit with who and why', async () => {
    await enrol();
    await registry.setTraining(serial, false, 'liu');
    await registry.apply(serial, 'suspend', 'liu', 'odd track');
    const events = await auditOf(kept.store, serial);
    expect(events.map(({ event }) => event)).toStrictEqual([
      'suspend',
      'commission',
      'approve',
      'request',
      'register',
    ]);
    expect(events[0]?.detail).toStrictEqual({
      by: 'liu',
      reason: 'odd track',
      from: 'enrolled',
      state: 'suspended',
    });
  });

  it('lets only one of many simultaneous approvals win', async () => {
    await registry.register(given, 'test');
    await registry.apply(serial, 'request', 'unit', 'network');
    const results = await Promise.all(
      Array.from({ length: 20 }, () => registry.approve(serial, newSigner().publicKey, 'test')),
    );
    expect(results.filter(({ ok }) => ok).length).toBe(1);
    expect(registry.unitKeys(1).length).toBe(1);
  });
});
