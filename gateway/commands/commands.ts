import type { AdminCommand } from '../admin/command.ts';

/** `xinlu unit command …`: what a unit is told to do, and what came of it. */
export const commandCommands: readonly AdminCommand[] = [
  {
    words: ['unit', 'command'],
    usage: 'unit command --serial S --name next-code|self-test [--expires-in SECONDS]',
    required: ['serial', 'name'],
    optional: ['expires-in'],
    run: (call, { serial = '', name, 'expires-in': life }) =>
      call('POST', `/units/${encodeURIComponent(serial)}/commands`, {
        name,
        ...(life === undefined ? {} : { lifeS: Number(life) }),
      }),
  },
  {
    words: ['unit', 'commands'],
    usage: 'unit commands --serial S',
    required: ['serial'],
    optional: [],
    run: (call, { serial = '' }) => call('GET', `/units/${encodeURIComponent(serial)}/commands`),
  },
];
