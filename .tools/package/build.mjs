import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureBuilt } from '../build.mjs';
import { ensureInstalled } from '../install.mjs';
import { rootFolder, say } from '../shell.mjs';
import { architectures } from './architectures.mjs';
import { closureOf } from './closure.mjs';
import { debPackage } from './deb.mjs';
import { librariesFor } from './elf.mjs';
import { nodeBinary } from './node-binary.mjs';
import { OptionError, readOptions } from './options.mjs';
import { controlText, copyrightText, installedKib, md5Text } from './papers.mjs';
import { sqliteBinding } from './sqlite-binding.mjs';
import {
  archiveEntries,
  compiledFiles,
  documentFolder,
  packageEntries,
  unitTree,
} from './tree.mjs';

const levelSmallest = 9;
const scripts = ['postinst', 'postrm', 'prerm'];

function readJson(...path) {
  return JSON.parse(readFileSync(join(rootFolder, ...path), 'utf8'));
}

/** Time that every file of the package bears: SOURCE_DATE_EPOCH, or when this was committed. */
function epochS() {
  const git = () => spawnSync('git', ['log', '-1', '--format=%ct'], { cwd: rootFolder });
  const seconds = Number(process.env.SOURCE_DATE_EPOCH ?? git().stdout?.toString());
  if (Number.isSafeInteger(seconds) && seconds > 0) return seconds;
  throw new Error('this is no checkout: set SOURCE_DATE_EPOCH, in seconds since 1970');
}

function controlEntry(name, text, mode = 0o644) {
  return { path: `./${name}`, type: 'file', mode, bytes: () => Buffer.from(text, 'utf8') };
}

/** The control archive; `entries` are those of the data archive. */
function controlEntries(entries, facts) {
  const files = entries
    .filter(({ type }) => type === 'file')
    .map(({ path, bytes }) => ({ path: path.slice(2), bytes: bytes() }));
  const sizes = new Map(files.map(({ path, bytes }) => [`./${path}`, bytes.length]));
  const sizeKib = installedKib(
    entries.map(({ path, type }) => ({ type, size: sizes.get(path) ?? 0 })),
  );
  const conffiles = files.filter(({ path }) => path.startsWith('etc/'));
  const packaging = join(rootFolder, 'device', 'packaging', 'control');
  return [
    { path: './', type: 'folder', mode: 0o755 },
    controlEntry('conffiles', conffiles.map(({ path }) => `/${path}\n`).join('')),
    controlEntry('control', controlText({ ...facts, sizeKib })),
    controlEntry('md5sums', md5Text(files)),
    ...scripts.map((name) => controlEntry(name, readFileSync(join(packaging, name)), 0o755)),
  ];
}

/**
 * The package of a unit, as bytes. The same sources, packages and Node.js give the same bytes.
 * Needs `dist`; fetches what this machine has not.
 * @param options `arch`: amd64 or arm64; `nodeFile`: this Node.js and not npm's; `level` of
 * compression, 1 to 9
 */
export async function unitPackage({ arch, nodeFile, level = levelSmallest }) {
  const architecture = architectures[arch];
  const found = closureOf(readJson('package-lock.json'), architecture);
  const gathered = found.map((one) => ({ ...one, ...packageEntries(one, architecture) }));
  const node = nodeBinary(architecture, nodeFile);
  const { version: sqliteVersion } = found.find(({ name }) => name === 'sqlite3');
  const sqlite = sqliteBinding(arch, architecture, sqliteVersion);
  const packageFiles = gathered.flatMap(({ entries }) => entries);
  const tree = unitTree(packageFiles, { sqlite, node: node.file });
  const copyright = Buffer.from(copyrightText(node, gathered), 'utf8');
  tree.set(`${documentFolder}/copyright`, { mode: 0o644, bytes: () => copyright });

  const libraries = librariesFor(compiledFiles(tree, architecture));
  const { version } = readJson('device', 'package.json');
  const entries = archiveEntries(tree);
  const control = controlEntries(entries, { version, architecture: arch, libraries });
  const bytes = await debPackage(control, entries, { mtimeS: epochS(), level });
  return { bytes, name: `xinlu-device_${version}_${arch}.deb`, nodeVersion: node.version };
}

/** `npm run package`: builds the package, and prints on one line where it is and what it is. */
async function main() {
  const { arch, out, nodeFile } = readOptions(process.argv.slice(2));
  ensureInstalled();
  ensureBuilt();
  const { bytes, name, nodeVersion } = await unitPackage({ arch, nodeFile });
  mkdirSync(out, { recursive: true });
  const file = join(out, name);
  writeFileSync(file, bytes);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const line = { file, bytes: bytes.length, sha256, arch, nodeVersion };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await main().catch((error) => {
    say(error.message);
    process.exit(error instanceof OptionError ? 2 : 1);
  });
}
