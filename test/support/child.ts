import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const root = new URL('../..', import.meta.url).pathname;
const logCharsMax = 8_000;

/** A process of this project, started as often as it is killed. Ends with the test run. */
export class Child {
  readonly name: string;
  readonly #args: readonly string[];
  readonly #onLine: (line: string) => void;
  #process: ChildProcess | null = null;
  #exited: Promise<void> = Promise.resolve();
  #log = '';

  constructor(name: string, args: readonly string[], onLine: (line: string) => void) {
    this.name = name;
    this.#args = args;
    this.#onLine = onLine;
  }

  /** Last words on stderr, of all its lives. */
  get log(): string {
    return this.#log;
  }

  get isRunning(): boolean {
    return this.#process !== null;
  }

  start(): void {
    const child = spawn(process.execPath, [...this.#args], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#process = child;
    createInterface({ input: child.stdout }).on('line', this.#onLine);
    child.stderr.on('data', (chunk: Buffer) => {
      this.#log = (this.#log + chunk.toString()).slice(-logCharsMax);
    });
    this.#exited = new Promise((resolve) => {
      child.once('close', () => {
        if (this.#process === child) this.#process = null;
        resolve();
      });
    });
  }

  /** Resolves when the process has ended by itself or by others. */
  async ended(): Promise<void> {
    await this.#exited;
  }

  /** Resolves when the process is gone and every line it wrote was read. */
  async kill(signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<void> {
    this.#process?.kill(signal);
    await this.#exited;
  }
}

/** Waits until `holds`, looking every 100 ms; throws with `what` after `withinMs`. */
export async function until(
  what: string,
  withinMs: number,
  holds: () => boolean | Promise<boolean>,
): Promise<void> {
  const endMs = performance.now() + withinMs;
  while (!(await holds())) {
    if (performance.now() > endMs) throw new Error(`waited ${withinMs} ms in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
