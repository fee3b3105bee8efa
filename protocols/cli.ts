#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Command, CommandLine } from './command.ts';
import { UsageError } from './command.ts';
import { commands } from './commands.ts';

const callerFolder = process.env.INIT_CWD ?? process.cwd();

function readFile(path: string): Uint8Array {
  try {
    return readFileSync(resolve(callerFolder, path));
  } catch (error) {
    throw new UsageError(`cannot read ${path}: ${(error as Error).message}`);
  }
}

function findCommand(args: readonly string[]): Command {
  const found = commands.find(({ words }) => words[0] === args[0] && words[1] === args[1]);
  if (found === undefined) {
    const known = commands.map(({ usage }) => `  xinlu ${usage}`).join('\n');
    throw new UsageError(`no such command; known here:\n${known}`);
  }
  return found;
}

function parse(command: Command, args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: Object.fromEntries(command.options.map((name) => [name, { type: 'string' }])),
    });
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\nusage: xinlu ${command.usage}`);
  }
}

/** Prints lines; a reader that went away (`| head`) ends the run quietly. */
function print(lines: readonly CommandLine[]): void {
  for (const { print: value, ok } of lines) {
    if (!ok) process.exitCode = 1;
    if (value === undefined) continue;
    process.stdout.write(`${typeof value === 'string' ? value : JSON.stringify(value)}\n`);
  }
}

async function run(args: readonly string[]): Promise<void> {
  const command = findCommand(args);
  const { values, positionals } = parse(command, args.slice(2));
  const session = command.start({
    options: values as Record<string, string | undefined>,
    positionals,
    readFile,
    nowS: () => Math.floor(Date.now() / 1000),
  });
  if (command.readsStdin) for await (const chunk of process.stdin) print(session.push(chunk));
  print(session.end());
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : 1);
});

run(process.argv.slice(2)).catch((error: unknown) => {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`xinlu: ${error.message}\n`);
  process.exitCode = 2;
});
