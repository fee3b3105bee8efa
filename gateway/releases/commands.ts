import type { AdminCall, AdminCommand, Options } from '../admin/command.ts';

function at({ release = '' }: Options, action: string): string {
  return `/releases/${encodeURIComponent(release)}/${action}`;
}

function numberOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}

const changes = ['pause', 'resume', 'stop'].map(
  (action): AdminCommand => ({
    words: ['release', action],
    usage: `release ${action} --release ID --reason R`,
    required: ['release', 'reason'],
    optional: [],
    run: (call, options) => call('POST', at(options, action), { reason: options.reason }),
  }),
);

function authorise(call: AdminCall, { statement = '' }: Options) {
  try {
    return call('POST', '/deploy-key', JSON.parse(statement) as Record<string, unknown>);
  } catch {
    return Promise.resolve({ status: 400, body: { code: 'bad-request', message: 'not JSON' } });
  }
}

/** `xinlu release …`: the online half; keys and bundles are made where the release key is. */
export const releaseCommands: readonly AdminCommand[] = [
  {
    words: ['release', 'key'],
    usage: 'release key (the deploy key, for the offline key to authorise)',
    required: [],
    optional: [],
    run: (call) => call('GET', '/deploy-key'),
  },
  {
    words: ['release', 'authorised'],
    usage: 'release authorised FILE (made by release authorise)',
    required: [],
    optional: [],
    file: 'statement',
    run: authorise,
  },
  {
    words: ['release', 'import'],
    usage: 'release import --bundle FILE.xup',
    required: ['bundle'],
    optional: [],
    path: 'bundle',
    run: (call, { bundle }) => call('POST', '/releases', { path: bundle }),
  },
  {
    words: ['release', 'list'],
    usage: 'release list',
    required: [],
    optional: [],
    run: (call) => call('GET', '/releases'),
  },
  {
    words: ['release', 'start'],
    usage:
      'release start --release ID --percent P --reason R [--organisation CODE] [--failures P] [--attempts N]',
    required: ['release', 'percent', 'reason'],
    optional: ['organisation', 'failures', 'attempts'],
    run: (call, options) =>
      call('POST', at(options, 'start'), {
        percent: numberOf(options.percent),
        organisation: options.organisation,
        failurePercentMax: numberOf(options.failures),
        attemptsMin: numberOf(options.attempts),
        reason: options.reason,
      }),
  },
  ...changes,
  {
    words: ['release', 'status'],
    usage: 'release status --release ID (a line for each unit)',
    required: ['release'],
    optional: [],
    run: (call, options) => call('GET', at(options, 'units')),
  },
];
