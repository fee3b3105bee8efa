import type { AdminCommand } from '../admin/command.ts';

const scoped = '--scope fleet|organisation|model|unit [--id ID]';

/** `xinlu config …`: what units should be, and what they are. */
export const configurationCommands: readonly AdminCommand[] = [
  {
    words: ['config', 'set'],
    usage: `config set ${scoped} --key K --value V|@PNG --reason R`,
    required: ['scope', 'key', 'value', 'reason'],
    optional: ['id'],
    bytes: 'value',
    run: (call, { scope, id, key, value, reason }) =>
      call('POST', '/config', { scope, scopeId: id, key, value, reason }),
  },
  {
    words: ['config', 'unset'],
    usage: `config unset ${scoped} --key K --reason R`,
    required: ['scope', 'key', 'reason'],
    optional: ['id'],
    run: (call, { scope, id, key, reason }) =>
      call('POST', '/config', { scope, scopeId: id, key, value: null, reason }),
  },
  {
    words: ['config', 'show'],
    usage: 'config show --serial S',
    required: ['serial'],
    optional: [],
    run: (call, { serial = '' }) => call('GET', `/config/units/${encodeURIComponent(serial)}`),
  },
  {
    words: ['config', 'drift'],
    usage: 'config drift',
    required: [],
    optional: [],
    run: (call) => call('GET', '/config/drift'),
  },
];
