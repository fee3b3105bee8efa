import type { AdminAnswer, AdminCommand } from '../admin/command.ts';

/** What is wrong with a file, a line each, rather than one line with a list in it. */
function problemsOf({ status, body }: AdminAnswer): AdminAnswer {
  const { problems } = body as { problems?: readonly unknown[] };
  return { status, body: problems ?? body };
}

/** `xinlu network …` on the running gateway; `network check` needs none. */
export const networkCommands: readonly AdminCommand[] = [
  {
    words: ['network', 'import'],
    usage: 'network import FILE: kept under its hash; counts when activated',
    required: [],
    optional: [],
    file: 'content',
    run: async (call, { content }) =>
      problemsOf(await call('POST', '/network/versions', { content })),
  },
  {
    words: ['network', 'list'],
    usage: 'network list: every file, and when it counts',
    required: [],
    optional: [],
    run: (call) => call('GET', '/network/versions'),
  },
  {
    words: ['network', 'activate'],
    usage: 'network activate --hash HASH --from DATE [--to DATE] --reason R',
    required: ['hash', 'from', 'reason'],
    optional: ['to'],
    run: (call, { hash, from, to, reason }) =>
      call('POST', '/network/activations', {
        ...{ hash, validFrom: from, reason },
        ...(to !== undefined && { validTo: to }),
      }),
  },
  {
    words: ['network', 'withdraw'],
    usage: 'network withdraw --activation ID --reason R: what counted before counts again',
    required: ['activation', 'reason'],
    optional: [],
    run: (call, { activation = '', reason }) =>
      call('POST', `/network/activations/${encodeURIComponent(activation)}/withdraw`, { reason }),
  },
  {
    words: ['network', 'place'],
    usage: 'network place --lat LAT --lon LON [--course DEG] [--at MOMENT] [--organisation CODE]',
    required: ['lat', 'lon'],
    optional: ['course', 'at', 'organisation'],
    run: (call, { lat = '', lon = '', course, at, organisation }) => {
      const query = new URLSearchParams({ lat, lon });
      for (const [key, value] of Object.entries({ course, at, organisation })) {
        if (value !== undefined) query.set(key, value);
      }
      return call('GET', `/network/place?${query}`);
    },
  },
];
