import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The checkout's root, with a slash at its end. */
export const rootFolder = fileURLToPath(new URL('..', import.meta.url));

/** One line on stderr: stdout belongs to what the tool is asked for. */
export function say(line) {
  process.stderr.write(`${line}\n`);
}

/** Runs a command to its end, its output shown; ends this process with its code if it failed. */
export function runOrExit(command, args, options = {}) {
  const result = spawnSync(command, args, { cwd: rootFolder, stdio: 'inherit', ...options });
  if (result.status !== 0) process.exit(result.status ?? 1);
}

/** Starts Node on a script of this checkout and hands the terminal over to it. */
export function becomeNode(args) {
  const child = spawn(process.execPath, args, { cwd: rootFolder, stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
}
