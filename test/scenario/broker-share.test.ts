import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openFleetAuthority } from '../../gateway/authority/fleet-authority.ts';
import { newRequest } from '../../gateway/authority/own-request.ts';
import { ServerCertificates } from '../../gateway/authority/server-certificate.ts';
import { certificateFiles, writeBrokerFiles } from '../../gateway/broker/broker-files.ts';
import { identityByAuthority } from '../../gateway/broker/client-identity.ts';
import { ExternalBroker } from '../../gateway/broker/external-broker.ts';
import { mosquittoFiles } from '../../gateway/broker/mosquitto/routes.ts';
import { systemTimers } from '../../gateway/link/timers.ts';
import { publicMode, writeWhole } from '../../gateway/secrets/secret-file.ts';
import { topicOf } from '../../protocols/messages/topics.ts';
import { realEnv, temporaryFolder, until } from '../gateway/world.ts';
import { freePorts } from '../support/free-port.ts';
import { Mosquitto, missingMosquitto } from './brokers/mosquitto.ts';

const missing = missingMosquitto();
if (missing !== null) process.stderr.write(`${missing}\n`);
const serials = Array.from({ length: 8 }, (_, index) => `XL-SHARE-${index}`);
const batchesEach = 25;

describe.skipIf(missing !== null)('gateways that share a broker', () => {
  const folder = temporaryFolder();
  const env = realEnv();
  const group = randomBytes(16).toString('hex');
  const taken = { 'gateway-1': [] as string[], 'gateway-2': [] as string[] };
  const names = Object.keys(taken) as (keyof typeof taken)[];
  const units = new Map<string, MqttClient>();
  const brokers: ExternalBroker[] = [];
  let mosquitto: Mosquitto;
  let dial: (name: string) => Promise<MqttClient>;

  beforeAll(async () => {
    const [port = 0] = await freePorts(1);
    const authority = await openFleetAuthority(folder.path, join(folder.path, 'ca.pem'), env);
    const file = join(folder.path, 'server.json');
    const certificates = new ServerCertificates({ authority, names: ['127.0.0.1'], file, env });
    const revokedFile = join(folder.path, 'list.pem');
    writeWhole(revokedFile, await authority.revocationLists([]), publicMode);
    const made = { authority, certificates, revokedFile, gatewayName: 'gateway-1', port };
    const place = join(folder.path, 'broker');
    await writeBrokerFiles(place, await mosquittoFiles(made, place, names));
    mosquitto = new Mosquitto(place, port);
    await mosquitto.start();
    const url = `mqtts://127.0.0.1:${port}`;
    for (const name of names) {
      const broker = new ExternalBroker({
        ...{ env, url, name, shareGroup: group, timers: systemTimers },
        identity: identityByAuthority(name, authority, env),
        mayHold: () => true,
        takeOver: async () => undefined,
        refresh: async () => void (await certificateFiles(made)),
        onOpened: () => undefined,
        onClosed: () => undefined,
        onUp: async (serial, bytes) => {
          taken[name].push(`${serial} ${Buffer.from(bytes).toString()}`);
          broker.send(serial, 'ack', `${name} ${Buffer.from(bytes).toString()}`);
        },
      });
      await broker.start({ server: await certificates.current(), fleetCaPem: authority.caPem });
      brokers.push(broker);
    }
    await until('both gateways', () => brokers.every((one) => one.problems().length === 0), 20_000);
    dial = async (name) => {
      const { csrPem, privateKeyPem } = await newRequest(name);
      const { pem } = await authority.issueUnit(csrPem, name);
      const own = { ca: authority.caPem, cert: pem, key: privateKeyPem };
      return connectAsync(url, { ...own, clientId: name, username: name, reconnectPeriod: 0 });
    };
  });
  afterAll(async () => {
    for (const unit of units.values()) await unit.endAsync(true);
    for (const broker of brokers) await broker.stop();
    await mosquitto.stop();
    folder.remove();
  });

  it('each take a part, every batch one of them, and who took it acknowledges it', async () => {
    const acks: string[] = [];
    for (const serial of serials) {
      const unit = await dial(serial);
      unit.on('message', (_topic, payload) => acks.push(`${serial} ${payload.toString()}`));
      // A guess at the group's name must not draw batches away from the gateways.
      await unit.subscribeAsync([topicOf(serial, 'ack'), `$share/gateways/xinlu/1/+/up`]);
      units.set(serial, unit);
    }
    for (let batch = 0; batch < batchesEach; batch += 1) {
      for (const serial of serials) units.get(serial)?.publish(topicOf(serial, 'up'), `${batch}`);
    }
    const all = serials.length * batchesEach;
    await until('every acknowledgement', () => acks.length >= all, 20_000);
    const both = [...taken['gateway-1'], ...taken['gateway-2']];
    expect(both.length).toBe(all);
    expect(new Set(both).size).toBe(all);
    for (const name of names) expect(taken[name].length).toBeGreaterThan(all / 10);
    for (const name of names) {
      const own = acks
        .filter((ack) => ack.includes(name))
        .map((ack) => ack.replace(`${name} `, ''));
      expect(own.sort()).toStrictEqual([...taken[name]].sort());
    }
  });

  it('hear both of a session that ended', async () => {
    const [serial = ''] = serials;
    const isOpen = () => brokers.map((broker) => broker.isOpen(serial));
    expect(isOpen()).toStrictEqual([true, true]);
    units.get(serial)?.publish(topicOf(serial, 'will'), '{}');
    await until('the end', () => isOpen().every((open) => !open), 20_000);
  });
});
