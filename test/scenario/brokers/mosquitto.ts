import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { until } from '../../support/child.ts';

const places = ['/usr/sbin/mosquitto', '/usr/local/sbin/mosquitto', '/opt/homebrew/sbin/mosquitto'];
const program = places.find((path) => existsSync(path));
const answersMsMax = 20_000;

/** Null: it is here. Otherwise why the tests of it cannot run; never so where CI=true. */
export function missingMosquitto(): string | null {
  if (program !== undefined) return null;
  if (process.env.CI === 'true') throw new Error('CI needs Mosquitto: apt-get install mosquitto');
  return `Mosquitto is not at any of ${places.join(', ')}: its half of these tests is skipped`;
}

/** Version line of the binary. */
export function mosquittoVersion(): string {
  const { stdout } = spawnSync(program ?? 'mosquitto', ['-h'], { encoding: 'utf8' });
  return stdout.split('\n')[0] ?? '';
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: '127.0.0.1', port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** A real Mosquitto on the configuration that the gateway made; its process number is in a file. */
export class Mosquitto {
  readonly port: number;
  readonly #folder: string;
  #process: ChildProcess | null = null;
  #log = '';

  constructor(folder: string, port: number) {
    this.#folder = folder;
    this.port = port;
  }

  get log(): string {
    return this.#log;
  }

  get pidFile(): string {
    return join(this.#folder, 'mosquitto.pid');
  }

  async start(): Promise<void> {
    const config = join(this.#folder, 'mosquitto.conf');
    // Started by root it would become a user who may not read the files of this test.
    if (process.getuid?.() === 0 && !readFileSync(config, 'utf8').includes('\nuser ')) {
      appendFileSync(config, '\nuser root\n');
    }
    const child = spawn(program ?? 'mosquitto', ['-c', config], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#process = child;
    child.stderr?.on('data', (chunk: Buffer) => {
      this.#log += chunk.toString();
    });
    writeFileSync(this.pidFile, `${child.pid}\n`);
    await until('Mosquitto', answersMsMax, () => answers(this.port)).catch((error: Error) => {
      throw new Error(`${error.message}: ${this.#log}`);
    });
  }

  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    const child = this.#process;
    if (child === null) return;
    this.#process = null;
    const gone = new Promise((resolve) => child.once('close', resolve));
    child.kill(signal);
    await gone;
  }
}
