import type { AdminCommand } from '../admin/command.ts';

/** `xinlu unit presence`, `xinlu alert list`: rows of the gateway's command table. */
export const presenceCommands: readonly AdminCommand[] = [
  {
    words: ['unit', 'presence'],
    usage: 'unit presence [--serial S]',
    required: [],
    optional: ['serial'],
    run: (call, { serial }) =>
      call(
        'GET',
        serial === undefined ? '/presence' : `/units/${encodeURIComponent(serial)}/presence`,
      ),
  },
  {
    words: ['alert', 'list'],
    usage: 'alert list [--serial S] [--open 1]',
    required: [],
    optional: ['serial', 'open'],
    run: (call, { serial, open }) => {
      const query = new URLSearchParams();
      if (serial !== undefined) query.set('serial', serial);
      if (open !== undefined) query.set('open', open);
      return call('GET', `/alerts?${query}`);
    },
  },
];
