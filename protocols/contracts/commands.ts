import { answerOnce, type Command } from '../command.ts';
import { asyncApi } from './asyncapi.ts';

export const contractCommands: readonly Command[] = [
  {
    words: ['contract', 'asyncapi'],
    usage: 'contract asyncapi: what units and gateway say over MQTT, as AsyncAPI 3.0',
    options: [],
    readsStdin: false,
    start: () => answerOnce([{ print: asyncApi(), ok: true }]),
  },
];
