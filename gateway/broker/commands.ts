import type { AdminCommand } from '../admin/command.ts';

/** `xinlu gateway …`: rows of the gateway's command table. */
export const brokerCommands: readonly AdminCommand[] = [
  {
    words: ['gateway', 'broker-config', 'mosquitto'],
    usage: 'gateway broker-config mosquitto --out FOLDER [--gateways NAME,NAME]',
    required: ['out'],
    optional: ['gateways'],
    filesInto: 'out',
    run: (call, { out, gateways }) =>
      call('POST', '/broker/mosquitto', {
        folder: out,
        ...(gateways === undefined ? {} : { gateways: gateways.split(',') }),
      }),
  },
];
