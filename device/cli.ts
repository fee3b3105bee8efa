#!/usr/bin/env node
import { join } from 'node:path';
import { listHardware } from '../hardware/open.ts';
import { enrolmentDigits, enrolmentHost } from '../protocols/enrolment/code.ts';
import { keyFingerprint } from '../protocols/enrolment/request.ts';
import { CodedError } from '../protocols/errors.ts';
import { linkOf, parseCodeHost } from '../protocols/scan-code/link.ts';
import { type DeviceConfig, readDeviceConfig } from './config.ts';
import { unitKeys } from './identity/unit-keys.ts';
import { pinFiles } from './local-page/pin.ts';
import {
  inCallersFolder,
  leave,
  readArguments,
  reportFailure,
  runDevice,
  systemEnv,
} from './process.ts';
import { testParts } from './self-test.ts';
import { readIfThere } from './store/durable-file.ts';
import { launch } from './update/launcher.ts';

/** Words after `xinlu-device`, with what they print. Without one, the unit runs. */
const commands: Readonly<Record<string, (config: DeviceConfig) => Promise<object>>> = {
  /** For the bench of a unit that has no screen: what its enrolment code would say. */
  async enrolment(config) {
    const { signer } = await unitKeys(config.dataDir);
    const host = parseCodeHost(config.codeAddress, config.allowHttpCodes);
    if (!host.ok) throw new CodedError('bad-config', host.message);
    const digits = enrolmentDigits(config.serial, Math.floor(Date.now() / 1000), signer);
    return {
      serial: config.serial,
      fingerprint: keyFingerprint(signer.publicKey),
      link: linkOf(enrolmentHost(host.codeHost), digits),
    };
  },
  /** Where the PIN of the local page stands; made at the first start. */
  async pin({ dataDir }) {
    const file = join(dataDir, pinFiles.pin);
    const pin = await readIfThere(file);
    return pin === null ? { file, pin: null } : { file, pin: pin.trim() };
  },
  /** What the running unit says of itself. */
  state: (config) => ask(config, '/state.json'),
  health: (config) => ask(config, '/healthz'),
};

async function ask(config: DeviceConfig, path: string): Promise<object> {
  const { localHost, localPort } = config;
  try {
    const answer = await fetch(`http://${localHost}:${localPort}${path}`);
    return (await answer.json()) as object;
  } catch {
    throw new CodedError('not-found', `no unit answers at ${localHost}:${localPort}: start it`);
  }
}

/** `--list-hardware`: the catalogue, one part a line, with what was found on this machine. */
async function printHardware(): Promise<void> {
  for (const part of await listHardware()) process.stdout.write(`${JSON.stringify(part)}\n`);
}

/** `--selftest`: pass, fail or not-fitted, one part a line. Exit code 1 when a part failed. */
async function printSelfTest(args: readonly string[]): Promise<void> {
  const { fileText, words } = readArguments(args);
  const config = inCallersFolder(readDeviceConfig({ fileText, env: process.env, words }));
  const lines = await testParts(config, systemEnv(Date.now, config.logLevel));
  for (const line of lines) process.stdout.write(`${JSON.stringify(line)}\n`);
  if (lines.some(({ result }) => result === 'fail')) process.exitCode = 1;
}

async function run(args: readonly string[]): Promise<void> {
  const [word = '', ...rest] = args;
  if (word === '--list-hardware') return await printHardware();
  if (word === '--selftest') return await printSelfTest(rest);
  const command = Object.hasOwn(commands, word) ? commands[word] : undefined;
  if (command === undefined) {
    await launch('main', args, () => runDevice(args, Date.now));
    return;
  }
  const { fileText, words } = readArguments(rest);
  const config = inCallersFolder(readDeviceConfig({ fileText, env: process.env, words }));
  process.stdout.write(`${JSON.stringify(await command(config))}\n`);
}

await run(process.argv.slice(2)).catch(reportFailure);
leave();
