import type { AdminCommand } from '../admin/command.ts';

/** `xinlu authority …`: the fleet CA. */
export const authorityCommands: readonly AdminCommand[] = [
  {
    words: ['authority', 'show'],
    usage: 'authority show',
    required: [],
    optional: [],
    run: (call) => call('GET', '/authority'),
  },
  {
    words: ['authority', 'crl'],
    usage: 'authority crl: revoked certificates, PEM, for a broker elsewhere',
    required: [],
    optional: [],
    run: (call) => call('GET', '/authority/crl'),
  },
  {
    words: ['authority', 'rotate'],
    usage: 'authority rotate --reason R',
    required: ['reason'],
    optional: [],
    run: (call, { reason }) => call('POST', '/authority/rotate', { reason }),
  },
];
