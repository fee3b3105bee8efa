import type { AddressInfo } from 'node:net';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import { Aedes } from 'aedes';
import { afterEach, describe, expect, it } from 'vitest';
import { certificateRequest } from '../../../device/identity/csr.ts';
import { unitKeys } from '../../../device/identity/unit-keys.ts';
import { mqttDial, type Session } from '../../../device/uplink/session.ts';
import { type Authority, makeAuthority } from '../support/fake-authority.ts';
import { temporaryFolder } from '../support/world.ts';

const cleanUps: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

const serial = 'XL-TEST-0001';

async function broker(authority: Authority) {
  const { cert, key } = await authority.server(['127.0.0.1']);
  const aedes = await Aedes.createBroker();
  const names: string[] = [];
  const reused: boolean[] = [];
  const sockets = new Set<TLSSocket>();
  const options = { cert, key, ca: authority.caPem, requestCert: true, rejectUnauthorized: true };
  const server: Server = createServer(options, (socket) => {
    names.push(String(socket.getPeerCertificate().subject?.CN ?? 'resumed'));
    reused.push(socket.isSessionReused());
    sockets.add(socket);
    socket.on('error', () => undefined);
    aedes.handle(socket);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  cleanUps.push(
    () => void server.close(),
    () => new Promise<void>((resolve) => aedes.close(() => resolve())),
  );
  const url = `mqtts://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { aedes, url, names, reused, sockets };
}

async function target(authority: Authority, brokerUrl: string, fleetCaPem = authority.caPem) {
  const folder = temporaryFolder();
  cleanUps.push(() => folder.remove());
  const { tlsKey } = await unitKeys(folder.path);
  return {
    brokerUrl,
    serial,
    certificatePem: await authority.issue(await certificateRequest(serial, tlsKey)),
    keyPem: tlsKey.export({ format: 'pem', type: 'pkcs8' }) as string,
    fleetCaPem,
    trustedMs: Date.now,
  };
}

async function until(what: () => boolean): Promise<void> {
  for (let turn = 0; turn < 500; turn += 1) {
    if (what()) return;
    await new Promise((resolve) => {
      setTimeout(resolve, 10);
    });
  }
  throw new Error('never came to hold');
}

describe('a session', () => {
  it('is TLS with the unit’s certificate, both ways on the unit’s own topics', async () => {
    const authority = await makeAuthority(Date.now());
    const { aedes, url, names } = await broker(authority);
    const published: string[] = [];
    aedes.on('publish', ({ topic, payload }) => {
      if (topic.startsWith('xinlu/')) published.push(`${topic} ${payload.toString()}`);
    });
    const heard: string[] = [];
    const listener = {
      message: (bytes: Uint8Array) => heard.push(Buffer.from(bytes).toString()),
      closed: () => undefined,
    };
    const session = await mqttDial()(await target(authority, url), listener);
    cleanUps.push(() => session.close());
    session.publish(Buffer.from('words'));
    await until(() => published.length > 0);
    expect(published).toEqual([`xinlu/1/${serial}/up words`]);
    expect(names).toEqual([serial]);
    for (const topic of [`xinlu/1/${serial}/ack`, `xinlu/1/${serial}/down`, 'xinlu/1/XL-X/down']) {
      const packet = { cmd: 'publish', topic, payload: topic, qos: 0, retain: false, dup: false };
      aedes.publish(packet as never, () => undefined);
    }
    await until(() => heard.length >= 2);
    expect(heard).toEqual([`xinlu/1/${serial}/ack`, `xinlu/1/${serial}/down`]);
  });

  it('tells once that it was lost, and the next dial resumes the TLS session', async () => {
    const authority = await makeAuthority(Date.now());
    const { url, sockets, reused } = await broker(authority);
    const dial = mqttDial();
    const to = await target(authority, url);
    const lost: string[] = [];
    const listener = { message: () => undefined, closed: (reason: string) => lost.push(reason) };
    await dial(to, listener);
    for (const socket of sockets) socket.destroy();
    await until(() => lost.length > 0);
    const next: Session = await dial(to, listener);
    cleanUps.push(() => next.close());
    expect(lost.length).toBe(1);
    expect(reused).toEqual([false, true]);
  });

  it('is refused to a broker of another authority, and to one that is not there', async () => {
    const [ours, theirs] = await Promise.all([
      makeAuthority(Date.now()),
      makeAuthority(Date.now()),
    ]);
    const { url, names } = await broker(theirs);
    const listener = { message: () => undefined, closed: () => undefined };
    await expect(mqttDial()(await target(ours, url), listener)).rejects.toThrow(
      /certificate was refused/,
    );
    expect(names).toEqual([]);
    const nobody = await target(ours, 'mqtts://127.0.0.1:1');
    await expect(mqttDial()(nobody, listener)).rejects.toThrow();
  });
});
