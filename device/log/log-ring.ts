import type { Log } from '../environment.ts';
import { redact } from './redact.ts';

export const logLevels = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

/** Lines in memory; the oldest goes. */
export const logLinesMax = 500;

export interface LogLine {
  /** By the machine's clock, Unix ms: it may be wrong. */
  readonly atMs: number;
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: unknown;
}

/** The newest lines of the log, with nothing secret in them. */
export class LogRing {
  readonly #nowMs: () => number;
  #lines: LogLine[] = [];
  #listener: (line: LogLine) => void = () => undefined;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** Every further line, as it is kept. */
  onLine(listener: (line: LogLine) => void): void {
    this.#listener = listener;
  }

  /** A log that writes to another one and remembers. */
  over(log: Log): Log {
    const at = (level: LogLevel) => (fields: object, message: string) => {
      log[level](fields, message);
      this.#add({
        atMs: Math.round(this.#nowMs()),
        level,
        message: String(redact(message)),
        fields: redact(fields),
      });
    };
    return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
  }

  /** Oldest first. */
  lines(least: LogLevel = 'debug'): readonly LogLine[] {
    const from = logLevels.indexOf(least);
    return this.#lines.slice(-logLinesMax).filter(({ level }) => logLevels.indexOf(level) >= from);
  }

  #add(line: LogLine): void {
    this.#lines.push(line);
    if (this.#lines.length > 2 * logLinesMax) this.#lines = this.#lines.slice(-logLinesMax);
    this.#listener(line);
  }
}
