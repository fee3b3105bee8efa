#!/usr/bin/env node
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { printableConfig, readConfig } from '../protocols/config/config.ts';
import { CodedError } from '../protocols/errors.ts';
import { NewerStoreError } from '../protocols/store/migrate.ts';
import { type ServerConfig, serverConfigSchema } from './config.ts';
import { createServer } from './server.ts';

const usage = `usage: node server/main.ts [--config FILE] [--print-config] [key=value …]

The credit server: pages for people, the link for gateways. One JSON object a line goes to stderr
as the log; stdout gets one line when the server is ready. Keys:
${Object.entries(serverConfigSchema.properties)
  .map(([name, schema]) => `  ${name}: ${(schema as { description?: string }).description}`)
  .join('\n')}
`;

function readArguments(args: readonly string[]) {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      config: { type: 'string' },
      'print-config': { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  const fileText = values.config === undefined ? undefined : readFileSync(values.config, 'utf8');
  const sources = { fileText, env: process.env, words: positionals };
  return { values, sources };
}

async function serve(config: ServerConfig): Promise<void> {
  const log = pino({ name: 'server', level: config.logLevel }, pino.destination(2));
  const server = await createServer(config, { nowMs: () => Date.now(), randomBytes, log });
  const addresses = await server.start();
  const stop = (signal: NodeJS.Signals) => {
    log.info({ signal }, 'stopping');
    server.stop().then(
      () => log.info('stopped'),
      (error: unknown) => {
        log.error({ err: error }, 'stopping failed');
        process.exitCode = 1;
      },
    );
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  process.stdout.write(`${JSON.stringify({ ready: true, ...addresses })}\n`);
}

async function run(): Promise<void> {
  const { values, sources } = readArguments(process.argv.slice(2));
  if (values.help) {
    process.stdout.write(usage);
    return;
  }
  const config = readConfig('server', serverConfigSchema, sources);
  if (values['print-config']) {
    const printable = printableConfig(serverConfigSchema, config);
    process.stdout.write(`${JSON.stringify(printable, null, 2)}\n`);
    return;
  }
  await serve(config);
}

run().catch((error: unknown) => {
  const expected = error instanceof CodedError || error instanceof NewerStoreError;
  const text = expected ? error.message : ((error as Error).stack ?? String(error));
  process.stderr.write(`server: ${text}\n`);
  process.exitCode = 1;
});
