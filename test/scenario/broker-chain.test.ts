import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openFleetAuthority } from '../../gateway/authority/fleet-authority.ts';
import { newRequest } from '../../gateway/authority/own-request.ts';
import { parseTopic, topicOf } from '../../protocols/messages/topics.ts';
import { fix, hello, TestUnit } from '../gateway/test-unit.ts';
import { realEnv, temporaryFolder, until } from '../gateway/world.ts';
import { missingMosquitto, mosquittoVersion } from './brokers/mosquitto.ts';
import { type BrokerKind, type BrokerRig, brokerKinds } from './brokers/rig.ts';

const missing = missingMosquitto();
if (missing === null) process.stderr.write(`${mosquittoVersion()}\n`);
else process.stderr.write(`${missing}\n`);
const kinds = (Object.keys(brokerKinds) as BrokerKind[]).filter(
  (kind) => kind === 'aedes' || missing === null,
);
const msMax = 20_000;
const dayMs = 86_400_000;
const isLong = process.env.XINLU_LONG === '1';
/** 50 × 50 topics in the long run: enrolling so many takes its time. */
const unitsAtOnce = isLong ? 50 : 12;
/** Topics of others that each unit writes to. */
const trespassesEach = isLong ? unitsAtOnce - 1 : 2;
const filtersAtOnce = 16;
const longestMs = isLong ? 1_200_000 : 60_000;

/** aedes ends the session of who tries; Mosquitto drops what was tried: either is waited for. */
async function trespass(unit: TestUnit, topic: string, bytes: Buffer): Promise<void> {
  const session = unit.session?.connected === true ? unit.session : await unit.connect();
  let isOver: () => void = () => undefined;
  const closed = new Promise<void>((resolve) => {
    isOver = resolve;
  });
  session.once('close', isOver);
  unit.publish(bytes, topic);
  const answered = session.subscribeAsync(topicOf(unit.serial, 'ack')).catch(() => closed);
  await Promise.race([closed, answered]);
  session.off('close', isOver);
}

describe.each(kinds)('the chain from a unit to the store over %s', (kind) => {
  let rig: BrokerRig;
  const enrolled = async (serial: string) => {
    const unit = new TestUnit(rig.world, serial);
    await unit.enrol();
    return unit;
  };
  const fixesStored = async (serial: string) => {
    const { adminUrl } = rig.world.addresses;
    const token = readFileSync(join(rig.world.dataDir, 'admin.token'), 'ascii');
    const answer = await fetch(`${adminUrl}/units/${serial}/track?from=0&to=${Date.now()}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const [, ...lines] = (await answer.text()).trim().split('\n');
    return lines.length;
  };
  beforeAll(async () => {
    rig = await brokerKinds[kind]();
  });
  afterAll(() => rig.stop());

  it('takes a unit by its enrolment certificate, acknowledges it, and tells it what it should be', async () => {
    const unit = await enrolled('XL-CHAIN-1');
    await unit.connect();
    unit.send([hello(1, Date.now()), fix(2, Date.now())]);
    await until('the acknowledgement', () => unit.acks.length > 0, msMax);
    expect(unit.acks.at(-1)).toMatchObject({ epoch: unit.epoch, upTo: 2 });
    await until('the configuration', () => unit.downs.some(({ type }) => type === 'config'), msMax);
    const { body } = await rig.world.admin('GET', '/units/XL-CHAIN-1');
    expect(body).toMatchObject({ online: true });
    await unit.end();
  });

  it(
    `lets ${unitsAtOnce} units read and write only their own topics, by what is delivered`,
    async () => {
      const units = await Promise.all(
        Array.from({ length: unitsAtOnce }, (_, index) => enrolled(`XL-OWN-${100 + index}`)),
      );
      const every = units.flatMap(({ serial }) => [
        topicOf(serial, 'ack'),
        topicOf(serial, 'down'),
      ]);
      const filters = [...every, '#', 'xinlu/#', 'xinlu/1/+/up', '$SYS/#', '$share/x/xinlu/1/+/up'];
      const heard = units.map(() => new Set<string>());
      const sessions = await Promise.all(
        units.map(async (unit, index) => {
          const session = await unit.dial();
          session.on('message', (topic) => heard[index]?.add(topic));
          for (let at = 0; at < filters.length; at += filtersAtOnce) {
            // A broker may refuse the subscription, or grant it and deliver nothing.
            const some = filters.slice(at, at + filtersAtOnce);
            await session.subscribeAsync(some).catch(() => undefined);
          }
          return session;
        }),
      );
      for (const [index, unit] of units.entries()) {
        sessions[index]?.publish(topicOf(unit.serial, 'up'), unit.seal([fix(1, Date.now())]));
      }
      const own = (serial: string) => topicOf(serial, 'ack');
      const isHeard = () => units.every(({ serial }, index) => heard[index]?.has(own(serial)));
      await until('every own acknowledgement', isHeard, msMax);
      for (const [index, { serial }] of units.entries()) {
        const foreign = [...(heard[index] ?? [])].filter(
          (one) => parseTopic(one)?.serial !== serial,
        );
        expect([serial, foreign]).toStrictEqual([serial, []]);
      }
      await Promise.all(sessions.map((session) => session.endAsync(true)));
      await Promise.all(units.map((unit) => unit.connect()));

      // Each writes genuine batches of others, and acknowledgements, to topics of others.
      const batches = units.map((unit) => unit.seal([fix(2, Date.now())]));
      await Promise.all(
        units.map(async (unit, own) => {
          for (let step = 1; step <= trespassesEach; step += 1) {
            const other = (own + step) % units.length;
            const serial = units[other]?.serial ?? '';
            await trespass(unit, topicOf(serial, 'up'), batches[other] ?? Buffer.of());
            await trespass(unit, topicOf(serial, 'ack'), Buffer.from('{}'));
          }
          if (unit.session?.connected !== true) await unit.connect();
        }),
      );
      // Had one batch been taken, this one would not be the first acknowledgement, and a gap.
      for (const unit of units) unit.send([fix(3, Date.now())]);
      await until('every own one', () => units.every(({ acks }) => acks.length > 0), msMax);
      expect(units.map(({ acks }) => acks)).toMatchObject(
        units.map(() => [{ upTo: 1, also: [3] }]),
      );
      await Promise.all(units.map((unit) => unit.end()));
    },
    longestMs,
  );

  it('refuses a certificate of another fleet, and none at all', async () => {
    const unit = await enrolled('XL-CHAIN-2');
    const other = await brokerKinds.aedes();
    const foreign = new TestUnit(other.world, unit.serial);
    const grant = await foreign.enrol();
    await other.stop();
    const key = foreign.tlsKey.export({ format: 'pem', type: 'pkcs8' });
    await expect(unit.dial({ cert: grant.certificatePem, key })).rejects.toThrow();
    await expect(unit.dial({ cert: '', key: '' })).rejects.toThrow();
    await unit.connect();
    await unit.end();
  });

  it('gives a session only under the name in the certificate', async () => {
    const one = await enrolled('XL-CHAIN-3');
    const two = await enrolled('XL-CHAIN-4');
    await one.connect();
    // Mosquitto puts the certificate's name in place of the one that was said.
    const posing = await two
      .dial({ clientId: one.serial, username: one.serial })
      .catch(() => undefined);
    posing?.publish(topicOf(one.serial, 'up'), one.seal([fix(1, Date.now())]));
    await posing?.endAsync();
    one.send([fix(2, Date.now())]);
    await until('its own', () => one.acks.length > 0, msMax);
    expect(one.acks).toMatchObject([{ upTo: 0, also: [2] }]);
    expect(one.session?.connected).toBe(true);
    await one.end();
  });

  it('refuses a certificate that has ended, and one that was revoked, by its list', async () => {
    const unit = await enrolled('XL-CHAIN-7');
    const longAgo = realEnv([], -100 * dayMs);
    const { path, remove } = temporaryFolder();
    const secrets = join(rig.world.dataDir, 'secrets');
    const authority = await openFleetAuthority(secrets, join(path, 'ca.pem'), longAgo);
    const { csrPem, privateKeyPem } = await newRequest(unit.serial);
    const { pem, notAfterMs } = await authority.issueUnit(csrPem, unit.serial);
    remove();
    expect(notAfterMs).toBeLessThan(Date.now());
    await expect(unit.dial({ cert: pem, key: privateKeyPem })).rejects.toThrow();
    const event = { event: 'rekey', reason: 'test' };
    expect((await rig.world.admin('POST', `/units/${unit.serial}/events`, event)).status).toBe(200);
    const isRefused = () =>
      unit.dial().then(
        (session) => session.endAsync(true).then(() => false),
        () => true,
      );
    let refused = false;
    for (let look = 0; look < 100 && !refused; look += 1) refused = await isRefused();
    expect(refused).toBe(true);
  });

  it('goes on through a rotation of the CA, for units of the old one and of the new one', async () => {
    const old = await enrolled('XL-CHAIN-8');
    const reason = { reason: 'yearly' };
    expect((await rig.world.admin('POST', '/authority/rotate', reason)).status).toBe(200);
    const fresh = await enrolled('XL-CHAIN-9');
    expect(fresh.grant?.fleetCaPem).not.toBe(old.grant?.fleetCaPem);
    for (const unit of [old, fresh]) {
      // A broker outside reads its files again in its own time.
      let isIn = false;
      for (let look = 0; look < 100 && !isIn; look += 1) {
        isIn = await unit.connect().then(
          () => true,
          () => new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 200)),
        );
      }
      unit.send([fix(1, Date.now())]);
      await until('the acknowledgement', () => unit.acks.length === 1, msMax);
      await unit.end();
    }
  });

  it('loses nothing it acknowledged, and doubles nothing, while the broker is killed', async () => {
    const unit = await enrolled('XL-CHAIN-5');
    const count = 120;
    const acknowledged = () => Math.max(0, ...unit.acks.map(({ upTo }) => upTo));
    const startMs = Date.now() - count * 5000;
    const all = Array.from({ length: count }, (_, at) => fix(at + 1, startMs + at * 5000));
    let restarting = Promise.resolve();
    for (let round = 0; acknowledged() < count && round < 60; round += 1) {
      if (unit.session?.connected !== true) await unit.connect().catch(() => undefined);
      // As a unit does: everything that is not acknowledged, again.
      unit.send(all.slice(acknowledged(), acknowledged() + 20));
      if (round === 2 || round === 8) restarting = restarting.then(() => rig.restartBroker());
      await new Promise((resolve) => setTimeout(resolve, 150));
    }
    await restarting;
    expect(acknowledged()).toBe(count);
    expect(await fixesStored(unit.serial)).toBe(count);
    await unit.end();
  }, 60_000);

  it('takes a revoked unit out, and does not let it in again', async () => {
    const unit = await enrolled('XL-CHAIN-6');
    const session = await unit.connect();
    unit.send([fix(1, Date.now())]);
    await until('the acknowledgement', () => unit.acks.length === 1, msMax);
    let closedAfterMs = Number.POSITIVE_INFINITY;
    const atMs = Date.now();
    session.on('close', () => {
      closedAfterMs = Date.now() - atMs;
    });
    const revoked = await rig.world.admin('POST', `/units/${unit.serial}/events`, {
      ...{ event: 'revoke', reason: 'stolen' },
    });
    expect(revoked.status).toBe(200);
    const heard = unit.acks.length + unit.downs.length;
    unit.send([fix(2, Date.now())]);
    await until('the end of its session', () => closedAfterMs < 50_000, 50_000);
    expect(unit.acks.length + unit.downs.length).toBe(heard);
    await expect(unit.dial()).rejects.toThrow();
    process.stderr.write(`${kind}: session of a revoked unit ended after ${closedAfterMs} ms\n`);
  }, 60_000);
});
