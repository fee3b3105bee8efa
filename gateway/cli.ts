#!/usr/bin/env node
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { AdminAnswer, AdminCall, AdminCommand } from './admin/command.ts';
import { unitCommands } from './admin/unit-commands.ts';
import { gatewayConfig } from './config.ts';
import { incidentCommands } from './incidents/commands.ts';
import { adminTokenFile } from './secrets/gateway-secrets.ts';

/** Every command that speaks to a running gateway. */
const commands: readonly AdminCommand[] = [...unitCommands, ...incidentCommands];

/** The caller's mistake: exit code 2. */
class UsageError extends Error {
  override readonly name = 'UsageError';
}

const callerFolder = process.env.INIT_CWD ?? process.cwd();
const { dataDir, adminPort } = gatewayConfig.properties as Record<string, { default?: unknown }>;
const defaults = {
  data: String(dataDir?.default),
  admin: `http://127.0.0.1:${String(adminPort?.default)}`,
};
const requestMsMax = 15_000;

function findCommand(words: readonly string[]): AdminCommand {
  const found = commands.find((row) => row.words[0] === words[0] && row.words[1] === words[1]);
  if (found !== undefined) return found;
  const known = commands.map(({ usage }) => `  xinlu ${usage}`).join('\n');
  throw new UsageError(
    `no such command; known here (all take --data DIR and --admin URL):\n${known}`,
  );
}

function parseOptions({ usage, required, optional }: AdminCommand, words: readonly string[]) {
  const names = [...required, ...optional, 'data', 'admin'];
  const options = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]));
  let values: Record<string, string | undefined>;
  try {
    values = parseArgs({ args: [...words], options }).values as typeof values;
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\nusage: xinlu ${usage}`);
  }
  const missing = required.find((name) => values[name] === undefined);
  if (missing !== undefined) throw new UsageError(`--${missing} is missing\nusage: xinlu ${usage}`);
  return values;
}

function readToken(data: string): string {
  const file = adminTokenFile(resolve(callerFolder, data));
  if (!existsSync(file)) {
    throw new UsageError(`${file} is not there: start the gateway once, or say --data DIR`);
  }
  return readFileSync(file, 'ascii');
}

function callOf(admin: string, token: string): AdminCall {
  return async (method, path, body) => {
    const response = await fetch(new URL(path, admin), {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      signal: AbortSignal.timeout(requestMsMax),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }).catch((error: Error) => {
      throw new UsageError(`no gateway answers at ${admin}: ${String(error.cause ?? error)}`);
    });
    return { status: response.status, body: (await response.json()) as unknown };
  };
}

/** One JSON object a line; a list is its objects. */
function print({ status, body }: AdminAnswer): void {
  for (const line of Array.isArray(body) ? body : [body]) {
    process.stdout.write(`${JSON.stringify(line)}\n`);
  }
  if (status >= 400) process.exitCode = 1;
}

async function run(args: readonly string[]): Promise<void> {
  const command = findCommand(args);
  const options = parseOptions(command, args.slice(2));
  const token = readToken(options.data ?? defaults.data);
  print(await command.run(callOf(options.admin ?? defaults.admin, token), options));
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : 1);
});

run(process.argv.slice(2)).catch((error: unknown) => {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`xinlu: ${error.message}\n`);
  process.exitCode = 2;
});
