import { notAtRunTime } from './run-time.mjs';

/** Folders of ours that a unit consists of. */
export const unitFolders = ['protocols', 'hardware', 'device'];

/** Where Node would find `name` for the package at `from`; null: nowhere in the lock. */
function resolveIn(packages, from, name) {
  let folder = from;
  while (folder !== '') {
    const path = `${folder}/node_modules/${name}`;
    if (packages[path] !== undefined) return path;
    folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')));
  }
  return packages[`node_modules/${name}`] === undefined ? null : `node_modules/${name}`;
}

function fits({ os = ['linux'], cpu, libc = ['glibc'] }, { cpu: wanted }) {
  return (
    os.includes('linux') &&
    (cpu === undefined || cpu.includes(wanted)) &&
    (libc.includes('glibc') || libc.includes('linux'))
  );
}

/** Names a package needs when it runs. What only installing or typing needs is left out. */
function needsOf(entry, name) {
  const left = notAtRunTime[name] ?? [];
  const optionalPeers = entry.peerDependenciesMeta ?? {};
  const peers = Object.keys(entry.peerDependencies ?? {}).filter(
    (peer) => optionalPeers[peer]?.optional !== true,
  );
  return [
    ...Object.keys(entry.dependencies ?? {}),
    ...Object.keys(entry.optionalDependencies ?? {}),
    ...peers,
  ].filter((need) => !need.startsWith('@types/') && !left.includes(need));
}

/** `node_modules/a/node_modules/@b/c` → `@b/c`. */
export function nameOf(path) {
  return path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
}

/**
 * The packages a unit of this architecture runs on, by the lock file: everything its folders name,
 * what those name, and so on. Sorted by path.
 * @param lock the parsed package-lock.json
 * @param architecture a row of `architectures`
 * @returns {{ path: string, name: string, version: string, license: string, integrity: string }[]}
 */
export function closureOf(lock, architecture) {
  const { packages } = lock;
  const found = new Map();
  const waiting = [...unitFolders];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const entry = packages[path];
    if (entry === undefined) throw new Error(`the lock file does not know ${path}`);
    const isOurs = unitFolders.includes(path);
    const name = isOurs ? path : (entry.name ?? nameOf(path));
    if (!isOurs) found.set(path, { path, ...entry, name });
    for (const need of needsOf(entry, name)) {
      const at = resolveIn(packages, isOurs ? '' : path, need);
      if (at === null && entry.optionalDependencies?.[need] !== undefined) continue;
      if (at === null) throw new Error(`the lock file has no ${need} for ${name}`);
      if (!found.has(at) && fits(packages[at], architecture)) waiting.push(at);
    }
  }
  return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}
