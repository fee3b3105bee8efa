import { X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { readGrant } from '../../../device/identity/credentials.ts';
import { certificateRequest } from '../../../device/identity/csr.ts';
import { Renewal } from '../../../device/identity/renewal.ts';
import { httpsRenewal } from '../../../device/identity/renewal-client.ts';
import { overlapDays } from '../../../gateway/authority/fleet-authority.ts';
import { signRenewal } from '../../../protocols/enrolment/renewal.ts';
import { makeWorld } from '../../device/support/world.ts';
import { fix, newSigner, postJson, TestUnit } from '../test-unit.ts';
import { startWorld, temporaryFolder, until, type World } from '../world.ts';

const dayMs = 86_400_000;

async function renewalOf(world: World, unit: TestUnit, change: object = {}) {
  const url = `${world.addresses.unitsUrl}/enrol/renewals`;
  const { body } = await postJson(url, world.fleetCaPem, {});
  const unsigned = {
    serial: unit.serial,
    csr: await certificateRequest(unit.serial, unit.tlsKey),
    nonce: String(body.nonce),
    ...change,
  };
  return signRenewal(unsigned, unit.signer);
}

function ask(world: World, body: unknown) {
  return postJson(`${world.addresses.unitsUrl}/enrol/renewals`, world.fleetCaPem, body);
}

describe('renewal of a certificate', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world.stop());

  it('gives the key set in force a fresh certificate for a nonce that counts once', async () => {
    const unit = new TestUnit(world, 'XL-RENEW-1');
    const grant = await unit.enrol();
    const request = await renewalOf(world, unit);
    const renewed = await ask(world, request);
    expect(renewed).toMatchObject({ status: 200, body: { status: 'renewed' } });
    const pem = String(renewed.body.certificatePem);
    expect(pem).not.toBe(grant.certificatePem);
    expect(new X509Certificate(pem).subject).toMatch(/^O=Xinlu fleet [0-9a-f]{8}\nCN=XL-RENEW-1$/);
    expect(await ask(world, request)).toMatchObject({ status: 401, body: { code: 'bad-nonce' } });
    unit.grant = { ...grant, certificatePem: pem };
    await unit.connect();
    await unit.end();
    const { body } = await world.admin('GET', `/units/${unit.serial}`);
    expect(body).toMatchObject({
      events: [{ event: 'certificate', detail: { cause: 'renew' } }, {}, {}, {}, {}],
    });
  });

  it('gives no second certificate within half a minute', async () => {
    const unit = new TestUnit(world, 'XL-RENEW-2');
    await unit.enrol();
    expect((await ask(world, await renewalOf(world, unit))).status).toBe(200);
    const again = await ask(world, await renewalOf(world, unit));
    expect(again).toMatchObject({ status: 429, body: { code: 'too-many' } });
  });

  it('refuses another key, another unit’s key, a changed request and an unknown serial', async () => {
    const unit = new TestUnit(world, 'XL-RENEW-3');
    const other = new TestUnit(world, 'XL-RENEW-4');
    await unit.enrol();
    await other.enrol();
    const stranger = new TestUnit(world, unit.serial, newSigner());
    const posing = new TestUnit(world, unit.serial, other.signer);
    for (const thief of [stranger, posing]) {
      const answer = await ask(world, await renewalOf(world, thief));
      expect(answer).toMatchObject({ status: 403, body: { code: 'bad-signature' } });
    }
    const swapped = await renewalOf(world, unit);
    const csr = await certificateRequest(unit.serial, stranger.tlsKey);
    expect((await ask(world, { ...swapped, csr })).status).toBe(403);
    const otherName = await certificateRequest(other.serial, unit.tlsKey);
    expect((await ask(world, await renewalOf(world, unit, { csr: otherName }))).status).toBe(400);
    const nobody = new TestUnit(world, 'XL-NOBODY-9', unit.signer);
    expect((await ask(world, await renewalOf(world, nobody))).status).toBe(404);
    expect((await ask(world, { nonce: 'x', serial: 7 })).status).toBe(400);
  });

  it.each(['revoke', 'retire', 'rma', 'transfer'])(
    'gives nothing after %s, and puts what the unit had on the list for other brokers',
    async (event) => {
      const unit = new TestUnit(world, `XL-GONE-${event.toUpperCase()}`);
      const grant = await unit.enrol();
      await world.admin('POST', `/units/${unit.serial}/events`, { event, reason: 'test' });
      const answer = await ask(world, await renewalOf(world, unit));
      expect(answer).toMatchObject({ status: 403, body: { code: 'forbidden' } });
      const file = join(world.dataDir, 'revoked.pem');
      const number = new X509Certificate(grant.certificatePem).serialNumber.toLowerCase();
      const isListed = () => {
        const der = readFileSync(file, 'utf8').replaceAll(/-----[^-]+-----|\s/g, '');
        return Buffer.from(der, 'base64').toString('hex').includes(number);
      };
      await until('the list', isListed);
      expect(statSync(file).mode & 0o777).toBe(0o644);
    },
  );
});

describe('a rotation of the fleet CA', () => {
  const folder = temporaryFolder();
  let world: World | undefined;
  afterEach(() => world?.stop());
  afterAll(() => folder.remove());

  /** Certificate a TLS listener shows to somebody who trusts only `ca`. */
  function shown(url: string, ca: string): Promise<string> {
    const { hostname, port } = new URL(url);
    return new Promise((resolve, reject) => {
      const socket: TLSSocket = connectTls({ host: hostname, port: Number(port), ca }, () => {
        resolve(socket.getPeerX509Certificate()?.issuer ?? '');
        socket.destroy();
      });
      socket.on('error', reject);
    });
  }

  it('changes the certificates of running listeners; old and new units go on', async () => {
    world = await startWorld();
    const { addresses, admin } = world;
    const oldPem = world.fleetCaPem;
    const unit = new TestUnit(world, 'XL-ROTATE-1');
    await unit.enrol();
    await unit.connect();
    const before = await shown(addresses.unitsUrl, oldPem);
    expect((await admin('POST', '/authority/rotate', {})).status).toBe(400);
    expect((await admin('POST', '/authority/rotate', { reason: 'test' })).status).toBe(200);
    expect((await admin('POST', '/authority/rotate', { reason: 'test' })).status).toBe(409);
    expect(await shown(addresses.unitsUrl, oldPem)).not.toBe(before);
    unit.send([fix(1, Date.now())]);
    await until('the session that stood', () => unit.acks.length === 1);
    await unit.end();
    await unit.connect();
    await unit.end();
    const fresh = new TestUnit(world, 'XL-ROTATE-2');
    const grant = await fresh.enrol();
    expect(grant.fleetCaPem.match(/BEGIN CERTIFICATE/g)?.length).toBe(2);
    await fresh.connect();
    await fresh.end();
  });

  it('brings a unit back by itself that was off for a year: ended certificate, old CA', async () => {
    const longAgo = await startWorld([], folder.path, -365 * dayMs);
    const asleep = new TestUnit(longAgo, 'XL-YEAR-1');
    const grant = await asleep.enrol();
    await longAgo.stop();
    const between = await startWorld([], folder.path, -(overlapDays + 100) * dayMs);
    await between.admin('POST', '/authority/rotate', { reason: 'yearly' });
    await between.stop();

    world = await startWorld([], folder.path);
    expect(world.fleetCaPem).not.toContain(grant.fleetCaPem.trim());
    const unit = new TestUnit(world, asleep.serial, asleep.signer);
    Object.assign(unit, { tlsKey: asleep.tlsKey, grant });
    await expect(unit.dial()).rejects.toThrow();

    const expected = { serial: unit.serial, tlsKey: unit.tlsKey, allowHttpCodes: true };
    const reading = readGrant(grant, expected);
    if (!reading.ok) throw new Error(reading.reason);
    const device = makeWorld('a year', Date.now());
    const renewal = new Renewal({
      serial: unit.serial,
      signer: unit.signer,
      csr: () => certificateRequest(unit.serial, unit.tlsKey),
      path: join(folder.path, 'unit-grant.json'),
      ask: httpsRenewal(world.addresses.unitsUrl, {
        fleetCaPem: grant.fleetCaPem,
        trustedMs: () => device.env.nowMs(),
      }),
      env: device.env,
      credentials: reading.credentials,
      check: (given) => readGrant(given, expected),
      trustedMs: () => device.env.nowMs(),
      onRenewed: ({ grant: renewed }) => {
        unit.grant = renewed;
      },
    });
    renewal.start();
    await device.until(() => unit.grant !== grant);
    renewal.stop();
    await unit.connect();
    unit.send([fix(1, Date.now())]);
    await until('the acknowledgement', () => unit.acks.length === 1);
    await unit.end();
  });
});
