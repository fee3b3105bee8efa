import type { AdminCommand, Options } from '../admin/command.ts';

function pathOf({ serial = '', from = '', to = '', ...rest }: Options, what: string): string {
  const { format, reason } = rest;
  const query = new URLSearchParams({ from, to });
  if (format !== undefined) query.set('format', format);
  if (reason !== undefined) query.set('reason', reason);
  return `/units/${encodeURIComponent(serial)}/${what}?${query}`;
}

/** `xinlu unit track|trips`: rows of the gateway's command table. */
export const trackCommands: readonly AdminCommand[] = [
  {
    words: ['unit', 'track'],
    usage: 'unit track --serial S --from T --to T [--format csv|gpx|geojson] [--reason R]',
    required: ['serial', 'from', 'to'],
    optional: ['format', 'reason'],
    run: (call, options) => call('GET', pathOf(options, 'track')),
  },
  {
    words: ['unit', 'trips'],
    usage: 'unit trips --serial S --from T --to T [--reason R]',
    required: ['serial', 'from', 'to'],
    optional: ['reason'],
    run: (call, options) => call('GET', pathOf(options, 'trips')),
  },
];
