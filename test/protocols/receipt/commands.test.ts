import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../protocols/command.ts';
import { commands } from '../../../protocols/commands.ts';
import { receiptText } from '../../../protocols/receipt/receipt.ts';
import { completed, genuineKeys, pendingReceipt } from './genuine.ts';

const files: Record<string, string> = {
  'good.json': receiptText(completed(pendingReceipt())),
  'bad.json': receiptText(completed(pendingReceipt())).replace('清楚', '糊涂'),
  'keys.json': JSON.stringify(genuineKeys),
  'no-keys.json': '{}',
};

function run(positionals: string[], options: Record<string, string>) {
  const command = commands.find(({ words }) => words.join(' ') === 'receipt verify');
  if (command === undefined) throw new Error('there is no such command');
  const readFile = (path: string) => Buffer.from(files[path] ?? '');
  return command.start({ options, positionals, readFile, nowS: () => 0 }).end();
}

describe('xinlu receipt verify', () => {
  it('prints one line with every key, whether the receipt is genuine or not', () => {
    expect(run(['good.json'], { keys: 'keys.json' })).toEqual([
      {
        print: { valid: true, reason: null, issuedAt: 1_780_000_000, unitId: 7, pending: false },
        ok: true,
      },
    ]);
    expect(run(['bad.json'], { keys: 'keys.json' })).toEqual([
      {
        print: {
          valid: false,
          reason: 'bad-signature',
          issuedAt: null,
          unitId: null,
          pending: null,
        },
        ok: false,
      },
    ]);
  });

  it('says what is missing on its line', () => {
    expect(() => run([], { keys: 'keys.json' })).toThrow(UsageError);
    expect(() => run(['good.json'], {})).toThrow('--keys is missing');
    expect(() => run(['good.json'], { keys: 'no-keys.json' })).toThrow('not a JSON array');
  });
});
