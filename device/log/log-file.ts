import { appendFile, chmod, mkdir, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Cancel, DeviceEnv } from '../environment.ts';
import { readIfThere } from '../store/durable-file.ts';
import type { LogLine, LogRing } from './log-ring.ts';

export const logFileLimits = {
  /** Of one file; the full one is kept beside the new one, the one before it goes. */
  bytesMax: 256 * 1024,
  /** Lines are gathered this long: a line a write would wear the card. */
  gatherMs: 5_000,
  /** Lines that wait; a flood beyond them is not worth the card. */
  waitingMax: 1_000,
} as const;

const ownerOnly = 0o600;

function earlierOf(path: string): string {
  return `${path}.1`;
}

/** What a line of the file holds: JSON, one object a line. */
function textOf({ atMs, level, message, fields }: LogLine): string {
  return `${JSON.stringify({ at: new Date(atMs).toISOString(), level, message, fields })}\n`;
}

/**
 * The log in a file of bounded size, so that it outlives a restart. Not fsynced: a power cut may
 * cost the last seconds of it, never anything else.
 */
export class LogFile {
  readonly #path: string;
  readonly #timers: DeviceEnv['timers'];
  #waiting: LogLine[] = [];
  #next: Cancel | null = null;
  #writing: Promise<void> = Promise.resolve();

  constructor(path: string, ring: LogRing, timers: DeviceEnv['timers']) {
    this.#path = path;
    this.#timers = timers;
    ring.onLine((line) => this.#add(line));
  }

  async start(): Promise<void> {
    await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 });
    this.#flushLater();
  }

  async stop(): Promise<void> {
    this.#next?.();
    this.#next = null;
    await this.#flush();
  }

  /** The newest whole lines, oldest first, at most so many bytes. */
  async tail(bytesMax: number): Promise<string[]> {
    await this.#flush();
    const texts = await Promise.all([earlierOf(this.#path), this.#path].map(readIfThere));
    const lines = texts.flatMap((text) => (text ?? '').split('\n')).filter((line) => line !== '');
    let bytes = 0;
    let from = lines.length;
    while (from > 0) {
      bytes += Buffer.byteLength(lines[from - 1] ?? '') + 1;
      if (bytes > bytesMax) break;
      from -= 1;
    }
    return lines.slice(from);
  }

  #add(line: LogLine): void {
    if (this.#waiting.length < logFileLimits.waitingMax) this.#waiting.push(line);
  }

  #flushLater(): void {
    this.#next = this.#timers.after(logFileLimits.gatherMs, () => {
      void this.#flush();
      this.#flushLater();
    });
  }

  /** Never rejects: a log that cannot be written must not stop the unit, nor log that. */
  #flush(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#write().catch(() => undefined));
    return this.#writing;
  }

  async #write(): Promise<void> {
    if (this.#waiting.length === 0) return;
    const text = this.#waiting.splice(0).map(textOf).join('');
    await appendFile(this.#path, text, { mode: ownerOnly });
    const { size } = await stat(this.#path);
    if (size <= logFileLimits.bytesMax) return;
    await rename(this.#path, earlierOf(this.#path));
    await chmod(earlierOf(this.#path), ownerOnly);
  }
}
