import type { AdminCommand } from '../admin/command.ts';
import { type CommandName, commandNames } from './command-names.ts';

function pathOf(serial = ''): string {
  return `/units/${encodeURIComponent(serial)}/commands`;
}

function lifeOf(life: string | undefined) {
  return life === undefined ? {} : { lifeS: Number(life) };
}

/** A row of its own for each, so that nobody has to know how they are spelt on the wire. */
const ownRows: Readonly<Partial<Record<CommandName, string>>> = {
  rotate: 'rotate',
  'self-test': 'selftest',
  blink: 'blink',
  reboot: 'reboot',
  wipe: 'wipe',
};

const ownCommands = Object.entries(ownRows).map(
  ([name, word]): AdminCommand => ({
    words: ['unit', word],
    usage: `unit ${word} --serial S [--expires-in SECONDS]`,
    required: ['serial'],
    optional: ['expires-in'],
    run: (call, { serial, 'expires-in': life }) =>
      call('POST', pathOf(serial), { name, ...lifeOf(life) }),
  }),
);

/** `xinlu unit command …`: what a unit is told to do, and what came of it. */
export const commandCommands: readonly AdminCommand[] = [
  {
    words: ['unit', 'command'],
    usage: `unit command --serial S --name ${Object.keys(commandNames).join('|')}
    [--expires-in SECONDS]`,
    required: ['serial', 'name'],
    optional: ['expires-in'],
    run: (call, { serial, name, 'expires-in': life }) =>
      call('POST', pathOf(serial), { name, ...lifeOf(life) }),
  },
  {
    words: ['unit', 'message'],
    usage: 'unit message --serial S --text TEXT [--for SECONDS]: to its crew, until its end',
    required: ['serial', 'text'],
    optional: ['for'],
    run: (call, { serial, text, for: textS }) =>
      call('POST', pathOf(serial), {
        ...{ name: 'message', text },
        ...(textS === undefined ? {} : { textS: Number(textS) }),
      }),
  },
  {
    words: ['unit', 'logs'],
    usage: 'unit logs --serial S [--id COMMAND_ID]: asks for the log; with an id, prints it',
    required: ['serial'],
    optional: ['id'],
    run: (call, { serial = '', id }) =>
      id === undefined
        ? call('POST', pathOf(serial), { name: 'log-upload' })
        : call('GET', `/units/${encodeURIComponent(serial)}/logs/${encodeURIComponent(id)}`),
  },
  ...ownCommands,
  {
    words: ['unit', 'commands'],
    usage: 'unit commands --serial S',
    required: ['serial'],
    optional: [],
    run: (call, { serial }) => call('GET', pathOf(serial)),
  },
];
