import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { rootFolder } from '../shell.mjs';

/**
 * Runs a command of the CLI and answers its JSON lines. `mayRefuse`: exit code 1 (an input was
 * refused, say a serial that is there already) is answered, not thrown.
 */
export function command(folder, words, { mayRefuse = false } = {}) {
  return new Promise((resolve, reject) => {
    const script = join(rootFolder, 'dist', folder, 'cli.js');
    execFile(process.execPath, [script, ...words], (error, stdout, stderr) => {
      if (error !== null && !(mayRefuse && error.code === 1)) {
        reject(new Error(`xinlu ${words.join(' ')}: ${stderr || error.message}`));
        return;
      }
      const lines = stdout.split('\n').filter((line) => line.startsWith('{'));
      resolve(lines.map((line) => JSON.parse(line)));
    });
  });
}
