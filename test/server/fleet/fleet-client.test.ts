import { createServer, type Server } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { checkedGatewayUrl, createFleetClient } from '../../../server/fleet/fleet-client.ts';
import { SecretBox } from '../../../server/secrets.ts';
import { openRig, type Rig } from '../rig.ts';

const caller = { actor: { id: 'user:1', name: '示例' }, scope: ['org-a'] };
const secrets = new SecretBox('a secret');

let rig: Rig;
let gateway: Server | null = null;

beforeAll(async () => {
  rig = await openRig();
});
afterEach(() => gateway?.close());
afterAll(() => rig.close());

/** A gateway that answers everything alike, and the client that asks it. */
async function askOf(status: number, body: string, seen: string[] = []) {
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url} ${request.headers.authorization}`);
    request.resume().on('end', () => response.writeHead(status).end(body));
  });
  gateway = server;
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
  });
  const parts = { store: rig.server.store, secrets, gatewayCaFile: '' };
  const client = createFleetClient({ ...parts, gatewayUrl: `http://127.0.0.1:${port}/` });
  return client.call('units.list', {}, caller);
}

describe('the way to the gateway', () => {
  it('carries the key of the newest link, and its answer comes whole or not at all', async () => {
    const seen: string[] = [];
    expect(await askOf(200, '{"units":[]}', seen)).toEqual({ ok: true, body: { units: [] } });
    const row = await rig.server.store.get<{ id: string }>('SELECT link_id AS id FROM links');
    const key = secrets.derive('xinlu.link.to-gateway.v1', row?.id ?? '');
    expect(seen).toEqual([`POST /fleet/v1/units.list Bearer ${key}`]);
    for (const body of ['{"units":7}', 'no json', '']) {
      expect(await askOf(200, body)).toMatchObject({ ok: false, code: 'gateway-away' });
    }
  });

  it('hands on refusals with their codes, and tells a lost link from a lost gateway', async () => {
    const refusal = '{"code":"other-organisation","message":"m"}';
    expect(await askOf(403, refusal)).toEqual({
      ...{ ok: false, code: 'other-organisation', message: 'm' },
    });
    expect(await askOf(401, '{"code":"unauthorised"}')).toMatchObject({
      code: 'gateway-not-linked',
    });
    expect(await askOf(500, '{"code":"internal"}')).toMatchObject({ code: 'gateway-away' });
  });

  it('is plain on this machine only', () => {
    for (const url of ['http://10.0.0.1:8483', 'ftp://127.0.0.1', 'gateway']) {
      expect(() => checkedGatewayUrl(url), url).toThrow(/must be https/);
    }
    expect(checkedGatewayUrl('http://127.0.0.1:8483/')).toBe('http://127.0.0.1:8483');
    expect(checkedGatewayUrl('https://gateway.example:8483')).toBe('https://gateway.example:8483');
  });
});
