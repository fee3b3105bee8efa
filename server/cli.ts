#!/usr/bin/env node
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type CommandLine, UsageError } from '../protocols/command.ts';
import { CodedError } from '../protocols/errors.ts';
import { type LinkCommands, overAdminPort, overStore } from './admin/client.ts';
import { readHeldCheckpoints } from './audit/held-checkpoints.ts';
import { serverConfigSchema } from './config.ts';

const callerFolder = process.env.INIT_CWD ?? process.cwd();
const defaultDataDir = (serverConfigSchema.properties.dataDir as { default?: string }).default;

interface CliOptions {
  readonly link: string | undefined;
  readonly login: string | undefined;
  readonly name: string | undefined;
  readonly role: string | undefined;
  readonly organisation: string | undefined;
  /** Path of a file of checkpoints that were kept elsewhere. */
  readonly checkpoint: string | undefined;
  /** `person:ID` or `vehicle:ID`, several with commas. */
  readonly subject: string | undefined;
  readonly reason: string | undefined;
  readonly earlier: string | undefined;
  readonly print: string | undefined;
  readonly out: string | undefined;
  readonly person: string | undefined;
  readonly pin: string | undefined;
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
      const linkId = required('link', link);
      const revoked = await links.revoke(linkId);
      return [{ print: { linkId, revoked }, ok: revoked }];
    },
  },
  {
    words: 'audit verify',
    usage: 'audit verify [--checkpoint FILE]: the whole audit log, with the first break named',
    run: async (links, { checkpoint }) => {
      const report = await links.verifyAudit(checkpoint === undefined ? [] : heldIn(checkpoint));
      return [{ print: report, ok: report.ok }];
    },
  },
  {
    words: 'contract server',
    usage: 'contract server: every HTTP route of the running server, as OpenAPI 3.1',
    run: async (links) => [{ print: await links.contract(), ok: true }],
  },
  {
    words: 'user create',
    usage: `user create --login NAME --name REAL_NAME [--role ROLE [--organisation ID]]:
    an account and the one-time link by which its holder sets it up`,
    run: async ({ users }, { login, name, role, organisation }) => {
      const user = {
        loginName: required('login', login),
        realName: required('name', name),
        ...(role !== undefined && { role }),
        ...(organisation !== undefined && { organisationId: organisation }),
      };
      return [{ print: await users.create(user), ok: true }];
    },
  },
  {
    words: 'user list',
    usage: 'user list: every account with its rights, a line each',
    run: async ({ users }) => (await users.list()).map((user) => ({ print: user, ok: true })),
  },
  {
    words: 'user reset',
    usage: 'user reset --login NAME: forgets password and authenticator; a new setup link',
    run: async ({ users }, { login }) => [
      { print: await users.reset(required('login', login)), ok: true },
    ],
  },
  {
    words: 'user disable',
    usage: 'user disable --login NAME: the account and its sessions end at once',
    run: async ({ users }, { login }) => {
      const answer = await users.disable(required('login', login));
      return [{ print: answer, ok: answer.disabled }];
    },
  },
  {
    words: 'crew pin',
    usage: `crew pin --person ID [--pin DIGITS]:
    what a person signs on with at a unit that has no line; without --pin a new one is made`,
    run: async (links, { person, pin = null }) => [
      { print: await links.crewPin(required('person', person), pin), ok: true },
    ],
  },
  {
    words: 'card print',
    usage: `card print --subject person:ID[,vehicle:ID…] --reason TEXT --out FILE.pdf [--earlier keep]:
    cards signed and registered, as A4 sheets; those that were printed before end, or are kept`,
    run: async ({ cards }, { subject, reason, earlier = 'revoke', out }) => {
      if (earlier !== 'revoke' && earlier !== 'keep')
        throw new UsageError('--earlier is revoke or keep');
      const file = resolve(callerFolder, required('out', out));
      const subjects = required('subject', subject).split(',');
      const given = { subjects, reason: required('reason', reason), earlier } as const;
      const { pdf, ...printed } = await cards.print(given);
      writeFileSync(file, Buffer.from(pdf, 'base64'));
      return [{ print: { ...printed, file }, ok: true }];
    },
  },
  {
    words: 'card list',
    usage: 'card list: the register of prints, newest first, a line each',
    run: async ({ cards }) => (await cards.list()).map((row) => ({ print: row, ok: true })),
  },
  {
    words: 'card revoke',
    usage: 'card revoke --print PRINT_ID --reason TEXT: refused at every scan from now on',
    run: async ({ cards }, { print, reason }) => {
      const answer = await cards.revoke(required('print', print), required('reason', reason));
      return [{ print: answer, ok: answer.revoked }];
    },
  },
];

function required(option: string, value: string | undefined): string {
  if (value === undefined) throw new UsageError(`--${option} is missing`);
  return value;
}

/** The checkpoints of a file, as `/audit/checkpoints` gave them. */
function heldIn(path: string) {
  let text: string;
  try {
    text = readFileSync(resolve(callerFolder, path), 'utf8');
  } catch (error) {
    throw new UsageError(`cannot read ${path}: ${(error as Error).message}`);
  }
  const held = readHeldCheckpoints(text);
  if (held === null) throw new UsageError(`${path} holds no checkpoints`);
  return held;
}

const help = `Commands of the credit server:
${commands.map(({ usage }) => `  xinlu ${usage}`).join('\n')}
A running server is asked through its data folder (--data DIR, default ${defaultDataDir}).
With --db FILE a store that no server has open is changed directly.`;

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        data: { type: 'string' },
        db: { type: 'string' },
        link: { type: 'string' },
        checkpoint: { type: 'string' },
        login: { type: 'string' },
        name: { type: 'string' },
        role: { type: 'string' },
        organisation: { type: 'string' },
        subject: { type: 'string' },
        reason: { type: 'string' },
        earlier: { type: 'string' },
        print: { type: 'string' },
        out: { type: 'string' },
        person: { type: 'string' },
        pin: { type: 'string' },
      },
    }).values;
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n${help}`);
  }
}

async function run(args: readonly string[]): Promise<void> {
  const command = commands.find(({ words }) => words === args.slice(0, 2).join(' '));
  if (command === undefined) throw new UsageError(help);
  const { data, db, ...options } = parse(args.slice(2));
  if (data !== undefined && db !== undefined) throw new UsageError('give --data or --db, not both');
  const outside = { nowMs: () => Date.now(), randomBytes };
  const links =
    db === undefined
      ? overAdminPort(resolve(callerFolder, data ?? defaultDataDir ?? '.'))
      : await overStore(resolve(callerFolder, db), outside);
  try {
    for (const { print, ok } of await command.run(links, {
      link: options.link,
      checkpoint: options.checkpoint,
      login: options.login,
      name: options.name,
      role: options.role,
      organisation: options.organisation,
      person: options.person,
      pin: options.pin,
      subject: options.subject,
      reason: options.reason,
      earlier: options.earlier,
      print: options.print,
      out: options.out,
    })) {
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
