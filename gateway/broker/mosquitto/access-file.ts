import { channels, topicOf } from '../../../protocols/messages/topics.ts';

/** Mosquitto puts the user name, which is the certificate's common name, in place of this. */
const userName = '%u';

/** What a unit may do, and what a gateway may: everything else is denied. */
const unitRights = [
  ['write', channels.up],
  ['write', channels.will],
  ['read', channels.ack],
  ['read', channels.down],
] as const;
const gatewayRights = [
  ['read', channels.up],
  ['read', channels.will],
  ['write', channels.ack],
  ['write', channels.down],
] as const;

/**
 * Mosquitto's access file. It checks what is delivered, not what is subscribed to: a unit that
 * subscribes to everything is granted it, and hears its own. reliability.md, fact 8.
 */
export function accessFile(gateways: readonly string[]): string {
  const ofUnits = unitRights.map(
    ([right, channel]) => `pattern ${right} ${topicOf(userName, channel)}`,
  );
  const ofGateways = gateways.flatMap((name) => [
    '',
    `user ${name}`,
    ...gatewayRights.map(([right, channel]) => `topic ${right} ${topicOf('+', channel)}`),
  ]);
  return [
    '# 每台终端只读写自己的主题；用户名即证书的通用名（终端序列号）。',
    '# A unit reads and writes its own topics only; its user name is the common name (serial).',
    ...ofUnits,
    '',
    '# 网关读取全部上行，写全部下行。网关名为小写，不会与序列号相同。',
    '# Gateways read everything up and write everything down. Their names are lower case: no serial.',
    ...ofGateways,
    '',
  ].join('\n');
}
