import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { rootFolder } from '../shell.mjs';

/** How long a part may take to stop before it is ended, in ms. */
const stopWaitMs = 10_000;

/**
 * A part of the demonstration in a process of its own. Its log goes to `logFile`; its first line
 * on stdout says that it is ready and where.
 */
export class PartProcess {
  #child;
  #exited;
  /** What the part said of itself when ready. */
  ready;
  /** True while it ends because it was told to. */
  isStopping = false;
  /** True when it did not end by itself in time. */
  wasForced = false;

  constructor(name, script, words, logFile) {
    this.name = name;
    this.script = script;
    this.words = words;
    this.logFile = logFile;
  }

  /** Resolves when the part is ready; rejects with its last words when it ends before. */
  async start() {
    this.isStopping = false;
    mkdirSync(dirname(this.logFile), { recursive: true });
    const log = createWriteStream(this.logFile, { flags: 'a' });
    this.#child = spawn(process.execPath, [join(rootFolder, this.script), ...this.words], {
      // A process group of its own: Ctrl-C reaches the parts through this program, in order.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      cwd: rootFolder,
      env: { ...process.env, INIT_CWD: rootFolder },
    });
    let lastWords = '';
    this.#child.stderr.on('data', (chunk) => {
      lastWords = (lastWords + chunk).slice(-2_000);
      log.write(chunk);
    });
    this.#exited = new Promise((resolve) => this.#child.once('exit', resolve));
    const lines = createInterface({ input: this.#child.stdout });
    this.ready = await new Promise((resolve, reject) => {
      lines.once('line', (line) => resolve(JSON.parse(line)));
      this.#exited.then(() => reject(new Error(`${this.name} did not start:\n${lastWords}`)));
    });
    return this.ready;
  }

  /** Tells when the part ends by itself. */
  onExit(listener) {
    this.#exited.then(listener);
  }

  async stop() {
    if (this.#child === undefined || this.#child.exitCode !== null) return;
    this.isStopping = true;
    this.#child.kill('SIGTERM');
    const timer = setTimeout(() => {
      this.wasForced = true;
      this.#child.kill('SIGKILL');
    }, stopWaitMs);
    await this.#exited;
    clearTimeout(timer);
  }
}
