import type { AdminCommand, Options } from '../admin/command.ts';
import { stageEvents } from './stage-table.ts';
import { unitEvents } from './unit-stages.ts';

function pathOf(options: Options, action: string): string {
  return `/incidents/${encodeURIComponent(options.incident ?? '')}/${action}`;
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
    usage: 'incident assign --incident ID --serial S [--role rescue|enforcement|replacement]',
    required: ['incident', 'serial'],
    optional: ['role'],
    run: (call, options) => {
      const { serial, role } = options;
      const body = { serial, ...(role !== undefined && { role }) };
      return call('POST', pathOf(options, 'assign'), body);
    },
  },
  {
    words: ['incident', 'release'],
    usage: 'incident release --incident ID --serial S',
    required: ['incident', 'serial'],
    optional: [],
    run: (call, options) => call('POST', pathOf(options, 'release'), { serial: options.serial }),
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
    words: ['incident', 'nearest'],
    usage: 'incident nearest --incident ID [--rows N]: units by the time they need by road',
    required: ['incident'],
    optional: ['rows'],
    run: (call, options) => call('GET', `${pathOf(options, 'nearest')}?rows=${options.rows ?? 10}`),
  },
  {
    words: ['incident', 'party'],
    usage:
      'incident party --incident ID --party NAME --role assisted|involved|inspected|reporter [--plate P] [--class bus-1]',
    required: ['incident', 'party', 'role'],
    optional: ['plate', 'class'],
    run: (call, options) => {
      const { party: partyId, role, plate = null, class: vehicleClass = null } = options;
      const party = { partyId, role, plate, vehicleClass };
      return call('POST', pathOf(options, 'parties'), { party });
    },
  },
  {
    words: ['incident', 'unit'],
    usage: `incident unit --incident ID --serial S --event ${unitEvents.join('|')}`,
    required: ['incident', 'serial', 'event'],
    optional: [],
    run: (call, options) => {
      const { serial, event } = options;
      return call('POST', pathOf(options, 'unit-events'), { serial, event, source: 'console' });
    },
  },
  {
    words: ['incident', 'merges'],
    usage: 'incident merges: incidents that may be one',
    required: [],
    optional: [],
    run: (call) => call('GET', '/incident-merges'),
  },
  {
    words: ['incident', 'merge'],
    usage: 'incident merge --first ID --second ID --accept yes|no',
    required: ['first', 'second', 'accept'],
    optional: [],
    run: (call, { first: firstId, second: secondId, accept }) =>
      call('POST', '/incident-merges', { firstId, secondId, accept: accept === 'yes' }),
  },
  {
    words: ['incident', 'evidence'],
    usage: 'incident evidence --incident ID > FILE: check it with "xinlu evidence verify FILE"',
    required: ['incident'],
    optional: [],
    run: (call, options) => call('GET', pathOf(options, 'evidence')),
  },
  {
    words: ['incident', 'keys'],
    usage: 'incident keys: what KEYS.json needs to check evidence of this gateway',
    required: [],
    optional: [],
    run: (call) => call('GET', '/evidence/keys'),
  },
  {
    words: ['incident', 'list'],
    usage: 'incident list',
    required: [],
    optional: [],
    run: (call) => call('GET', '/incidents'),
  },
];
