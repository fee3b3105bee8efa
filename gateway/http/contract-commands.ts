import type { AdminCommand } from '../admin/command.ts';

/** `xinlu contract gateway`; `contract asyncapi` needs no gateway. */
export const contractCommands: readonly AdminCommand[] = [
  {
    words: ['contract', 'gateway'],
    usage: 'contract gateway: every HTTP route of the running gateway, as OpenAPI 3.1',
    required: [],
    optional: [],
    run: (call) => call('GET', '/openapi.json'),
  },
];
