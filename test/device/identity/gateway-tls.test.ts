import type { AddressInfo } from 'node:net';
import { createServer } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { certificateRequest } from '../../../device/identity/csr.ts';
import { connectGateway } from '../../../device/identity/gateway-tls.ts';
import { unitKeys } from '../../../device/identity/unit-keys.ts';
import { type Authority, makeAuthority } from '../support/fake-authority.ts';
import { temporaryFolder } from '../support/world.ts';

const cleanUps: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

/**
 * Certificates that hold for a year around a time. To them this machine's wall clock is what one
 * at 1970 or at 2040 is to ours: years too early, or years too late.
 */
const future = Date.UTC(2060, 0, 1);
const past = Date.UTC(2001, 0, 1);
const dayMs = 86_400_000;

async function listen(material: { cert: string; key: string }): Promise<number> {
  const server = createServer(material, (socket) => {
    socket.on('error', () => undefined);
    socket.end('hello');
  });
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  cleanUps.push(() => void server.close());
  return (server.address() as AddressInfo).port;
}

async function reach(
  authority: Authority,
  port: number,
  trustedMs: number | null,
  host = '127.0.0.1',
): Promise<boolean> {
  const trust = { fleetCaPem: authority.caPem, trustedMs: () => trustedMs };
  const { socket, datesChecked } = await connectGateway({ host, port }, trust);
  cleanUps.push(() => void socket.destroy());
  return datesChecked;
}

describe.each([
  ['far before', future],
  ['far behind', past],
])('with a wall clock %s the certificates', (_where, validMs) => {
  it('the gateway is known by its chain while there is no trusted time', async () => {
    const authority = await makeAuthority(validMs);
    const port = await listen(await authority.server(['127.0.0.1']));
    expect(await reach(authority, port, null)).toBe(false);
  });

  it('dates count by trusted time, and the wall clock has no say', async () => {
    const authority = await makeAuthority(validMs);
    const port = await listen(await authority.server(['127.0.0.1']));
    expect(await reach(authority, port, validMs)).toBe(true);
    for (const offMs of [-400 * dayMs, 400 * dayMs]) {
      await expect(reach(authority, port, validMs + offMs)).rejects.toThrow(/out of date/);
    }
    await expect(reach(authority, port, Date.now())).rejects.toThrow(/out of date/);
  });

  it('a foreign CA is refused, with and without trusted time', async () => {
    const [ours, theirs] = await Promise.all([makeAuthority(validMs), makeAuthority(validMs)]);
    const port = await listen(await theirs.server(['127.0.0.1']));
    for (const trustedMs of [null, validMs]) {
      await expect(reach(ours, port, trustedMs)).rejects.toThrow(/not our gateway/);
    }
  });

  it('a certificate for another host, or for a unit, is refused', async () => {
    const authority = await makeAuthority(validMs);
    const other = await listen(await authority.server(['10.1.2.3']));
    await expect(reach(authority, other, null)).rejects.toThrow(/not for 127\.0\.0\.1/);
    const folder = temporaryFolder();
    cleanUps.push(() => folder.remove());
    const { tlsKey } = await unitKeys(folder.path);
    const cert = await authority.issue(await certificateRequest('XL-TEST-0001', tlsKey));
    const key = tlsKey.export({ format: 'pem', type: 'pkcs8' }) as string;
    const unit = await listen({ cert, key });
    await expect(reach(authority, unit, null)).rejects.toThrow(/not for 127\.0\.0\.1/);
  });
});

it('a chain through another CA of the fleet is followed to the pinned one', async () => {
  const pinned = await makeAuthority(future);
  const next = await makeAuthority(future);
  const { cert, key } = await next.server(['127.0.0.1']);
  const cross = await pinned.cross(next);
  const port = await listen({ cert: `${cert}\n${cross}`, key });
  expect(await reach(pinned, port, null)).toBe(false);
  expect(await reach(pinned, port, future)).toBe(true);
  const bare = await listen({ cert, key });
  await expect(reach(pinned, bare, null)).rejects.toThrow(/not our gateway/);
});
