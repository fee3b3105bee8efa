import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

interface Entry {
  readonly path: string;
  readonly type: 'file' | 'folder' | 'link';
  readonly mode: number;
  readonly bytes?: () => Buffer;
  readonly link?: string;
}

const tools = new URL('../../../.tools/package/', import.meta.url);
const { tarPieces } = (await import(new URL('tar.mjs', tools).href)) as {
  tarPieces(entries: readonly Entry[], mtimeS: number): Iterable<Buffer>;
};
const { debPackage } = (await import(new URL('deb.mjs', tools).href)) as {
  debPackage(
    control: readonly Entry[],
    data: readonly Entry[],
    options: { mtimeS: number; level: number },
  ): Promise<Buffer>;
};
const { archiveEntries } = (await import(new URL('tree.mjs', tools).href)) as {
  archiveEntries(tree: Map<string, { mode: number; bytes(): Buffer }>): Entry[];
};

const mtimeS = 1_790_000_000;

function file(path: string, bytes = Buffer.from(path)): Entry {
  return { path, type: 'file', mode: 0o644, bytes: () => bytes };
}

/** What the system's own tar makes of an archive: path → bytes. */
function untarred(archive: Buffer, paths: readonly string[]): (Buffer | null)[] {
  const folder = mkdtempSync(join(tmpdir(), 'xinlu-tar-'));
  writeFileSync(join(folder, 'a.tar'), archive);
  const { status, stderr } = spawnSync('tar', ['-xf', 'a.tar'], { cwd: folder });
  expect(stderr.toString()).toBe('');
  expect(status).toBe(0);
  const contents = paths.map((path) => readFileSync(join(folder, path)));
  rmSync(folder, { recursive: true });
  return contents;
}

describe('an archive', () => {
  it('gives back any files of any length, by the tar of the system', () => {
    const name = fc.stringMatching(/^[a-z][a-z0-9.@+-]{0,60}$/);
    const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join('/'));
    const files = fc.dictionary(path, fc.uint8Array({ maxLength: 1100 }), { maxKeys: 8 });
    fc.assert(
      fc.property(files, (made) => {
        const paths = Object.keys(made);
        // A file cannot be a folder too.
        fc.pre(!paths.some((one) => paths.some((other) => other.startsWith(`${one}/`))));
        const entries = paths.map((one) => file(one, Buffer.from(made[one] ?? [])));
        const archive = Buffer.concat([...tarPieces(entries, mtimeS)]);
        expect(archive.length % 512).toBe(0);
        const back = untarred(archive, paths);
        expect(back).toStrictEqual(paths.map((one) => Buffer.from(made[one] ?? [])));
      }),
      { numRuns: 25 },
    );
  });

  it('cuts a long path at a slash, and refuses one that cannot be cut', () => {
    const long = `${'a'.repeat(90)}/${'b'.repeat(90)}`;
    expect(untarred(Buffer.concat([...tarPieces([file(long)], mtimeS)]), [long])).toStrictEqual([
      Buffer.from(long),
    ]);
    expect(() => [...tarPieces([file('a'.repeat(101))], mtimeS)]).toThrow('too long for tar');
    const link: Entry = { path: 'l', type: 'link', mode: 0o777, link: 'x'.repeat(101) };
    expect(() => [...tarPieces([link], mtimeS)]).toThrow('link is too long');
  });

  it('has the same bytes in whatever order its files were found', async () => {
    const paths = ['usr/lib/b', 'etc/a', 'usr/lib/a/c', 'usr/bin/z'];
    const treeOf = (names: readonly string[]) =>
      new Map(names.map((path) => [path, { mode: 0o644, bytes: () => Buffer.from(path) }]));
    const options = { mtimeS, level: 9 };
    const one = await debPackage([], archiveEntries(treeOf(paths)), options);
    const other = await debPackage([], archiveEntries(treeOf(paths.toReversed())), options);
    expect(one.equals(other)).toBe(true);
    const listed = archiveEntries(treeOf(paths)).map(({ path }) => path);
    for (const path of listed) {
      const folder = path.replace(/[^/]+\/?$/, '');
      if (folder !== '') expect(listed.indexOf(folder)).toBeLessThanOrEqual(listed.indexOf(path));
    }
  });
});
