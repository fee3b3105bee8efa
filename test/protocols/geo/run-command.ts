import { UsageError } from '../../../protocols/command.ts';
import { commands } from '../../../protocols/commands.ts';

interface Run {
  readonly options?: Readonly<Record<string, string>>;
  readonly positionals?: readonly string[];
  readonly files?: Readonly<Record<string, string>>;
  readonly nowS?: number;
  /** Bytes handed over at a time. */
  readonly chunkBytes?: number;
}

/** Runs a command on an input as the tool does; what it prints, and whether its exit code is 0. */
export function runCommand(
  words: string,
  input: string,
  { options = {}, positionals = [], files = {}, nowS = 1_700_000_000, chunkBytes = 7 }: Run = {},
) {
  const command = commands.find((row) => row.words.join(' ') === words);
  if (command === undefined) throw new Error(`no command ${words}`);
  const session = command.start({
    options,
    positionals,
    readFile: (path) => {
      const text = files[path];
      if (text === undefined) throw new UsageError(`cannot read ${path}`);
      return Buffer.from(text);
    },
    nowS: () => nowS,
  });
  const bytes = Buffer.from(command.readsStdin ? input : '');
  const lines = [];
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    lines.push(...session.push(bytes.subarray(at, at + chunkBytes)));
  }
  lines.push(...session.end());
  return { printed: lines.map(({ print }) => print), ok: lines.every(({ ok }) => ok) };
}
