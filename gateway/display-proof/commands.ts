import type { AdminCommand } from '../admin/command.ts';

/** `xinlu unit display`: a row of the gateway's command table. */
export const displayCommands: readonly AdminCommand[] = [
  {
    words: ['unit', 'display'],
    usage: 'unit display --serial S [--at UNIX_MS|ISO_TIME]',
    required: ['serial'],
    optional: ['at'],
    run: (call, { serial = '', at }) => {
      const query = at === undefined ? '' : `?${new URLSearchParams({ at })}`;
      return call('GET', `/units/${encodeURIComponent(serial)}/display${query}`);
    },
  },
];
