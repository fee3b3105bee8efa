import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createGateway } from '../../gateway/gateway.ts';
import { codeDigitsOf } from '../../protocols/scan-code/code.ts';
import { codeOf, fix, hello, shown, TestUnit } from './test-unit.ts';
import { realEnv, startWorld, temporaryFolder, testConfig, until, type World } from './world.ts';

describe('a gateway on real sockets', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world.stop());

  const state = async (serial: string) =>
    ((await world.admin('GET', `/units/${serial}`)).body as { state: string }).state;

  it('enrols a unit, takes its session, its records, and acknowledges them', async () => {
    const unit = new TestUnit(world, 'XL-TEST-0001');
    const grant = await unit.enrol();
    expect(grant).toMatchObject({ status: 'granted', unitId: 1, enrolment: 1, kind: 0 });
    await unit.connect();
    const nowMs = Date.now();
    unit.send([hello(1, nowMs), fix(2, nowMs), fix(3, nowMs + 1)]);
    await until('the acknowledgement', () => unit.acks.length === 1);
    expect(unit.acks[0]).toStrictEqual({
      type: 'ack',
      epoch: unit.epoch,
      upTo: 3,
      also: [],
      nack: [],
    });
    await until('the configuration', () => unit.downs.some(({ type }) => type === 'config'));
    const { body } = await world.admin('GET', '/units/XL-TEST-0001');
    expect(body).toMatchObject({ state: 'enrolled', online: true, training: true });
    await unit.end();
    await until('the end of the session', () =>
      world.log.some(({ message }) => message === 'unit disconnected'),
    );
  });

  it('makes a unit active with the first code on its glass', async () => {
    const unit = new TestUnit(world, 'XL-TEST-0002');
    await unit.enrol();
    await unit.connect();
    unit.send([hello(1, Date.now())]);
    await until('the acknowledgement', () => unit.acks.length === 1);
    expect(await state(unit.serial)).toBe('enrolled');
    unit.send([shown(2, codeOf(unit, Math.floor(Date.now() / 1000)))]);
    await until('the acknowledgement', () => unit.acks.length === 2);
    let now = '';
    for (let tries = 0; tries < 100 && now !== 'active'; tries += 1) now = await state(unit.serial);
    expect(now).toBe('active');
    await unit.end();
  });

  it('closes the session of a revoked unit at once, and refuses its codes and its return', async () => {
    const unit = new TestUnit(world, 'XL-TEST-0003');
    await unit.enrol();
    await unit.connect();
    let closed = false;
    unit.session?.on('close', () => {
      closed = true;
    });
    const digits = codeDigitsOf(codeOf(unit, Math.floor(Date.now() / 1000)));
    const open = async () => (await fetch(`${world.addresses.httpUrl}/${digits}`)).text();
    expect(await open()).toContain('data-verdict="fresh"');
    const revoked = await world.admin('POST', `/units/${unit.serial}/events`, {
      event: 'revoke',
      reason: 'stolen',
    });
    expect(revoked).toMatchObject({ status: 200, body: { state: 'revoked' } });
    expect(await open()).toContain('data-verdict="revoked"');
    await until('the end of the session', () => closed, 5000);
    await expect(unit.dial()).rejects.toThrow(/authorized/i);
    expect((await unit.ask()).status).toBe(409);
  });

  it('tells a suspended unit, judges its codes revoked, and tells it when that is over', async () => {
    const unit = new TestUnit(world, 'XL-TEST-0006');
    await unit.enrol();
    await unit.connect();
    unit.send([shown(1, codeOf(unit, Math.floor(Date.now() / 1000) - 5))]);
    await until('the acknowledgement', () => unit.acks.length === 1);
    const commands = () =>
      unit.downs.flatMap((down) => (down.type === 'command' ? [down.name] : []));
    expect(commands()).toStrictEqual([]);
    const apply = (event: string) =>
      world.admin('POST', `/units/${unit.serial}/events`, { event, reason: 'test' });
    await apply('suspend');
    await until('the word of it', () => commands().join() === 'suspend');
    const digits = codeDigitsOf(codeOf(unit, Math.floor(Date.now() / 1000)));
    const page = await (await fetch(`${world.addresses.httpUrl}/${digits}`)).text();
    expect(page).toContain('data-verdict="revoked"');
    await unit.end();
    await unit.connect();
    unit.send([fix(2, Date.now())]);
    await until('the word of it again', () => commands().join() === 'suspend,suspend');
    await apply('resume');
    await until('the end of it', () => commands().at(-1) === 'resume');
    await unit.end();
  });

  it('lets the newer connection of a unit take over from the older one', async () => {
    const unit = new TestUnit(world, 'XL-TEST-0004');
    await unit.enrol();
    const first = await unit.connect();
    let closed = false;
    first.on('close', () => {
      closed = true;
    });
    await unit.connect();
    await until('the end of the older session', () => closed);
    unit.send([hello(1, Date.now())]);
    await until('the acknowledgement', () => unit.acks.length === 1);
    const { body } = await world.admin('GET', `/units/${unit.serial}`);
    expect(body).toMatchObject({ online: true });
    await unit.end();
  });

  it('keeps a session that sends bad batches, and buries them', async () => {
    const unit = new TestUnit(world, 'XL-TEST-0005');
    await unit.enrol();
    await unit.connect();
    unit.publish(Buffer.from('nonsense'));
    unit.send([fix(1, Date.now())]);
    await until('the acknowledgement', () => unit.acks.length === 1);
    expect(unit.session?.connected).toBe(true);
    await unit.end();
  });

  it('is well on every listener, and administers only for the token', async () => {
    for (const url of [world.addresses.httpUrl, world.addresses.adminUrl]) {
      const response = await fetch(`${url}/healthz`);
      expect([response.status, await response.json()]).toStrictEqual([200, { ok: true }]);
    }
    for (const authorization of ['', 'Bearer ', 'Bearer wrong']) {
      const refused = await fetch(`${world.addresses.adminUrl}/units`, {
        headers: { authorization },
      });
      expect([refused.status, await refused.json()]).toMatchObject([401, { code: 'unauthorised' }]);
    }
  });

  it('refuses administration that makes no sense, with what would', async () => {
    const bodies: readonly (readonly [string, object, number])[] = [
      ['/units', { serial: 'lower-case', model: 'M', role: 'kiosk' }, 400],
      ['/units', { serial: 'XL-TEST-9', model: 'M', role: 'bicycle' }, 400],
      ['/units', { serial: 'XL-TEST-0001', model: 'M', role: 'kiosk' }, 409],
      ['/units/XL-NOBODY/approve', { fingerprint: 'x' }, 404],
      ['/units/XL-TEST-0001/events', { event: 'explode', reason: 'r' }, 400],
      ['/units/XL-TEST-0001/events', { event: 'suspend' }, 400],
      ['/units/XL-TEST-0001/events', { event: 'reopen', reason: 'r' }, 409],
      ['/units/XL-TEST-0001/training', {}, 400],
      ['/nowhere', {}, 404],
    ];
    for (const [path, body, status] of bodies) {
      const answer = await world.admin('POST', path, body);
      expect(answer.status, path).toBe(status);
      expect((answer.body as { message: string }).message.length).toBeGreaterThan(5);
    }
  });

  it('keeps every secret to itself', () => {
    const modeOf = (name: string) => statSync(join(world.dataDir, name)).mode & 0o777;
    for (const name of [
      'down.seed',
      'fleet-ca.json',
      'server-certificate.json',
      'tls-ticket.key',
    ]) {
      expect(modeOf(join('secrets', name)), name).toBe(0o600);
    }
    expect(modeOf('admin.token')).toBe(0o600);
    expect(modeOf('gateway.sqlite')).toBe(0o600);
    expect(readFileSync(world.addresses.fleetCaFile, 'ascii')).not.toContain('PRIVATE');
    const text = JSON.stringify(world.log);
    expect(text).not.toContain(readFileSync(join(world.dataDir, 'admin.token'), 'ascii'));
    expect(text).not.toMatch(/\d{198}/);
  });
});

describe('starting a gateway', () => {
  const folder = temporaryFolder();
  const blockers: Server[] = [];
  afterEach(() => {
    for (const blocker of blockers.splice(0)) blocker.close();
  });
  afterAll(() => folder.remove());

  function takePort(): Promise<number> {
    const server = createServer();
    blockers.push(server);
    return new Promise((resolve) => {
      server.listen(0, '127.0.0.1', () => {
        const address = server.address();
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
  }

  it.each(['httpPort', 'unitsPort', 'mqttPort', 'adminPort', 'fleetPort'])(
    'names the setting when the port of %s is taken, and leaves nothing running',
    async (setting) => {
      const port = await takePort();
      const config = testConfig(folder.path, [`${setting}=${port}`]);
      await expect(createGateway(config, realEnv()).start()).rejects.toMatchObject({
        code: 'port-taken',
        message: expect.stringContaining(`gateway.${setting}`),
      });
      const again = createGateway(testConfig(folder.path), realEnv());
      await again.start();
      await again.stop();
    },
  );

  it('refuses a store that another gateway has open', async () => {
    const first = createGateway(testConfig(folder.path), realEnv());
    await first.start();
    try {
      const second = createGateway(testConfig(folder.path), realEnv());
      await expect(second.start()).rejects.toMatchObject({ code: 'store-in-use' });
    } finally {
      await first.stop();
    }
  });

  it.each([
    ['http codes that were not allowed', 'allowHttpCodes=false'],
    ['a code host that does not fit the symbol', 'codeAddress=https://much.too.long.example.cn/'],
    ['a test listener in production', 'testListener=127.0.0.1:0,production=true'],
    ['a test listener without a port', 'testListener=127.0.0.1'],
    ['a network file that is not there', 'networkFile=/nowhere/network.geojson'],
  ])('refuses %s', async (_name, words) => {
    const config = testConfig(folder.path, words.split(','));
    await expect(createGateway(config, realEnv()).start()).rejects.toMatchObject({
      code: 'bad-config',
    });
  });

  it('knows its units and its own keys again, and acknowledges once more what it has', async () => {
    const before = await startWorld([], folder.path);
    const unit = new TestUnit(before, 'XL-AGAIN-1');
    await unit.enrol();
    await unit.connect();
    unit.send([fix(1, Date.now()), fix(2, Date.now())]);
    await until('the acknowledgement', () => unit.acks.length === 1);
    await unit.end();
    await before.stop();
    expect(existsSync(folder.path)).toBe(true);
    const after = await startWorld([], folder.path);
    const again = new TestUnit(after, unit.serial, unit.signer);
    Object.assign(again, { tlsKey: unit.tlsKey, epoch: unit.epoch, grant: unit.grant });
    again.lastCounter = unit.lastCounter;
    await again.connect();
    again.send([fix(1, Date.now()), fix(2, Date.now()), fix(3, Date.now())]);
    await until('the acknowledgement', () => again.acks.length === 1);
    expect(again.acks[0]).toMatchObject({ upTo: 3 });
    await again.end();
    await after.stop();
  });
});
