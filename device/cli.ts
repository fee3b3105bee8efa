#!/usr/bin/env node
import { enrolmentDigits, enrolmentHost } from '../protocols/enrolment/code.ts';
import { keyFingerprint } from '../protocols/enrolment/request.ts';
import { CodedError } from '../protocols/errors.ts';
import { linkOf, parseCodeHost } from '../protocols/scan-code/link.ts';
import { type DeviceConfig, readDeviceConfig } from './config.ts';
import { unitKeys } from './identity/unit-keys.ts';
import { inCallersFolder, readArguments, reportFailure, runDevice } from './process.ts';

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

async function run(args: readonly string[]): Promise<void> {
  const [word = '', ...rest] = args;
  const command = Object.hasOwn(commands, word) ? commands[word] : undefined;
  if (command === undefined) {
    await runDevice(args, Date.now);
    return;
  }
  const { fileText, words } = readArguments(rest);
  const config = inCallersFolder(readDeviceConfig({ fileText, env: process.env, words }));
  process.stdout.write(`${JSON.stringify(await command(config))}\n`);
}

await run(process.argv.slice(2)).catch(reportFailure);
