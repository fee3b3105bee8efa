import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { rootFolder, say } from '../shell.mjs';
import { ownArchitecture } from './architectures.mjs';
import { cacheFolder, runIn } from './fetch.mjs';

const built = join('build', 'Release', 'node_sqlite3.node');
const source = join(rootFolder, 'node_modules', 'sqlite3');

/** Debian's name of each tool that compiling for another processor needs. */
function missingPackages(multiarch) {
  const target = multiarch.replace('_', '-');
  const tools = {
    make: 'make',
    python3: 'python3',
    [`${multiarch}-gcc`]: `gcc-${target}`,
    [`${multiarch}-g++`]: `g++-${target}`,
  };
  return Object.keys(tools)
    .filter((tool) => spawnSync(tool, ['--version'], { stdio: 'ignore' }).status !== 0)
    .map((tool) => tools[tool]);
}

/** Node's own headers; node-gyp would otherwise download them. */
function headersFolder() {
  const prefix = dirname(dirname(process.execPath));
  return existsSync(join(prefix, 'include', 'node', 'node.h')) ? [`--nodedir=${prefix}`] : [];
}

function crossBuild(folder, { cpu, multiarch }) {
  const missing = missingPackages(multiarch);
  if (missing.length > 0) {
    throw new Error(`compiling sqlite3 needs: apt-get install ${missing.join(' ')}`);
  }
  say(`compiling sqlite3 for ${cpu} (a minute or two) …`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const part of ['binding.gyp', 'deps', 'package.json', 'src']) {
    cpSync(join(source, part), join(folder, part), { recursive: true });
  }
  const compiler = `${multiarch}-g++`;
  const flags = `-ffile-prefix-map=${folder}=.`;
  const env = {
    ...process.env,
    ...{ CC: `${multiarch}-gcc`, CXX: compiler, LINK: compiler, AR: `${multiarch}-ar` },
    ...{ CFLAGS: flags, CXXFLAGS: flags },
  };
  const gyp = join(rootFolder, 'node_modules', 'node-gyp', 'bin', 'node-gyp.js');
  const args = [gyp, 'rebuild', `--arch=${cpu}`, ...headersFolder()];
  runIn(folder, process.execPath, args, env);
}

/**
 * The file of sqlite3's compiled half, which is on no registry. This machine's own is in its
 * node_modules; another one is compiled once and kept in the cache.
 */
export function sqliteBinding(debianName, architecture, version) {
  if (debianName === ownArchitecture()) return join(source, built);
  const folder = join(cacheFolder, `sqlite3-${version}-${debianName}`);
  if (!existsSync(join(folder, built))) crossBuild(folder, architecture);
  return join(folder, built);
}
