/** What a row of the gateway's command table is, and what its function gets. */

export interface AdminAnswer {
  readonly status: number;
  /** Parsed JSON, or the lines of an answer that is none, as they come. */
  readonly body: unknown;
}

/** One request to the administration listener of the running gateway. */
export type AdminCall = (
  method: 'GET' | 'POST',
  path: string,
  body?: Readonly<Record<string, unknown>>,
) => Promise<AdminAnswer>;

export type Options = Readonly<Record<string, string | undefined>>;

/** `xinlu unit register --serial S …`: one request, each object of the answer one line. */
export interface AdminCommand {
  readonly words: readonly [string, string, ...string[]];
  /** How it is called and what it does, in one line for `--help`. */
  readonly usage: string;
  /** Options that must be given, each with one value. */
  readonly required: readonly string[];
  readonly optional: readonly string[];
  /** A file is named behind the words; `run` finds its text under this name. */
  readonly file?: string;
  /** Option that may be `@FILE`: given to `run` as that file's bytes in base64. */
  readonly bytes?: string;
  /** Option that names a file the gateway reads itself: given to `run` as an absolute path. */
  readonly path?: string;
  /** Option that names a folder: given to `run` as an absolute path, gets the answer's files. */
  readonly filesInto?: string;
  /** Asks; a status of 400 and above becomes exit code 1 and its body is printed all the same. */
  readonly run: (call: AdminCall, options: Options) => Promise<AdminAnswer>;
}
