import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { command } from './demo/command.mjs';
import { demoFleet, demoIncident } from './demo/fleet.mjs';
import { OptionError, readOptions } from './demo/options.mjs';
import { addresses, gatewayPart, serverPart, unitPart } from './demo/parts.mjs';
import { printAddresses } from './demo/print.mjs';
import { ensureInstalled } from './install.mjs';
import { say } from './shell.mjs';

/** Everything that was started, in order; stopped in the reverse order. */
const running = [];
let stopping = false;

async function stopAll(exitCode) {
  if (stopping) return;
  stopping = true;
  say('stopping …');
  for (const part of running.toReversed()) await part.stop();
  say('stopped; the data stays for the next start');
  process.exit(exitCode);
}

async function startPart(part, what) {
  say(`starting ${what} …`);
  running.push(part);
  await part.start();
  part.onExit(() => {
    if (stopping) return;
    say(`${part.name} ended unexpectedly; its log: ${part.logFile}`);
    void stopAll(1);
  });
}

/** Server and gateway; at the first start the server gives the gateway its one-time token. */
async function startServices(options) {
  await startPart(serverPart(options), 'the credit server');
  const firstStart = !existsSync(join(options.dataFolder, 'gateway'));
  const serverData = join(options.dataFolder, 'server');
  const [link] = firstStart
    ? await command('server', ['link', 'create', '--data', serverData])
    : [];
  await startPart(gatewayPart(options, link?.token ?? null), 'the gateway');
}

const enrolmentWaitMsMax = 60_000;
const pollMs = 250;

/** Waits until the gateway holds the request of the very key that the unit itself shows. */
async function approve(gatewayData, unit, fingerprint) {
  const untilMs = Date.now() + enrolmentWaitMsMax;
  for (;;) {
    const words = ['unit', 'enrol', '--serial', unit.serial, '--fingerprint', fingerprint];
    const [answer] = await command('gateway', [...words, '--data', gatewayData], {
      mayRefuse: true,
    });
    if (answer?.error === undefined) return;
    if (Date.now() > untilMs) throw new Error(`${unit.serial}: ${answer.error}`);
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

/** A unit from the bench to the road, through the real protocol. */
async function startUnit(options, unit) {
  const gatewayData = join(options.dataFolder, 'gateway');
  const at = ['--data', gatewayData];
  const words = ['--serial', unit.serial, '--kind', unit.kind, '--model', unit.model];
  await command('gateway', ['unit', 'register', ...words, '--vehicle', unit.vehicle, ...at], {
    mayRefuse: true,
  });
  const part = unitPart(options, unit);
  await startPart(part, `${unit.serial} ${unit.title}`);
  if (part.ready.enrolled) return;
  await approve(gatewayData, unit, part.ready.fingerprint);
  await command('gateway', ['unit', 'commission', '--serial', unit.serial, ...at]);
  say(`${unit.serial} enrolled and commissioned`);
}

async function ensureIncident(options, serial) {
  const at = ['--data', join(options.dataFolder, 'gateway')];
  const open = await command('gateway', ['incident', 'list', ...at]);
  if (open.some(({ stage }) => stage !== 'closed')) return;
  const words = Object.entries(demoIncident).flatMap(([name, value]) => [`--${name}`, value]);
  const [incident] = await command('gateway', ['incident', 'report', ...words, ...at]);
  await command('gateway', [
    ...['incident', 'assign', '--incident', incident.id, '--serial', serial],
    ...at,
  ]);
}

async function main() {
  const options = readOptions(process.argv.slice(2));
  ensureInstalled();
  ensureBuilt();
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => void stopAll(0));
  await startServices(options);
  const fleet = demoFleet(options.units);
  for (const unit of fleet) await startUnit(options, unit);
  await ensureIncident(options, fleet[0].serial);
  printAddresses(addresses(options), fleet, options);
}

main().catch((error) => {
  say(error.message);
  if (error instanceof OptionError) process.exit(2);
  void stopAll(1);
});
