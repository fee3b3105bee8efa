import type { Command } from '../command.ts';
import { LineSession } from '../command.ts';
import { checkId } from './ids.ts';

const check: Command = {
  words: ['id', 'check'],
  usage:
    'id check: unified social credit codes or plates on stdin, one a line → kind, valid, reason',
  options: [],
  readsStdin: true,
  start: () =>
    new LineSession((line) => {
      const { kind, valid, reason } = checkId(line.trim());
      return [{ print: { kind, valid, reason }, ok: valid }];
    }),
};

export const idCommands: readonly Command[] = [check];
