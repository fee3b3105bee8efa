import { answerOnce, type Command, requiredOption, UsageError } from '../command.ts';
import { readReceiptKeys } from './receipt-keys.ts';
import { verifyReceipt } from './verify-receipt.ts';

const verify: Command = {
  words: ['receipt', 'verify'],
  usage: "receipt verify FILE --keys KEYS.json: a driver's receipt, offline",
  options: ['keys'],
  readsStdin: false,
  start: (context) => {
    const [path] = context.positionals;
    if (path === undefined) throw new UsageError('which receipt? usage: receipt verify FILE');
    const keysPath = requiredOption(context, 'keys');
    const reading = readReceiptKeys(Buffer.from(context.readFile(keysPath)).toString('utf8'));
    if (!reading.ok) throw new UsageError(`${keysPath}: ${reading.message}`);
    const verdict = verifyReceipt(context.readFile(path), reading.keys);
    return answerOnce([{ print: verdict, ok: verdict.valid }]);
  },
};

export const receiptCommands: readonly Command[] = [verify];
