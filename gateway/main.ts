#!/usr/bin/env node
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import pino from 'pino';
import { printableConfig, readConfig } from '../protocols/config/config.ts';
import { CodedError } from '../protocols/errors.ts';
import { type GatewayConfig, gatewayConfig } from './config.ts';
import type { GatewayEnv } from './environment.ts';
import { createGateway } from './gateway.ts';

const callerFolder = process.env.INIT_CWD ?? process.cwd();

function parseWords() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: { config: { type: 'string' }, 'print-config': { type: 'boolean' } },
    });
  } catch (error) {
    throw new CodedError('bad-config', (error as Error).message);
  }
}

function readFile(path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  try {
    return readFileSync(resolve(callerFolder, path), 'utf8');
  } catch (error) {
    throw new CodedError('bad-config', `cannot read ${path}: ${(error as Error).message}`);
  }
}

/** Relative paths are the caller's. */
function inCallersFolder(config: GatewayConfig): GatewayConfig {
  const given = (path: string) => (path === '' ? '' : resolve(callerFolder, path));
  return Object.freeze({
    ...config,
    dataDir: given(config.dataDir),
    networkFile: given(config.networkFile),
    brokerCertificateFile: given(config.brokerCertificateFile),
    brokerKeyFile: given(config.brokerKeyFile),
    brokerCaFile: given(config.brokerCaFile),
    brokerFolder: given(config.brokerFolder),
    brokerPidFile: given(config.brokerPidFile),
  });
}

function environment({ logLevel }: GatewayConfig): GatewayEnv {
  const log = pino({ level: logLevel, name: 'gateway' }, pino.destination({ dest: 2, sync: true }));
  return {
    nowMs: () => Date.now(),
    nowMonoMs: () => performance.now(),
    randomBytes: (size) => randomBytes(size),
    log: {
      debug: (fields, message) => log.debug(fields, message),
      info: (fields, message) => log.info(fields, message),
      warn: (fields, message) => log.warn(fields, message),
      error: (fields, message) => log.error(fields, message),
    },
  };
}

async function run(): Promise<void> {
  const { values, positionals } = parseWords();
  const fileText = readFile(values.config);
  const sources = { fileText, env: process.env, words: positionals };
  const config = inCallersFolder(readConfig('gateway', gatewayConfig, sources));
  if (values['print-config']) {
    process.stdout.write(`${JSON.stringify(printableConfig(gatewayConfig, config), null, 2)}\n`);
    return;
  }
  const gateway = createGateway(config, environment(config));
  const addresses = await gateway.start();
  const stop = () => {
    process.removeListener('SIGINT', stop).removeListener('SIGTERM', stop);
    gateway.stop().catch(fail);
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  process.stdout.write(`${JSON.stringify({ ready: true, ...addresses })}\n`);
}

/** A coded error is for people: one line and exit code 1. Anything else is a fault of ours. */
function fail(error: unknown): void {
  process.exitCode = 1;
  const text = error instanceof CodedError ? `${error.code}: ${error.message}` : String(error);
  process.stderr.write(`xinlu gateway: ${text}\n`);
}

run().catch(fail);
