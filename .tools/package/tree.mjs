import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { rootFolder } from '../shell.mjs';
import { unitFolders } from './closure.mjs';
import { checkElf, isElf } from './elf.mjs';
import { fetchPackage } from './fetch.mjs';
import { isLicence, runsOn } from './run-time.mjs';

const programFolder = 'usr/lib/xinlu-device';
export const documentFolder = 'usr/share/doc/xinlu-device';
const packagingFolder = join(rootFolder, 'device', 'packaging');

const plain = 0o644;
const executable = 0o755;

/** `{ mode, bytes() }` of a file, read when first asked for: 160 MB in all. */
function fileEntry(file, mode = plain) {
  let bytes;
  return {
    mode,
    bytes() {
      bytes ??= readFileSync(file);
      return bytes;
    },
  };
}

function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
}

/** What a unit runs of ours; the sources of this package lie in `device` too. */
function* ownProgram() {
  const dist = join(rootFolder, 'dist');
  if (!existsSync(join(dist, 'device', 'cli.js'))) throw new Error('not built: npm run build');
  yield [`${programFolder}/dist/package.json`, fileEntry(join(dist, 'package.json'))];
  for (const folder of unitFolders) {
    for (const file of filesBelow(join(dist, folder))) {
      const path = `${folder}/${file}`;
      if (path.endsWith('.map') || path.startsWith('device/packaging/')) continue;
      yield [`${programFolder}/dist/${path}`, fileEntry(join(dist, path))];
    }
  }
}

/** Where the files of a package are: installed here, or fetched when this machine has no use for it. */
function folderOf(found) {
  const installed = join(rootFolder, found.path);
  if (!existsSync(join(installed, 'package.json'))) return fetchPackage(found);
  const { version } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
  if (version === found.version) return installed;
  throw new Error(`${found.path} is ${version} and not ${found.version}: npm ci`);
}

function isNested(file) {
  return file.startsWith('node_modules/');
}

/**
 * The files of one package that a unit needs.
 * @returns `entries` by path, and the `texts` of its licence
 */
export function packageEntries(found, architecture) {
  const folder = folderOf(found);
  const files = filesBelow(folder).filter((file) => !isNested(file));
  const texts = files
    .filter((file) => isLicence(file))
    .sort()
    .map((file) => readFileSync(join(folder, file), 'utf8'));
  const entries = files
    .filter((file) => runsOn(found.name, file, architecture))
    .map((file) => [`${programFolder}/${found.path}/${file}`, fileEntry(join(folder, file))]);
  return { entries, texts };
}

/** What `device/packaging/root` holds lies in the package as it lies there. */
function* systemFiles() {
  const root = join(packagingFolder, 'root');
  for (const path of filesBelow(root)) {
    const mode = path.startsWith(`${programFolder}/bin/`) ? executable : plain;
    yield [path, fileEntry(join(root, path), mode)];
  }
  yield ['usr/bin/xinlu-device', { link: '../lib/xinlu-device/bin/xinlu-device' }];
}

function* documents() {
  const hardware = join(rootFolder, 'hardware', 'WIRING.md');
  for (const file of [join(packagingFolder, 'README.md'), hardware]) {
    yield [`${documentFolder}/${basename(file)}`, fileEntry(file)];
  }
  yield [`${documentFolder}/MOUNTING.md`, fileEntry(join(packagingFolder, 'MOUNTING.md'))];
  for (const file of filesBelow(join(packagingFolder, 'figures'))) {
    const path = join(packagingFolder, 'figures', file);
    yield [`${documentFolder}/figures/${file}`, fileEntry(path)];
  }
}

/**
 * Everything the package puts on a machine, but for the papers that are made from it.
 * @param sqlite file of the compiled half of sqlite3
 * @param node file of Node.js
 * @returns {Map<string, object>} `{ mode, bytes() }` or `{ link }` by path, without a leading slash
 */
export function unitTree(packageFiles, { sqlite, node }) {
  const binding = `${programFolder}/node_modules/sqlite3/build/Release/${basename(sqlite)}`;
  return new Map([
    ...ownProgram(),
    ...packageFiles,
    [binding, fileEntry(sqlite)],
    [`${programFolder}/bin/node`, fileEntry(node, executable)],
    ...systemFiles(),
    ...documents(),
  ]);
}

/**
 * Bytes of every compiled file. Throws when one is for another processor, or for musl.
 * @param tree as `unitTree` answers it
 */
export function compiledFiles(tree, architecture) {
  const compiled = [];
  for (const [path, entry] of tree) {
    if (entry.link !== undefined) continue;
    const bytes = entry.bytes();
    if (!isElf(bytes)) continue;
    checkElf(path, bytes, architecture);
    compiled.push(bytes);
  }
  return compiled;
}

/** Entries of the archive, sorted: each folder before what is in it. */
export function archiveEntries(tree) {
  const folders = new Set();
  for (const path of tree.keys()) {
    for (let folder = dirname(path); folder !== '.'; folder = dirname(folder)) folders.add(folder);
  }
  const entries = [
    { path: './', type: 'folder', mode: executable },
    ...[...folders].map((path) => ({ path: `./${path}/`, type: 'folder', mode: executable })),
    ...[...tree].map(([path, { link, mode, bytes }]) =>
      link === undefined
        ? { path: `./${path}`, type: 'file', mode, bytes }
        : { path: `./${path}`, type: 'link', mode: 0o777, link },
    ),
  ];
  return entries.sort((a, b) => (a.path < b.path ? -1 : 1));
}
