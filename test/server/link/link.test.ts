import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Value } from 'typebox/value';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { directory, linkClaimAnswer } from '../../../protocols/http/link-bodies.ts';
import { createLinkToken } from '../../../server/link/create-token.ts';
import { isLoopback } from '../../../server/link/gate.ts';
import { linkTokenLifeMsMax, revokeLink } from '../../../server/link/link-table.ts';
import { linkGateway, openRig, post, type Rig, reportOf, seededBytes, startMs } from '../rig.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await openRig();
});
afterAll(() => rig.close());

const outside = { nowMs: () => startMs, randomBytes: seededBytes('outside') };

const newToken = async (seed: string, atMs = startMs) =>
  (
    await createLinkToken(rig.server.store, {
      nowMs: () => atMs,
      randomBytes: seededBytes(seed),
    })
  ).token;

const claim = (payload: object, remoteAddress = '127.0.0.1', headers = {}) =>
  rig.server.app.inject({ method: 'POST', url: '/link/v1/claim', payload, remoteAddress, headers });

const directoryWith = (key: string, headers = {}) =>
  rig.server.app.inject({
    url: '/link/v1/directory',
    headers: { authorization: `Bearer ${key}`, ...headers },
  });

describe('claiming a link', () => {
  it('gives a pair of keys once; the second use of the token is a conflict', async () => {
    const token = await newToken('once');
    const first = await claim({ token, gatewayId: 'gw-once' });
    expect(first.statusCode).toBe(200);
    expect(Value.Check(linkClaimAnswer, first.json())).toBe(true);
    const second = await claim({ token, gatewayId: 'gw-once' });
    expect(second.statusCode).toBe(409);
    expect(second.json().code).toBe('link-token-used');
  });

  it('of twenty claims with one token at once exactly one is granted', async () => {
    const token = await newToken('race');
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, at) => claim({ token, gatewayId: `gw-${at}` })),
    );
    expect(answers.filter(({ statusCode }) => statusCode === 200)).toHaveLength(1);
  });

  it('an unknown or outdated token, or no name, is refused', async () => {
    expect((await claim({ token: 'nothing', gatewayId: 'g' })).statusCode).toBe(401);
    const old = await newToken('old', startMs - linkTokenLifeMsMax - 1);
    expect((await claim({ token: old, gatewayId: 'g' })).statusCode).toBe(401);
    const token = await newToken('nameless');
    expect((await claim({ token })).statusCode).toBe(400);
    expect((await claim({ token, gatewayId: '../../x' })).statusCode).toBe(400);
    expect((await claim({ token, gatewayId: 'fits' })).statusCode).toBe(200);
  });

  it('off loopback only https, as told by a proxy that is trusted', async () => {
    const token = await newToken('transport');
    const body = { token, gatewayId: 'gw-far' };
    expect((await claim(body, '192.0.2.7')).statusCode).toBe(403);
    const pretended = { 'x-forwarded-proto': 'https' };
    expect((await claim(body, '192.0.2.7', pretended)).statusCode).toBe(403);
    const overHttp = { 'x-forwarded-for': '192.0.2.7', 'x-forwarded-proto': 'http' };
    expect((await claim(body, '127.0.0.1', overHttp)).statusCode).toBe(403);
    const overHttps = { 'x-forwarded-for': '192.0.2.7', 'x-forwarded-proto': 'https' };
    expect((await claim(body, '127.0.0.1', overHttps)).statusCode).toBe(200);
  });

  it('knows loopback in its forms, and nothing else', () => {
    for (const address of ['127.0.0.1', '127.8.8.8', '::1', '::ffff:127.0.0.1']) {
      expect(isLoopback(address)).toBe(true);
    }
    for (const address of ['10.0.0.1', '::ffff:10.0.0.1', '::2', '127.evil.example', '']) {
      expect(isLoopback(address)).toBe(false);
    }
  });

  it('keeps neither token nor keys: no file of the data folder holds them', async () => {
    const token = await newToken('digest-only');
    const { toServerKey, toGatewayKey } = (await claim({ token, gatewayId: 'gw-d' })).json();
    const files = readdirSync(rig.dataDir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    expect(files.length).toBeGreaterThan(2);
    for (const file of files) {
      const bytes = readFileSync(file);
      for (const secret of [token, toServerKey, toGatewayKey]) {
        expect(bytes.includes(secret), `${file} holds a secret`).toBe(false);
      }
    }
    expect(statSync(join(rig.dataDir, 'admin.token')).mode & 0o077).toBe(0);
    expect(statSync(join(rig.dataDir, 'secrets', 'server.key')).mode & 0o077).toBe(0);
  });
});

describe('a link in use', () => {
  it('ends by revoking, at once, for messages and directory', async () => {
    const { linkId, toServerKey } = await linkGateway(rig.server, 'gw-revoked', 'to revoke');
    expect((await directoryWith(toServerKey)).statusCode).toBe(200);
    expect(await revokeLink(rig.server.store, linkId, outside)).toBe(true);
    expect((await directoryWith(toServerKey)).statusCode).toBe(401);
    const report = reportOf('after-revoke');
    const message = { id: 'm', type: 'scan', body: report };
    expect((await post(rig, [message], toServerKey)).statusCode).toBe(401);
    expect(await revokeLink(rig.server.store, linkId, outside)).toBe(false);
  });

  it('a gateway that claims again ends its earlier link and keeps its scans', async () => {
    const before = await linkGateway(rig.server, 'gw-again', 'first claim');
    const report = reportOf('claimed-again');
    const message = { id: `scan:${report.scanId}`, type: 'scan', body: report };
    await post(rig, [message], before.toServerKey);
    const after = await linkGateway(rig.server, 'gw-again', 'second claim');
    expect((await directoryWith(before.toServerKey)).statusCode).toBe(401);
    expect((await post(rig, [message], after.toServerKey)).json().accepted).toEqual([message.id]);
  });

  it.each(['', 'Bearer', 'Bearer x y', 'Basic abc', `Bearer ${'a'.repeat(200)}`])(
    'the header %j is no key',
    async (authorization) => {
      const response = await rig.server.app.inject({
        url: '/link/v1/directory',
        headers: { authorization },
      });
      expect(response.statusCode).toBe(401);
      expect(response.json().code).toBe('unauthorised');
    },
  );
});

describe('the directory for gateways', () => {
  it('fits its schema and names the sample vehicles with what their screens say', async () => {
    const response = await directoryWith(rig.toServerKey);
    const body = response.json();
    expect(Value.Check(directory, body)).toBe(true);
    const screens = new Map(
      body.vehicles.map((row: { vehicleId: string; screen: object }) => [
        row.vehicleId,
        row.screen,
      ]),
    );
    expect(screens.get('veh-demo-tow-1')).toEqual({
      version: body.version,
      role: 'tow-truck',
      title: '示例清障救援有限公司',
      titleEn: 'Sample Clearance and Rescue Co., Ltd.',
      plate: '冀F·示001',
      hotline: '0311-0000 0101',
      area: '示例路段 G4、G4-A、G1812',
      sample: true,
    });
    expect(screens.get('veh-demo-patrol-1')).toMatchObject({
      role: 'patrol-car',
      plate: '冀A·示002',
      hotline: '0311-0000 0102',
    });
    expect(screens.get('veh-demo-kiosk-1')).toMatchObject({ role: 'kiosk', plate: '示例服务区' });
    expect(screens.get('veh-demo-tow-200')).toMatchObject({ plate: '冀F·示200' });
    expect(screens.size).toBe(202);
  });

  it('answers 304 while nothing changed, and the whole after a change', async () => {
    const { publishScreens } = await import('../../../server/directory/screens.ts');
    const { etag } = (await directoryWith(rig.toServerKey)).headers;
    const unchanged = await directoryWith(rig.toServerKey, { 'if-none-match': String(etag) });
    expect(unchanged.statusCode).toBe(304);
    expect(unchanged.body).toBe('');
    await rig.server.store.write(async (tx) => {
      await tx.run("UPDATE vehicles SET plate = '冀F·示777' WHERE vehicle_id = 'veh-demo-tow-7'");
      await publishScreens(tx);
    });
    const changed = await directoryWith(rig.toServerKey, { 'if-none-match': String(etag) });
    expect(changed.statusCode).toBe(200);
    const { version, vehicles } = changed.json();
    const newer = vehicles.filter(
      (row: { screen: { version: number } }) => row.screen.version === version,
    );
    expect(newer.map((row: { vehicleId: string }) => row.vehicleId)).toEqual(['veh-demo-tow-7']);
  });

  it('holds nobody when no sample is wanted', async () => {
    const bare = await openRig({ sampleData: false });
    const response = await bare.server.app.inject({
      url: '/link/v1/directory',
      headers: { authorization: `Bearer ${bare.toServerKey}` },
    });
    expect(response.json()).toEqual({ v: 1, version: 1, vehicles: [] });
    await bare.close();
  });
});
