import { answerOnce, type Command, requiredOption, UsageError } from '../command.ts';
import { readEvidenceKeys, verifyBundle } from './verify-bundle.ts';

const verify: Command = {
  words: ['evidence', 'verify'],
  usage:
    'evidence verify FILE --keys KEYS.json [--network N.geojson]: the evidence of an incident, offline',
  options: ['keys', 'network'],
  readsStdin: false,
  start: (context) => {
    const [path] = context.positionals;
    if (path === undefined) throw new UsageError('which file? usage: evidence verify FILE');
    const keysPath = requiredOption(context, 'keys');
    const reading = readEvidenceKeys(Buffer.from(context.readFile(keysPath)).toString('utf8'));
    if (!reading.ok) throw new UsageError(`${keysPath}: ${reading.message}`);
    const { network } = context.options;
    const roads = network === undefined ? null : context.readFile(network);
    const verdict = verifyBundle(context.readFile(path), reading.keys, roads);
    return answerOnce([{ print: verdict, ok: verdict.valid }]);
  },
};

export const evidenceCommands: readonly Command[] = [verify];
