import type { AdminCommand } from '../admin/command.ts';

/** `xinlu webhook …`: rows of the gateway's command table. */
export const webhookCommands: readonly AdminCommand[] = [
  {
    words: ['webhook', 'create'],
    usage: 'webhook create --url URL',
    required: ['url'],
    optional: [],
    run: (call, { url }) => call('POST', '/webhooks', { url }),
  },
  {
    words: ['webhook', 'list'],
    usage: 'webhook list',
    required: [],
    optional: [],
    run: (call) => call('GET', '/webhooks'),
  },
  {
    words: ['webhook', 'remove'],
    usage: 'webhook remove --id ID',
    required: ['id'],
    optional: [],
    run: (call, { id = '' }) => call('POST', `/webhooks/${encodeURIComponent(id)}/remove`, {}),
  },
];
