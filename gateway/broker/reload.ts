import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { externalLimits } from './limits.ts';

const execute = promisify(execFile);

/** How a broker is told to read its certificates and lists again; empty: somebody else does. */
export interface ReloadWay {
  /** Program and its words, run without a shell. */
  readonly command: readonly string[];
  /** File with the process number that is sent SIGHUP. */
  readonly pidFile: string;
}

/** Makes the broker read its files again. Rejects with why it could not be told. */
export async function reloadBroker({ command, pidFile }: ReloadWay): Promise<void> {
  const [program, ...words] = command;
  if (program !== undefined) {
    await execute(program, words, { timeout: externalLimits.reloadMsMax });
  }
  // A broker that does not run reads its files when it starts.
  if (pidFile === '' || !existsSync(pidFile)) return;
  const pid = Number(readFileSync(pidFile, 'utf8').trim());
  if (!Number.isSafeInteger(pid) || pid < 2) throw new Error(`${pidFile} names no process`);
  process.kill(pid, 'SIGHUP');
}
