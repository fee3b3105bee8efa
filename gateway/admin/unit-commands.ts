import { operatorEvents } from '../registry/states.ts';
import type { AdminCommand, Options } from './command.ts';
import { lifeCommands } from './life-commands.ts';

function pathOf({ serial = '' }: Options, action = ''): string {
  return `/units/${encodeURIComponent(serial)}${action}`;
}

/** `unit suspend|resume|…`: one row for each event that a person may cause. */
const eventCommands = operatorEvents.map(
  (event): AdminCommand => ({
    words: ['unit', event],
    usage: `unit ${event} --serial S --reason R`,
    required: ['serial', 'reason'],
    optional: [],
    run: (call, options) =>
      call('POST', pathOf(options, '/events'), { event, reason: options.reason }),
  }),
);

/** `xinlu unit …`: rows of the gateway's command table. */
export const unitCommands: readonly AdminCommand[] = [
  {
    words: ['unit', 'register'],
    usage: `unit register --serial S --model M --kind tow-truck|patrol-car|kiosk
    [--vehicle VEHICLE_ID] [--depot ORGANISATION_ID] [--sim ICCID]`,
    required: ['serial', 'model', 'kind'],
    optional: ['vehicle', 'depot', 'sim'],
    run: (call, { serial, model, kind, vehicle = null, depot = null, sim = null }) =>
      call('POST', '/units', { serial, model, role: kind, vehicleId: vehicle, depot, sim }),
  },
  {
    words: ['unit', 'enrol'],
    usage: 'unit enrol --serial S --fingerprint F',
    required: ['serial', 'fingerprint'],
    optional: [],
    run: (call, options) =>
      call('POST', pathOf(options, '/approve'), { fingerprint: options.fingerprint }),
  },
  {
    words: ['unit', 'commission'],
    usage: 'unit commission --serial S',
    required: ['serial'],
    optional: [],
    run: (call, options) => call('POST', pathOf(options, '/training'), { training: false }),
  },
  {
    words: ['unit', 'train'],
    usage: 'unit train --serial S [--hours H]: 演练, nothing counts; until commissioned or H hours',
    required: ['serial'],
    optional: ['hours'],
    run: (call, options) =>
      call('POST', pathOf(options, '/training'), {
        training: true,
        ...(options.hours === undefined ? {} : { hours: Number(options.hours) }),
      }),
  },
  {
    words: ['unit', 'crew'],
    usage: 'unit crew --serial S [--at UNIX_MS]: who was aboard, by its own records',
    required: ['serial'],
    optional: ['at'],
    run: (call, options) =>
      call(
        'GET',
        pathOf(options, `/crew${options.at === undefined ? '' : `?atMs=${Number(options.at)}`}`),
      ),
  },
  {
    words: ['unit', 'list'],
    usage: 'unit list',
    required: [],
    optional: [],
    run: (call) => call('GET', '/units'),
  },
  {
    words: ['unit', 'show'],
    usage: 'unit show --serial S',
    required: ['serial'],
    optional: [],
    run: (call, options) => call('GET', pathOf(options)),
  },
  {
    words: ['unit', 'clones'],
    usage: 'unit clones',
    required: [],
    optional: [],
    run: (call) => call('GET', '/clones'),
  },
  ...eventCommands,
  ...lifeCommands,
];
