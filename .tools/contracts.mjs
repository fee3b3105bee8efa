import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ensureBuilt } from './build.mjs';
import { ensureInstalled } from './install.mjs';
import { rootFolder, say } from './shell.mjs';

/**
 * Writes the contracts to dist/contracts: asyncapi.json, gateway.openapi.json and
 * server.openapi.json. What is told is what a gateway and a server, started for it on free ports,
 * have registered. usage: node .tools/contracts.mjs [FOLDER]
 */
ensureInstalled();
ensureBuilt();
const folder = process.argv[2] ?? join(rootFolder, 'dist', 'contracts');
const scratch = mkdtempSync(join(tmpdir(), 'xinlu-contracts-'));

function run(path, words) {
  const script = join(rootFolder, 'dist', path);
  return spawn(process.execPath, [script, ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
}

/** Lines of a program's stdout; the first says that a service is ready. */
async function firstLine(child) {
  for await (const line of createInterface({ input: child.stdout })) return line;
  throw new Error('a program ended without a word');
}

function ended(child) {
  return child.exitCode === null ? new Promise((resolve) => child.once('exit', resolve)) : null;
}

/** Starts a service, has its command line tell the contract, and stops it. */
async function contractOf(name, words, ask) {
  const data = join(scratch, name);
  const service = run(`${name}/main.js`, [`${name}.dataDir=${data}`, ...words]);
  try {
    const ready = JSON.parse(await firstLine(service));
    return await firstLine(run(`${name}/cli.js`, ['contract', name, ...ask(data, ready)]));
  } finally {
    service.kill('SIGTERM');
    await ended(service);
  }
}

const freePorts = (name, keys) => keys.map((key) => `${name}.${key}=0`);
const gatewayPorts = ['httpPort', 'unitsPort', 'mqttPort', 'adminPort', 'fleetPort'];
try {
  const contracts = {
    'asyncapi.json': await firstLine(run('protocols/cli.js', ['contract', 'asyncapi'])),
    'gateway.openapi.json': await contractOf(
      'gateway',
      [...freePorts('gateway', gatewayPorts), 'gateway.allowHttpCodes=true'],
      (data, { adminUrl }) => ['--data', data, '--admin', adminUrl],
    ),
    'server.openapi.json': await contractOf(
      'server',
      [...freePorts('server', ['port', 'adminPort']), 'server.logLevel=silent'],
      (data) => ['--data', data],
    ),
  };
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(contracts)) {
    writeFileSync(join(folder, name), `${JSON.stringify(JSON.parse(text), null, 2)}\n`);
    say(join(folder, name));
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
