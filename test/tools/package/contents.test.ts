import { createHash } from 'node:crypto';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';

interface Found {
  readonly path: string;
  readonly name: string;
  readonly version: string;
  readonly integrity: string;
}
type Architecture = Readonly<{ cpu: string; elfMachine: number }>;
interface Options {
  readonly arch: string;
  readonly out: string;
  readonly nodeFile: string | undefined;
}

const root = new URL('../../../', import.meta.url);
const load = async (name: string) => await import(new URL(`.tools/package/${name}`, root).href);
const { closureOf } = (await load('closure.mjs')) as {
  closureOf(lock: object, architecture: Architecture): Found[];
};
const { architectures } = (await load('architectures.mjs')) as {
  architectures: Record<'amd64' | 'arm64', Architecture>;
};
const { checkElf, isElf, librariesFor } = (await load('elf.mjs')) as {
  checkElf(path: string, bytes: Buffer, architecture: Architecture): void;
  isElf(bytes: Buffer): boolean;
  librariesFor(files: readonly Buffer[]): string[];
};
const { runsOn } = (await load('run-time.mjs')) as {
  runsOn(name: string, file: string, architecture: Architecture): boolean;
};
const { cacheFolder, fetchPackage } = (await load('fetch.mjs')) as {
  cacheFolder: string;
  fetchPackage(wanted: { name: string; version: string; integrity: string }): string;
};
const { readOptions } = (await load('options.mjs')) as {
  readOptions(args: readonly string[]): Options;
};

const lock = JSON.parse(readFileSync(new URL('package-lock.json', root), 'utf8')) as object;
const { amd64, arm64 } = architectures;

describe('what a unit consists of', () => {
  it('differs between the two processors in compiled packages only', () => {
    const paths = (architecture: Architecture) =>
      closureOf(lock, architecture).map(({ path }) => path);
    const [here, there] = [paths(amd64), paths(arm64)];
    const only = (one: string[], other: string[]) => one.filter((path) => !other.includes(path));
    expect(only(here, there)).toStrictEqual([
      'node_modules/@img/sharp-libvips-linux-x64',
      'node_modules/@img/sharp-linux-x64',
      'node_modules/@koromix/koffi-linux-x64',
    ]);
    expect(only(there, here)).toStrictEqual([
      'node_modules/@img/sharp-libvips-linux-arm64',
      'node_modules/@img/sharp-linux-arm64',
      'node_modules/@koromix/koffi-linux-arm64',
    ]);
  });

  it('takes the package that Node would find, nearest first', () => {
    const entry = (dependencies: Record<string, string> = {}) => ({
      version: '1.0.0',
      dependencies,
    });
    const packages = {
      protocols: entry(),
      hardware: entry(),
      device: entry({ a: '1', c: '1' }),
      'node_modules/a': entry({ b: '1' }),
      'node_modules/a/node_modules/b': entry({ c: '1' }),
      'node_modules/b': entry(),
      'node_modules/c': entry(),
      'node_modules/d': entry(),
    };
    expect(closureOf({ packages }, amd64).map(({ path }) => path)).toStrictEqual([
      'node_modules/a',
      'node_modules/a/node_modules/b',
      'node_modules/c',
    ]);
    const broken = { ...packages, device: entry({ e: '1' }) };
    expect(() => closureOf({ packages: broken }, amd64)).toThrow('the lock file has no e');
  });

  it('leaves out what no program loads, and keeps every licence', () => {
    for (const file of ['index.d.ts', 'lib/x.js.map', 'README.md', 'test/a.js', 'src/a.cc']) {
      expect(runsOn('anything', file, amd64), file).toBe(false);
    }
    for (const file of ['package.json', 'LICENSE.md', 'lib/x.js', 'data/trie.json', 'a.wasm']) {
      expect(runsOn('anything', file, amd64), file).toBe(true);
    }
    const prebuilt = (folder: string, libc: string) =>
      runsOn('@serialport/bindings-cpp', `prebuilds/${folder}/x.${libc}.node`, arm64);
    expect(prebuilt('linux-arm64', 'armv8.glibc')).toBe(true);
    expect(prebuilt('linux-arm64', 'armv8.musl')).toBe(false);
    expect(prebuilt('linux-x64', 'glibc')).toBe(false);
  });
});

describe('a compiled file', () => {
  const elf = (machine: number, text = '') => {
    const head = Buffer.alloc(64);
    head.write('\x7fELF', 'latin1');
    head.writeUInt16LE(machine, 18);
    return Buffer.concat([head, Buffer.from(text, 'latin1')]);
  };

  it('is refused when it is for another processor, or for musl', () => {
    expect(isElf(elf(62))).toBe(true);
    expect(isElf(Buffer.from('#!/bin/sh'))).toBe(false);
    expect(() => checkElf('x.node', elf(62), amd64)).not.toThrow();
    expect(() => checkElf('x.node', elf(183), amd64)).toThrow('x.node is compiled for another');
    const musl = elf(62, '\0libc.musl-x86_64.so.1\0');
    expect(() => checkElf('x.node', musl, amd64)).toThrow('compiled for musl');
  });

  it('says which libraries it needs: the newest of all its symbols, also of neighbours', () => {
    const old = elf(62, '\0GLIBC_2.17\0GLIBC_2.34\0GLIBCXX_3.4.21\0');
    const young = elf(62, '\0GLIBC_2.28\0GLIBCXX_3.4.9\0GLIBCXX_3.4.29\0');
    expect(librariesFor([old, young])).toStrictEqual([
      'libc6 (>= 2.34)',
      'libgcc-s1',
      'libstdc++6 (>= 11)',
    ]);
    // Version 2.9 is older than 2.28.
    expect(librariesFor([elf(62, '\0GLIBC_2.9\0GLIBC_2.28\0')])[0]).toBe('libc6 (>= 2.28)');
  });
});

describe('a package of the registry', () => {
  const folder = mkdtempSync(join(tmpdir(), 'xinlu-npm-'));
  const path = process.env.PATH;
  const name = `xinlu-test-${process.pid}`;

  afterEach(() => {
    process.env.PATH = path;
    for (const file of readdirSync(cacheFolder).filter((one) => one.startsWith(name))) {
      rmSync(join(cacheFolder, file), { recursive: true });
    }
  });

  it('is refused, and not kept, when its bytes are not those of the lock file', () => {
    const npm = join(folder, 'npm');
    writeFileSync(npm, `#!/bin/sh\necho other > x.tgz\necho '[{"filename":"x.tgz"}]'\n`);
    chmodSync(npm, 0o755);
    process.env.PATH = `${folder}${delimiter}${path}`;
    const integrity = `sha512-${createHash('sha512').update('the right bytes').digest('base64')}`;
    expect(() => fetchPackage({ name, version: '1.0.0', integrity })).toThrow('and not sha512-');
    expect(readdirSync(cacheFolder).filter((file) => file.startsWith(name))).toStrictEqual([]);
    rmSync(folder, { recursive: true });
  });
});

describe('what npm run package is asked for', () => {
  it('names a processor we build for', () => {
    expect(readOptions(['--arch', 'arm64', '--out', '/x']).arch).toBe('arm64');
    expect(readOptions(['--arch', 'amd64', '--node', '/n']).nodeFile).toBe('/n');
    expect(() => readOptions(['--arch', 'mips'])).toThrow('must be one of amd64, arm64');
    expect(() => readOptions(['--speed'])).toThrow();
  });
});
