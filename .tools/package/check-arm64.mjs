import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { rootCertificates } from 'node:tls';
import { ensureBuilt } from '../build.mjs';
import { ensureInstalled } from '../install.mjs';
import { say } from '../shell.mjs';
import { unitPackage } from './build.mjs';
import { runIn } from './fetch.mjs';

/**
 * A13 of the acceptance checks: the package for arm64, unpacked, tests itself under an emulator of
 * the processor. Prints what the unit printed. usage: node .tools/package/check-arm64.mjs
 */
const emulator = 'qemu-aarch64-static';
const libraries = '/usr/aarch64-linux-gnu';
const debianPackages = {
  [emulator]: 'qemu-user-static',
  'dpkg-deb': 'dpkg',
  'aarch64-linux-gnu-g++': 'gcc-aarch64-linux-gnu g++-aarch64-linux-gnu libc6-arm64-cross',
};
const levelQuick = 1;
/** About 20 s on two cores; an emulator that hangs must not hang a check for ever. */
const commandMsMax = 300_000;
const pictureEveryMs = 500;
const picturesAskedMax = 200;

/** A unit with nothing fitted but a picture and a surveyed place. */
const settings = ['serial=XL-0001', 'display=png-eink', 'gnss=fixed', 'position=38.04,114.51'];
const nothingFitted = ['panel=no-panel', 'modem=no-modem'];
/** Parts that are not there: their drivers, and the compiled halves below them, load all the same. */
const nothingThere = ['panelPath=/nowhere/panel', 'modem=quectel-ec20', 'modemPath=/nowhere/modem'];

function complain() {
  const missing = Object.keys(debianPackages).filter(
    (tool) => spawnSync(tool, ['--version'], { stdio: 'ignore' }).status !== 0,
  );
  if (missing.length === 0 && existsSync(join(libraries, 'lib', 'libstdc++.so.6'))) return;
  const wanted = missing.map((tool) => debianPackages[tool]).join(' ');
  say(`missing: ${missing.join(', ')}; apt-get install ${wanted || 'libstdc++6-arm64-cross'}`);
  process.exit(1);
}

/** What to hand the emulator for words to the unit. */
function emulatorWords(tree, words) {
  const program = join(tree, 'usr', 'lib', 'xinlu-device');
  const command = [join(program, 'bin', 'node'), join(program, 'dist', 'device', 'cli.js')];
  return ['-L', libraries, ...command, ...words];
}

/** Runs one command of the unit; answers its lines. Throws with what went wrong. */
function emulated(tree, words) {
  const options = { encoding: 'utf8', timeout: commandMsMax };
  const result = spawnSync(emulator, emulatorWords(tree, words), options);
  process.stdout.write(result.stdout);
  if (result.status === 0) {
    const lines = result.stdout.trim().split('\n');
    return lines.map((line) => JSON.parse(line));
  }
  throw new Error(`${words[0]} failed (${result.status ?? result.signal}): ${result.stderr}`);
}

/** Asks for the glass until something stands on it: 200, or what was answered last. */
async function pictureStatus(localUrl) {
  let last = 0;
  for (let asked = 0; asked < picturesAskedMax && last !== 200; asked += 1) {
    last = (await fetch(`${localUrl}/screen.png`)).status;
    await setTimeout(pictureEveryMs);
  }
  return last;
}

/**
 * Starts the whole unit, asks its page for the picture and stops it. Store, decoder, panel driver,
 * serial lines and the words to systemd each stand on a compiled file. Throws with its log.
 */
async function runUnit(tree, folder) {
  const fleetCaFile = join(folder, 'fleet-ca.pem');
  writeFileSync(fleetCaFile, rootCertificates[0]);
  const words = [...settings, ...nothingThere, 'panel=firmata-nano', 'localPort=0'];
  const own = [`dataDir=${join(folder, 'unit')}`, `fleetCaFile=${fleetCaFile}`];
  const config = ['--config', join(tree, 'etc', 'xinlu', 'device.json')];
  const unit = spawn(emulator, emulatorWords(tree, [...config, ...words, ...own]), {
    env: { ...process.env, NOTIFY_SOCKET: join(folder, 'notify') },
    timeout: commandMsMax,
  });
  let log = '';
  unit.stderr.on('data', (chunk) => {
    log += chunk;
  });
  const ended = once(unit, 'exit');
  const first = once(createInterface({ input: unit.stdout }), 'line');
  const [line] = await Promise.race([first, ended.then(() => [''])]);
  if (line === '') throw new Error(`the unit did not start: ${log}`);
  process.stdout.write(`${line}\n`);
  const status = await pictureStatus(JSON.parse(line).localUrl);
  unit.kill('SIGTERM');
  const [code] = await ended;
  if (status !== 200 || code !== 0) throw new Error(`picture ${status}, end ${code}: ${log}`);
}

async function check(folder) {
  const { bytes, name } = await unitPackage({ arch: 'arm64', level: levelQuick });
  writeFileSync(join(folder, name), bytes);
  const tree = join(folder, 'tree');
  runIn(folder, 'dpkg-deb', ['-x', name, tree]);
  const parts = emulated(tree, ['--list-hardware']);
  const config = ['--config', join(tree, 'etc', 'xinlu', 'device.json')];
  const words = [...config, ...settings, ...nothingFitted, `dataDir=${join(folder, 'state')}`];
  const tested = emulated(tree, ['--selftest', ...words]);
  const passed = tested.filter(({ result }) => result === 'pass');
  await runUnit(tree, folder);
  say(`${name}: ${parts.length} parts known, ${passed.length} tested parts pass, the unit runs`);
}

complain();
ensureInstalled();
ensureBuilt();
const folder = mkdtempSync(join(tmpdir(), 'xinlu-arm64-'));
try {
  await check(folder);
} catch (error) {
  say(error.message);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true });
}
