import type { AdminCall, AdminCommand, Options } from '../admin/command.ts';
import { stageEvents } from './stage-table.ts';

function pathOf(options: Options, action: string): string {
  return `/incidents/${encodeURIComponent(options.incident ?? '')}/${action}`;
}

function withUnit(action: 'assign' | 'release') {
  return (call: AdminCall, options: Options) =>
    call('POST', pathOf(options, action), { serial: options.serial });
}

/** `xinlu incident …`: rows of the gateway's command table. */
export const incidentCommands: readonly AdminCommand[] = [
  {
    words: ['incident', 'report'],
    usage:
      'incident report --section S --stake K234+567 --kind rescue|enforcement --summary TEXT [--direction INC|DEC]',
    required: ['section', 'stake', 'kind', 'summary'],
    optional: ['direction'],
    run: (call, { section, stake, kind, summary, direction = null }) =>
      call('POST', '/incidents', { section, stake, kind, summary, direction }),
  },
  {
    words: ['incident', 'assign'],
    usage: 'incident assign --incident ID --serial S',
    required: ['incident', 'serial'],
    optional: [],
    run: withUnit('assign'),
  },
  {
    words: ['incident', 'release'],
    usage: 'incident release --incident ID --serial S',
    required: ['incident', 'serial'],
    optional: [],
    run: withUnit('release'),
  },
  {
    words: ['incident', 'state'],
    usage: `incident state --incident ID --event ${stageEvents.join('|')}`,
    required: ['incident', 'event'],
    optional: [],
    run: (call, options) => call('POST', pathOf(options, 'events'), { event: options.event }),
  },
  {
    words: ['incident', 'indications'],
    usage: 'incident indications --incident ID: what the terminals of its vehicles say, unsigned',
    required: ['incident'],
    optional: [],
    run: (call, options) => call('GET', pathOf(options, 'indications')),
  },
  {
    words: ['incident', 'list'],
    usage: 'incident list',
    required: [],
    optional: [],
    run: (call) => call('GET', '/incidents'),
  },
];
