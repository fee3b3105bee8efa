import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { rootFolder, say } from '../shell.mjs';

/** What was fetched or compiled once is kept here; it may be removed at any time. */
export const cacheFolder = join(rootFolder, 'node_modules', '.cache', 'xinlu-package');

function integrityOf(file) {
  return `sha512-${createHash('sha512').update(readFileSync(file)).digest('base64')}`;
}

/** Runs a command in `folder`; throws with the last of what it said when it fails. */
export function runIn(folder, command, args, env = process.env) {
  const result = spawnSync(command, args, { cwd: folder, env, encoding: 'utf8' });
  if (result.error !== undefined) throw new Error(`${command}: ${result.error.message}`);
  if (result.status === 0) return result.stdout;
  throw new Error(`${command} ${args[0]} failed: ${result.stderr.slice(-2000)}`);
}

function download({ name, version, integrity }, file) {
  say(`fetching ${name} ${version} …`);
  const folder = `${file}.part`;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  try {
    const answer = runIn(folder, 'npm', ['pack', `${name}@${version}`, '--json', '--silent']);
    const fetched = join(folder, JSON.parse(answer)[0].filename);
    const found = integrityOf(fetched);
    if (found !== integrity) {
      throw new Error(`${name} ${version} has the integrity ${found}, and not ${integrity}`);
    }
    renameSync(fetched, file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * The unpacked folder of a package of the registry. Its bytes are checked against the integrity,
 * those in the cache too. Throws when it cannot be had.
 */
export function fetchPackage(wanted) {
  const name = `${wanted.name.replace('@', '').replace('/', '-')}-${wanted.version}`;
  const file = join(cacheFolder, `${name}.tgz`);
  mkdirSync(cacheFolder, { recursive: true });
  if (!existsSync(file) || integrityOf(file) !== wanted.integrity) download(wanted, file);
  const folder = join(cacheFolder, name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  runIn(folder, 'tar', ['-xzf', file, '--strip-components=1', '--no-same-owner']);
  return folder;
}
