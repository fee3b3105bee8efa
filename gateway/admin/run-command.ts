import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { authorityCommands } from '../authority/commands.ts';
import { brokerCommands } from '../broker/commands.ts';
import { commandCommands } from '../commands/commands.ts';
import { gatewayConfig } from '../config.ts';
import { configurationCommands } from '../configuration/commands.ts';
import { displayCommands } from '../display-proof/commands.ts';
import { webhookCommands } from '../events/commands.ts';
import { contractCommands } from '../http/contract-commands.ts';
import { incidentCommands } from '../incidents/commands.ts';
import { terminalCommands } from '../jt808/commands.ts';
import { networkCommands } from '../network/commands.ts';
import { presenceCommands } from '../presence/commands.ts';
import { releaseCommands } from '../releases/commands.ts';
import { adminTokenFile } from '../secrets/gateway-secrets.ts';
import { trackCommands } from '../track-export/commands.ts';
import type { AdminCall, AdminCommand, Options } from './command.ts';
import { unitCommands } from './unit-commands.ts';
import { hasFiles, writeFiles } from './write-files.ts';

/** Every command that speaks to a running gateway. */
const commands: readonly AdminCommand[] = [
  ...unitCommands,
  ...incidentCommands,
  ...authorityCommands,
  ...configurationCommands,
  ...commandCommands,
  ...terminalCommands,
  ...presenceCommands,
  ...displayCommands,
  ...webhookCommands,
  ...trackCommands,
  ...releaseCommands,
  ...brokerCommands,
  ...networkCommands,
  ...contractCommands,
];

/** The caller's mistake: exit code 2. */
class UsageError extends Error {
  override readonly name = 'UsageError';
}

export interface CommandIo {
  /** Relative paths are the caller's. */
  readonly callerFolder: string;
  readonly print: (line: string) => void;
  readonly complain: (line: string) => void;
}

const { dataDir, adminPort } = gatewayConfig.properties as Record<string, { default?: unknown }>;
const defaults = {
  data: String(dataDir?.default),
  admin: `http://127.0.0.1:${String(adminPort?.default)}`,
};
const requestMsMax = 15_000;
const refusedFrom = 400;

function findCommand(words: readonly string[]): AdminCommand {
  const found = commands.find((row) => row.words.every((word, index) => words[index] === word));
  if (found !== undefined) return found;
  const known = commands.map(({ usage }) => `  xinlu ${usage}`).join('\n');
  throw new UsageError(
    `no such command; known here (all take --data DIR and --admin URL):\n${known}`,
  );
}

function readGiven(path: string, usage: string, encoding: 'utf8' | 'base64' = 'utf8'): string {
  try {
    return readFileSync(path, encoding);
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\nusage: xinlu ${usage}`);
  }
}

function parseOptions(
  { usage, required, optional, file }: AdminCommand,
  words: readonly string[],
  callerFolder: string,
) {
  const names = [...required, ...optional, 'data', 'admin'];
  const options = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]));
  let values: Record<string, string | undefined>;
  let paths: readonly string[];
  try {
    const parsed = parseArgs({ args: [...words], options, allowPositionals: file !== undefined });
    values = { ...parsed.values } as typeof values;
    paths = parsed.positionals;
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\nusage: xinlu ${usage}`);
  }
  const missing = required.find((name) => values[name] === undefined);
  if (missing !== undefined) throw new UsageError(`--${missing} is missing\nusage: xinlu ${usage}`);
  if (file === undefined) return values;
  const [path] = paths;
  if (path === undefined || paths.length > 1) throw new UsageError(`usage: xinlu ${usage}`);
  return { ...values, [file]: readGiven(resolve(callerFolder, path), usage) };
}

/** The bytes of the file that stands as `@FILE` in an option, in base64. */
function bytesOf({ bytes, usage }: AdminCommand, given: Options, callerFolder: string): Options {
  const named = bytes === undefined ? undefined : given[bytes];
  if (bytes === undefined || named?.startsWith('@') !== true) return {};
  return { [bytes]: readGiven(resolve(callerFolder, named.slice(1)), usage, 'base64') };
}

function readToken(folder: string): string {
  const file = adminTokenFile(folder);
  if (!existsSync(file)) {
    throw new UsageError(`${file} is not there: start the gateway once, or say --data DIR`);
  }
  return readFileSync(file, 'ascii');
}

/** Lines of an answer as they come, so that a long one needs no memory. */
async function* linesOf(response: Response): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const bytes of response.body ?? []) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}

function isLines(body: unknown): body is AsyncIterable<string> {
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body;
}

function callOf(admin: string, token: string): AdminCall {
  return async (method, path, body) => {
    const json = { 'content-type': 'application/json' };
    const patience = new AbortController();
    const impatient = setTimeout(() => patience.abort(), requestMsMax);
    const response = await fetch(new URL(path, admin), {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : json) },
      signal: patience.signal,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }).catch((error: Error) => {
      clearTimeout(impatient);
      throw new UsageError(`no gateway answers at ${admin}: ${String(error.cause ?? error)}`);
    });
    const { status } = response;
    const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false;
    const answer: unknown = isJson ? await response.json() : linesOf(response);
    clearTimeout(impatient);
    return { status, body: answer };
  };
}

async function execute(args: readonly string[], { callerFolder, print }: CommandIo) {
  const command = findCommand(args);
  const given = parseOptions(command, args.slice(command.words.length), callerFolder);
  const folder = command.filesInto && resolve(callerFolder, given[command.filesInto] ?? '.');
  const path = command.path && resolve(callerFolder, given[command.path] ?? '');
  const options: Options = {
    ...given,
    ...(folder && { [command.filesInto ?? '']: folder }),
    ...(path && { [command.path ?? '']: path }),
    ...bytesOf(command, given, callerFolder),
  };
  const token = readToken(resolve(callerFolder, options.data ?? defaults.data));
  const call = callOf(options.admin ?? defaults.admin, token);
  const { status, body } = await command.run(call, options);
  if (folder && hasFiles(body)) {
    for (const written of writeFiles(folder, body.files)) print(JSON.stringify(written));
    return 0;
  }
  if (isLines(body)) for await (const line of body) print(line);
  else for (const object of Array.isArray(body) ? body : [body]) print(JSON.stringify(object));
  return status < refusedFrom ? 0 : 1;
}

/**
 * One command line to its exit code: 0 done, 1 refused by the gateway, 2 wrong usage. Prints one
 * JSON object a line. architecture.md, "Names, CLI and ports".
 */
export async function runCommand(args: readonly string[], io: CommandIo): Promise<number> {
  try {
    return await execute(args, io);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    io.complain(`xinlu: ${error.message}`);
    return 2;
  }
}
