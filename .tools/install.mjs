import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { rootFolder, say } from './shell.mjs';

const lockFile = join(rootFolder, 'package-lock.json');
const stampFile = join(rootFolder, 'node_modules', '.xinlu-installed');

function lockHash() {
  return createHash('sha256').update(readFileSync(lockFile)).digest('hex');
}

function isInstalled() {
  return existsSync(stampFile) && readFileSync(stampFile, 'utf8') === lockHash();
}

/**
 * sqlite3 compiles from source where its prebuilt file cannot be reached. With Node's own headers
 * at hand, node-gyp is told so; it would otherwise try to download them, and fail.
 */
function buildEnvironment() {
  const prefix = dirname(dirname(process.execPath));
  const hasHeaders = existsSync(join(prefix, 'include', 'node', 'node.h'));
  return hasHeaders ? { ...process.env, npm_config_nodedir: prefix } : process.env;
}

function missingBuildTools() {
  return ['python3', 'make', 'g++'].filter(
    (tool) => spawnSync(tool, ['--version'], { stdio: 'ignore' }).status !== 0,
  );
}

/** Installs what the lock file names, unless it is there already. */
export function ensureInstalled() {
  if (isInstalled()) return;
  say('installing packages (the first time takes a few minutes: sqlite3 may be compiled) …');
  const result = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: rootFolder,
    stdio: ['ignore', 2, 2],
    env: buildEnvironment(),
  });
  if (result.status !== 0) {
    const missing = missingBuildTools();
    if (missing.length > 0) say(`missing for compiling sqlite3: ${missing.join(', ')}`);
    say('npm ci failed: see above');
    process.exit(1);
  }
  writeFileSync(stampFile, lockHash());
}
