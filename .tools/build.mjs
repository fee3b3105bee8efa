import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, extname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureInstalled } from './install.mjs';
import { rootFolder, runOrExit, say } from './shell.mjs';

const sourceFolders = ['protocols', 'hardware', 'device', 'gateway', 'server'];
/** Read at run time beside the code that needs them. */
const assetEndings = new Set(['.css', '.js', '.json', '.geojson', '.svg']);
const distFolder = join(rootFolder, 'dist');
const stampFile = join(distFolder, '.built');

function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('node_modules'))
    .map((entry) => join(entry.parentPath, entry.name));
}

function sources() {
  const files = sourceFolders.flatMap((folder) => filesBelow(join(rootFolder, folder)));
  return [...files, join(rootFolder, 'tsconfig.json'), join(rootFolder, 'package-lock.json')];
}

function isFresh(files) {
  if (!existsSync(stampFile)) return false;
  const builtMs = statSync(stampFile).mtimeMs;
  return files.every((file) => statSync(file).mtimeMs <= builtMs);
}

/** Compiles the five folders to `dist` and copies their assets, unless nothing has changed. */
export function ensureBuilt() {
  const files = sources();
  if (isFresh(files)) return;
  const startedMs = Date.now();
  say('building …');
  rmSync(distFolder, { recursive: true, force: true });
  runOrExit('node', [
    join(rootFolder, 'node_modules', 'typescript', 'bin', 'tsc'),
    ...['-p', join(rootFolder, '.tools', 'tsconfig.build.json')],
  ]);
  for (const file of files.filter((name) => assetEndings.has(extname(name)))) {
    const target = join(distFolder, relative(rootFolder, file));
    if (extname(file) === '.js' && existsSync(target)) {
      throw new Error(`${file} has the name of a compiled file: rename it`);
    }
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(file, target);
  }
  writeFileSync(join(distFolder, 'package.json'), '{ "type": "module", "private": true }\n');
  writeFileSync(stampFile, '');
  say(`built in ${((Date.now() - startedMs) / 1000).toFixed(1)} s`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  ensureInstalled();
  ensureBuilt();
}
