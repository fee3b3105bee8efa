import type { AdminCommand, Options } from '../admin/command.ts';

function pathOf({ phone = '' }: Options, action: string): string {
  return `/terminals/${encodeURIComponent(phone)}/${action}`;
}

/** `xinlu terminal …`: rows of the gateway's command table. */
export const terminalCommands: readonly AdminCommand[] = [
  {
    words: ['terminal', 'register'],
    usage: 'terminal register --phone P --plate PLATE [--vehicle VEHICLE_ID]',
    required: ['phone', 'plate'],
    optional: ['vehicle'],
    run: (call, { phone, plate, vehicle = null }) =>
      call('POST', '/terminals', { phone, plate, vehicleId: vehicle }),
  },
  {
    words: ['terminal', 'list'],
    usage: 'terminal list',
    required: [],
    optional: [],
    run: (call) => call('GET', '/terminals'),
  },
  {
    words: ['terminal', 'revoke'],
    usage: 'terminal revoke --phone P',
    required: ['phone'],
    optional: [],
    run: (call, options) => call('POST', pathOf(options, 'revoke'), {}),
  },
  {
    words: ['terminal', 'text'],
    usage: 'terminal text --phone P --text TEXT',
    required: ['phone', 'text'],
    optional: [],
    run: (call, options) => call('POST', pathOf(options, 'text'), { text: options.text }),
  },
];
