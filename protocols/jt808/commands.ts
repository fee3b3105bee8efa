import type { Command } from '../command.ts';
import { LineSession } from '../command.ts';
import { describeLine, isWhole } from './describe.ts';

const decode: Command = {
  words: ['jt808', 'decode'],
  usage: 'jt808 decode: hex frames on stdin, one a line → their fields, or {error}',
  options: [],
  readsStdin: true,
  start: () =>
    new LineSession((line) => {
      const description = describeLine(line);
      return [{ print: description, ok: isWhole(description) }];
    }),
};

export const jt808Commands: readonly Command[] = [decode];
