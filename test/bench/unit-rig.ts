import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { lstatSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Child, until } from '../support/child.ts';
import { freePorts } from '../support/free-port.ts';

interface Package {
  readonly bytes: Buffer;
}

const root = new URL('../..', import.meta.url).pathname;
const settleMs = 120_000;
/** Clock ticks a second, of every Linux that Node.js runs on. */
const ticksPerS = 100;
const bytesPerMb = 1_000_000;

/** Unpacks the package of this machine's units, packed with the Node.js that runs, into a folder. */
export async function unpackUnit(folder: string): Promise<void> {
  const tools = new URL('../../.tools/package/', import.meta.url);
  const load = async (name: string) => await import(new URL(name, tools).href);
  const { unitPackage } = (await load('build.mjs')) as {
    unitPackage(options: object): Promise<Package>;
  };
  const { ownArchitecture } = (await load('architectures.mjs')) as {
    ownArchitecture(): string | undefined;
  };
  const arch = ownArchitecture();
  const { bytes } = await unitPackage({ arch, nodeFile: process.execPath, level: 1 });
  const file = `${folder}.deb`;
  writeFileSync(file, bytes);
  const { status, stderr } = spawnSync('dpkg-deb', ['-x', file, folder], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`the package cannot be unpacked: ${stderr}`);
}

/** Bytes of every file below a folder, caches left out, in MB; a file with two names counts once. */
export function sizeMb(folder: string): number {
  const seen = new Set<number>();
  let bytes = 0;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const { ino, size } = lstatSync(join(entry.parentPath, entry.name));
    const isCache = entry.parentPath.includes('/.cache');
    if (!entry.isFile() || isCache || seen.has(ino)) continue;
    seen.add(ino);
    bytes += size;
  }
  return bytes / bytesPerMb;
}

/** Bytes of one file, in MB. */
export function fileMb(file: string): number {
  return statSync(file).size / bytesPerMb;
}

/** Memory of a process that no other has, and what it shares: its resident set, in MB. */
export function residentMb(pid: number): number {
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return (Number(kib) * 1024) / bytesPerMb;
}

/** Seconds of a core that a process has used so far, its own and the kernel's for it. */
export function usedS(pid: number): number {
  // The name, in brackets, may hold spaces.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerS;
}

/** A real gateway, and enrolled units that run from their package. */
export class UnitRig {
  readonly #folder: string;
  readonly #tree: string;
  #gateway: Child | null = null;
  #adminPort = 0;
  #unitsPort = 0;
  readonly #units: ChildProcess[] = [];

  constructor(folder: string, tree: string) {
    this.#folder = folder;
    this.#tree = tree;
  }

  get #gatewayData(): string {
    return join(this.#folder, 'gateway');
  }

  async start(): Promise<void> {
    const [http, units = 0, mqtt, admin = 0] = await freePorts(4);
    this.#adminPort = admin;
    this.#unitsPort = units;
    let ready = false;
    const ports = [`httpPort=${http}`, `unitsPort=${units}`, `mqttPort=${mqtt}`];
    const words = [`dataDir=${this.#gatewayData}`, `adminPort=${admin}`, 'fleetPort=0'];
    const script = join(root, 'dist/gateway/main.js');
    const quiet = ['allowHttpCodes=true', 'logLevel=warn'];
    this.#gateway = new Child('gateway', [script, ...words, ...ports, ...quiet], () => {
      ready = true;
    });
    this.#gateway.start();
    await until('the gateway is ready', settleMs, () => ready);
  }

  /**
   * Enrols a unit with this display, and starts it anew: what only enrolment needs is not loaded.
   * Answers its process once a code stands on the glass.
   */
  async startUnit(serial: string, display: string): Promise<number> {
    await this.#cli([
      'unit',
      'register',
      '--serial',
      serial,
      '--model',
      'bench',
      '--kind',
      'kiosk',
    ]);
    const { process: first, line } = await this.#run(serial, display);
    const words = ['unit', 'enrol', '--serial', serial, '--fingerprint', String(line.fingerprint)];
    await until(`${serial} is approved`, settleMs, () =>
      this.#cli(words).then(
        () => true,
        () => false,
      ),
    );
    await until(`${serial} shows a code`, settleMs, () => isWell(String(line.localUrl)));
    first.kill('SIGTERM');
    await new Promise((resolve) => first.once('exit', resolve));
    const { process: unit, line: again } = await this.#run(serial, display);
    await until(`${serial} shows a code again`, settleMs, () => isWell(String(again.localUrl)));
    return unit.pid ?? 0;
  }

  async #run(serial: string, display: string) {
    const words = [
      ...[`serial=${serial}`, `display=${display}`, 'gnss=fixed', 'position=38.0411,114.5147'],
      ...['panel=no-panel', 'modem=no-modem', 'watchdog=none', 'localPort=0', 'logLevel=warn'],
      ...[`dataDir=${join(this.#folder, serial)}`, 'codeAddress=http://127.0.0.1:1/'],
      ...['allowHttpCodes=true', `gatewayUrl=https://127.0.0.1:${this.#unitsPort}`],
      `fleetCaFile=${join(this.#gatewayData, 'fleet-ca.pem')}`,
    ];
    const unit = spawn(join(this.#tree, 'usr/bin/xinlu-device'), words, {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#units.push(unit);
    let text = '';
    unit.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    await until(`${serial} starts`, settleMs, () => text.includes('\n'));
    return { process: unit, line: JSON.parse(text) as Record<string, unknown> };
  }

  #cli(words: readonly string[]): Promise<void> {
    const at = ['--data', this.#gatewayData, '--admin', `http://127.0.0.1:${this.#adminPort}`];
    const script = join(root, 'dist/gateway/cli.js');
    return new Promise((resolve, reject) => {
      execFile(process.execPath, [script, ...words, ...at], (error, out) =>
        error === null ? resolve() : reject(new Error(`${words.join(' ')}: ${out}`)),
      );
    });
  }

  async stop(): Promise<void> {
    const running = this.#units.filter((unit) => unit.exitCode === null);
    const ends = running.map((unit) => new Promise((resolve) => unit.once('exit', resolve)));
    for (const unit of running) unit.kill('SIGTERM');
    await Promise.all(ends);
    await this.#gateway?.kill('SIGTERM');
  }
}

async function isWell(localUrl: string): Promise<boolean> {
  const { ok } = await fetch(`${localUrl}/healthz`);
  return ok;
}
