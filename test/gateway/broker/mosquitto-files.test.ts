import { describe, expect, it } from 'vitest';
import { checkExternalBroker } from '../../../gateway/broker/external-config.ts';
import { accessFile } from '../../../gateway/broker/mosquitto/access-file.ts';
import { configFile } from '../../../gateway/broker/mosquitto/config-file.ts';
import { isSerial } from '../../../protocols/messages/topics.ts';
import { testConfig } from '../world.ts';

const lines = (text: string) => text.split('\n').filter((line) => line !== '' && line[0] !== '#');

describe('the files of a Mosquitto', () => {
  it('deny everything but own topics to units, and topics of units to gateways', () => {
    expect(lines(accessFile(['gateway-1', 'gateway-2']))).toStrictEqual([
      'pattern write xinlu/1/%u/up',
      'pattern write xinlu/1/%u/will',
      'pattern read xinlu/1/%u/ack',
      'pattern read xinlu/1/%u/down',
      ...['gateway-1', 'gateway-2'].flatMap((name) => [
        `user ${name}`,
        'topic read xinlu/1/+/up',
        'topic read xinlu/1/+/will',
        'topic write xinlu/1/+/ack',
        'topic write xinlu/1/+/down',
      ]),
    ]);
  });

  it('say each setting once, with its reason in both languages before it', () => {
    const text = configFile({ folder: '/etc/xinlu-broker', port: 8883 });
    const names = lines(text).map((line) => line.split(' ')[0] ?? '');
    const repeated = names.filter((name, at) => names.indexOf(name) !== at);
    expect(new Set(repeated)).toStrictEqual(new Set(['log_type']));
    for (const wanted of [
      'require_certificate true',
      'use_identity_as_username true',
      'use_username_as_clientid true',
      'allow_anonymous false',
      'persistence false',
      'crlfile /etc/xinlu-broker/revoked.pem',
      'max_packet_size 65536',
    ]) {
      expect(lines(text)).toContain(wanted);
    }
    const blocks = text.trim().split('\n\n');
    for (const block of blocks) expect(block).toMatch(/^# [^\n]*\p{Script=Han}[^\n]*\n# [A-Z]/u);
  });
});

describe('the keys of an external broker', () => {
  const external = (...words: readonly string[]) =>
    testConfig('.', ['broker=external', 'brokerUrl=mqtts://broker:8883', ...words]);

  it('are refused when they would leave a gateway without certificate or under a serial', () => {
    const bad = [
      ['brokerUrl=mqtt://broker:1883'],
      ['brokerUrl='],
      ['brokerUnitUrls=tcp://broker'],
      ['brokerName=GATEWAY-1'],
      ['brokerShareGroup=a/b'],
      ['brokerCertificateFile=a.pem'],
    ];
    for (const words of bad) {
      expect(() => checkExternalBroker(external(...words)), words.join()).toThrow(
        /gateway\.broker/,
      );
    }
    expect(() => checkExternalBroker(external())).not.toThrow();
    expect(isSerial(external().brokerName)).toBe(false);
  });
});
