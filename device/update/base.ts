import { createHash } from 'node:crypto';
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** What a release replaces of the installed package. */
const programFolders = ['device', 'hardware', 'protocols'] as const;
const skipped = new Set(['node_modules']);

async function namesBelow(folder: string, prefix: string): Promise<string[]> {
  const entries = await readdir(join(folder, prefix), { withFileTypes: true }).catch(() => []);
  const names = await Promise.all(
    entries
      .filter(({ name }) => !skipped.has(name))
      .map((entry) => {
        const name = join(prefix, entry.name);
        return entry.isDirectory() ? namesBelow(folder, name) : [name];
      }),
  );
  return names.flat();
}

/** One sum over the program that was installed: another after a package was put in by hand. */
export async function sumOfProgram(root: string): Promise<string> {
  const digest = createHash('sha256');
  for (const folder of programFolders) {
    for (const name of (await namesBelow(root, folder)).sort()) {
      digest.update(`${name}\0`).update(await readFile(join(root, name)));
    }
  }
  return digest.digest('hex');
}

/** The `node_modules` that a program in `root` finds its libraries in; null: there is none. */
export async function libraryFolderOf(root: string): Promise<string | null> {
  for (let folder = root; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules');
    const found = await stat(candidate).catch(() => null);
    if (found?.isDirectory()) return await realpath(candidate);
    if (dirname(folder) === folder) return null;
  }
}

async function versionIn(folder: string): Promise<string | null> {
  try {
    const text = await readFile(join(folder, 'package.json'), 'utf8');
    const { version } = JSON.parse(text) as { version?: unknown };
    return typeof version === 'string' ? version : null;
  } catch {
    return null;
  }
}

/** Those of the wanted libraries, PATH@VERSION, that are installed just so. */
export async function installedAmong(
  wanted: readonly string[],
  libraryFolder: string,
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (const library of wanted) {
    const at = library.lastIndexOf('@');
    const version = await versionIn(join(libraryFolder, library.slice(0, at)));
    if (version === library.slice(at + 1)) found.add(library);
  }
  return found;
}
