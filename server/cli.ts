#!/usr/bin/env node
import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type CommandLine, UsageError } from '../protocols/command.ts';
import { CodedError } from '../protocols/errors.ts';
import { type LinkCommands, overAdminPort, overStore } from './admin/client.ts';
import { serverConfigSchema } from './config.ts';

const callerFolder = process.env.INIT_CWD ?? process.cwd();
const defaultDataDir = (serverConfigSchema.properties.dataDir as { default?: string }).default;

interface CliOptions {
  readonly link: string | undefined;
}

interface CliCommand {
  readonly words: string;
  readonly usage: string;
  readonly run: (links: LinkCommands, options: CliOptions) => Promise<CommandLine[]>;
}

const commands: readonly CliCommand[] = [
  {
    words: 'link create',
    usage: 'link create: a one-time token for a gateway, good for a day',
    run: async (links) => [{ print: await links.create(), ok: true }],
  },
  {
    words: 'link list',
    usage: 'link list: every gateway linked so far, a line each',
    run: async (links) => (await links.list()).map((link) => ({ print: link, ok: true })),
  },
  {
    words: 'link revoke',
    usage: 'link revoke --link LINK_ID: its keys are refused from now on',
    run: async (links, { link }) => {
      if (link === undefined) throw new UsageError('--link is missing');
      const revoked = await links.revoke(link);
      return [{ print: { linkId: link, revoked }, ok: revoked }];
    },
  },
];

const help = `Commands of the credit server:
${commands.map(({ usage }) => `  xinlu ${usage}`).join('\n')}
A running server is asked through its data folder (--data DIR, default ${defaultDataDir}).
With --db FILE a store that no server has open is changed directly.`;

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: { data: { type: 'string' }, db: { type: 'string' }, link: { type: 'string' } },
    }).values;
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n${help}`);
  }
}

async function run(args: readonly string[]): Promise<void> {
  const command = commands.find(({ words }) => words === args.slice(0, 2).join(' '));
  if (command === undefined) throw new UsageError(help);
  const { data, db, link } = parse(args.slice(2));
  if (data !== undefined && db !== undefined) throw new UsageError('give --data or --db, not both');
  const outside = { nowMs: () => Date.now(), randomBytes };
  const links =
    db === undefined
      ? overAdminPort(resolve(callerFolder, data ?? defaultDataDir ?? '.'))
      : await overStore(resolve(callerFolder, db), outside);
  try {
    for (const { print, ok } of await command.run(links, { link })) {
      if (!ok) process.exitCode = 1;
      process.stdout.write(`${JSON.stringify(print)}\n`);
    }
  } finally {
    await links.close();
  }
}

run(process.argv.slice(2)).catch((error: unknown) => {
  const expected = error instanceof UsageError || error instanceof CodedError;
  const text = expected ? error.message : ((error as Error).stack ?? String(error));
  process.stderr.write(`xinlu: ${text}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
});
