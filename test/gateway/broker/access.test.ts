import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { topicOf } from '../../../protocols/messages/topics.ts';
import { dialTls, fix, TestUnit } from '../test-unit.ts';
import { startWorld, until, type World } from '../world.ts';

describe('who may do what on the broker', () => {
  let world: World;
  let one: TestUnit;
  let other: TestUnit;
  beforeAll(async () => {
    world = await startWorld();
    one = new TestUnit(world, 'XL-ACCESS-1');
    other = new TestUnit(world, 'XL-ACCESS-2');
    await one.enrol();
    await other.enrol();
  });
  afterAll(() => world.stop());

  it('delivers to a unit only what goes to that unit, whatever it subscribed to', async () => {
    const session = await other.connect();
    const foreign: string[] = [];
    session.on('message', (topic) => {
      if (!topic.includes(other.serial)) foreign.push(topic);
    });
    const asked = ['#', '+/#', 'xinlu/#', '$SYS/#', 'xinlu/1/+/ack', `xinlu/1/${one.serial}/ack`];
    const granted = await session
      .subscribeAsync([...asked, topicOf(one.serial, 'up')])
      .catch((error: { message: string }) => error.message);
    expect(JSON.stringify(granted)).not.toContain('"qos":0');
    await one.connect();
    one.send([fix(1, Date.now())]);
    await until('the acknowledgement', () => one.acks.length === 1);
    other.send([fix(1, Date.now())]);
    await until('the acknowledgement of the other', () => other.acks.length === 1);
    expect(foreign).toStrictEqual([]);
    expect(one.acks[0]?.epoch).toBe(one.epoch);
    expect(other.acks[0]?.epoch).toBe(other.epoch);
    await one.end();
    await other.end();
  });

  it.each(['up', 'will', 'ack', 'down'] as const)(
    'takes nothing that a unit publishes on the %s of another',
    async (channel) => {
      await one.connect();
      await other.connect();
      const before = one.acks.length;
      let closed = false;
      other.session?.on('close', () => {
        closed = true;
      });
      other.publish(one.seal([fix(99, Date.now())]), topicOf(one.serial, channel));
      await until('the end of the session', () => closed);
      one.send([fix(2, Date.now())]);
      await until('an acknowledgement of its own', () => one.acks.length > before);
      // Taken, the foreign batch would have been acknowledged to `one`, before its own.
      expect(one.acks.slice(before)).toMatchObject([{ upTo: 2, also: [] }]);
      const desired = ['config', 'incident', 'command'];
      expect(one.downs.filter(({ type }) => !desired.includes(type))).toStrictEqual([]);
      await one.end();
      await other.end();
    },
  );

  it('refuses a client id, a user name or a session that is not the certificate’s own', async () => {
    await expect(one.dial({ clientId: other.serial })).rejects.toThrow(/authorized/i);
    await expect(one.dial({ username: other.serial })).rejects.toThrow(/authorized/i);
    await expect(one.dial({ clean: false })).rejects.toThrow(/authorized/i);
  });

  it('refuses whoever has no certificate, or one of another authority', async () => {
    const stranger = await startWorld();
    try {
      const foreign = new TestUnit(stranger, one.serial);
      const grant = await foreign.enrol();
      const dialled = one.dial({
        cert: grant.certificatePem,
        key: foreign.tlsKey.export({ format: 'pem', type: 'pkcs8' }),
      });
      await expect(dialled).rejects.toThrow();
      const bare = new TestUnit(world, one.serial);
      bare.grant = { ...(one.grant as NonNullable<typeof one.grant>), certificatePem: '' };
      const withoutCertificate = dialTls(world, bare);
      await expect(
        new Promise((resolve, reject) => {
          withoutCertificate.on('error', reject);
          withoutCertificate.on('data', resolve);
          withoutCertificate.on('secureConnect', () => withoutCertificate.write('x'));
          withoutCertificate.on('close', () => reject(new Error('closed')));
        }),
      ).rejects.toThrow();
    } finally {
      await stranger.stop();
    }
  });

  it('resumes a TLS session by ticket, after a restart of the gateway too', async () => {
    const folder = world.dataDir;
    const tickets: Buffer[] = [];
    const first = dialTls(world, one);
    first.on('session', (ticket) => tickets.push(ticket));
    await until('a ticket', () => tickets.length > 0);
    expect(first.isSessionReused()).toBe(false);
    first.destroy();
    await world.gateway.stop();
    const again = await startWorld([], folder);
    try {
      const second = dialTls(again, one, tickets[0]);
      await new Promise((resolve) => {
        second.once('secureConnect', resolve);
      });
      expect(second.isSessionReused()).toBe(true);
      second.destroy();
    } finally {
      await again.stop();
      world = await startWorld([], folder);
    }
  });

  it('knows the unit of a resumed session by its certificate', async () => {
    const revived = new TestUnit(world, one.serial, one.signer);
    revived.grant = one.grant;
    Object.assign(revived, { tlsKey: one.tlsKey });
    const tickets: Buffer[] = [];
    const first = dialTls(world, revived);
    first.on('session', (ticket) => tickets.push(ticket));
    await until('a ticket', () => tickets.length > 0);
    first.destroy();
    const session = await revived.connect({ session: tickets[0] } as object);
    expect(session.connected).toBe(true);
    await expect(
      revived.dial({ session: tickets[0], clientId: other.serial } as object),
    ).rejects.toThrow();
    await revived.end();
  });
});
