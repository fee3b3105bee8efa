import { StringDecoder } from 'node:string_decoder';

/** A command line the tool cannot act on: exit code 2, the message says what to write instead. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** What a command gets from its caller: options, files, the clock. It has no I/O of its own. */
export interface CommandContext {
  readonly options: Readonly<Record<string, string | undefined>>;
  readonly positionals: readonly string[];
  /** Bytes of a file named by the caller. Throws UsageError when it cannot be read. */
  readonly readFile: (path: string) => Uint8Array;
  /** Unix seconds. */
  readonly nowS: () => number;
}

/** One line: an object is printed as one JSON object, a string as it is, undefined not at all. */
export interface CommandLine {
  readonly print: unknown;
  /** False makes the exit code 1: this input was refused. */
  readonly ok: boolean;
}

/** One run of a command: bytes in, in any chunking, lines out. Never throws on input. */
export interface CommandSession {
  push(chunk: Uint8Array): CommandLine[];
  end(): CommandLine[];
}

/** A row of the command table: `xinlu code verify --keys FILE`. */
export interface Command {
  readonly words: readonly [string, string];
  /** How it is called and what it does, in one line for `--help`. */
  readonly usage: string;
  /** Names of options, each with one value. */
  readonly options: readonly string[];
  /** False for commands whose input is on the command line: stdin is then not read. */
  readonly readsStdin: boolean;
  /** Throws UsageError. */
  readonly start: (context: CommandContext) => CommandSession;
}

/** Longest input line kept, in characters; the rest of a longer one is passed over. */
export const lineCharsMax = 65_536;

/** Cuts bytes into lines (LF or CRLF, UTF-8) for a function that answers each one. */
export class LineSession implements CommandSession {
  readonly #decoder = new StringDecoder('utf8');
  readonly #answer: (line: string) => CommandLine[];
  readonly #atEnd: () => CommandLine[];
  #rest = '';

  constructor(answer: (line: string) => CommandLine[], atEnd: () => CommandLine[] = () => []) {
    this.#answer = answer;
    this.#atEnd = atEnd;
  }

  push(chunk: Uint8Array): CommandLine[] {
    const lines = (this.#rest + this.#decoder.write(Buffer.from(chunk))).split('\n');
    this.#rest = (lines.pop() ?? '').slice(0, lineCharsMax);
    return lines.flatMap((line) => this.#line(line));
  }

  end(): CommandLine[] {
    const rest = this.#rest + this.#decoder.end();
    this.#rest = '';
    return [...(rest === '' ? [] : this.#line(rest)), ...this.#atEnd()];
  }

  #line(line: string): CommandLine[] {
    return this.#answer(line.replace(/\r$/, '').slice(0, lineCharsMax));
  }
}

/** A session for commands whose whole input stands on the command line. */
export function answerOnce(lines: readonly CommandLine[]): CommandSession {
  return { push: () => [], end: () => [...lines] };
}

/** The option, or a UsageError that names it. */
export function requiredOption(context: CommandContext, name: string): string {
  const value = context.options[name];
  if (value === undefined) throw new UsageError(`--${name} is missing`);
  return value;
}
