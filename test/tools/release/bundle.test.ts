import { createPrivateKey, createPublicKey } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keySigner } from '../../../device/identity/key-files.ts';
import { installedAmong, libraryFolderOf, sumOfProgram } from '../../../device/update/base.ts';
import { readHeader } from '../../../protocols/update/bundle-header.ts';
import { readManifest } from '../../../protocols/update/manifest.ts';
import { TarReader } from '../../../protocols/update/tar-reader.ts';
import { checkReleaseSignature } from '../../../protocols/update/trust.ts';
import { temporaryFolder } from '../../gateway/world.ts';
import { librariesOf, makeBundle, newReleaseKey, signBundle } from '../../scenario/update/tools.ts';

const root = new URL('../../..', import.meta.url).pathname;
const folder = temporaryFolder();
const files: Readonly<Record<string, string>> = {
  'device/main.js': 'start();\n',
  'device/main.js.map': '{}',
  'device/recorder.js': "export const softwareVersion = '3.2.1';\n",
  'device/node_modules/x/index.js': 'x',
  'gateway/main.js': 'gateway();\n',
  'hardware/open.js': 'open();\n',
  'protocols/errors.js': 'errors();\n',
  'package.json': '{ "type": "module" }\n',
};

function make() {
  const released = { counter: 4, models: ['rig'], architectures: ['arm64', 'x64'] };
  return makeBundle({
    ...{ tree: folder.path, libraryRoot: root, ...released, nowS: 1_790_000_000, days: 90 },
  });
}

beforeAll(() => {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder.path, path, '..'), { recursive: true });
    writeFileSync(join(folder.path, path), text);
  }
});
afterAll(() => folder.remove());

describe('a bundle made of a built tree', () => {
  it('has the same bytes every time', () => {
    expect(make().bytes.equals(make().bytes)).toBe(true);
  });

  it('holds the program of a unit and nothing else', () => {
    const reading = readHeader(make().bytes);
    if (!reading.ok) throw new Error(reading.problem);
    const manifest = readManifest(reading.header.manifest);
    expect(manifest).toMatchObject({ version: '3.2.1', counter: 4, tree: { files: 5 } });
    const tar = brotliDecompressSync(make().bytes.subarray(reading.headerBytes));
    const reader = new TarReader(1e6);
    const paths = reader.push(tar).flatMap((event) => (event.kind === 'file' ? [event.path] : []));
    expect(reader.end()).toBeNull();
    expect(paths).toEqual([
      ...['device/main.js', 'device/recorder.js', 'hardware/open.js'],
      ...['package.json', 'protocols/errors.js'],
    ]);
  });

  it('carries the signature of the key that signed it, and no other', () => {
    const [own, other] = [createPrivateKey(newReleaseKey()), createPrivateKey(newReleaseKey())];
    const signed = signBundle(make().bytes, keySigner(own));
    const reading = readHeader(signed?.bytes ?? Buffer.alloc(0));
    if (!reading.ok) throw new Error(reading.problem);
    const by = (key: typeof own) => checkReleaseSignature(reading.header, createPublicKey(key));
    expect(by(own)).toMatchObject({ id: signed?.releaseId });
    expect(by(other)).toBe('bad-release-signature');
    expect(signBundle(Buffer.from('no bundle'), keySigner(own))).toBeNull();
  });

  it('names the libraries of a unit as they are installed here, and none of the gateway', async () => {
    const libraries = librariesOf(root, ['x64', 'arm64']);
    expect(() => librariesOf(root, ['mips'])).toThrow('mips');
    const installed = await installedAmong(libraries, join(root, 'node_modules'));
    expect([...installed].sort()).toEqual([...libraries].sort());
    const names = libraries.map((library) => library.slice(0, library.lastIndexOf('@')));
    expect(names).toContain('mqtt');
    expect(names).toContain('sqlite3');
    expect(names).not.toContain('aedes');
    expect(names).not.toContain('vitest');
    const [first = ''] = libraries;
    expect(await installedAmong([`${first}9`], join(root, 'node_modules'))).toEqual(new Set());
  });
});

describe('the program that was installed', () => {
  it('has one sum, and another after any change of what a release replaces', async () => {
    const before = await sumOfProgram(folder.path);
    expect(await sumOfProgram(folder.path)).toBe(before);
    writeFileSync(join(folder.path, 'gateway', 'main.js'), 'other();\n');
    expect(await sumOfProgram(folder.path)).toBe(before);
    const path = join(folder.path, 'hardware', 'open.js');
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, `${text}// \n`);
    expect(await sumOfProgram(folder.path)).not.toBe(before);
    writeFileSync(path, text);
    expect(await sumOfProgram(folder.path)).toBe(before);
  });

  it('finds its libraries in the nearest folder upwards', async () => {
    expect(await libraryFolderOf(join(root, 'device', 'update'))).toBe(join(root, 'node_modules'));
    expect(existsSync('/node_modules')).toBe(false);
    expect(await libraryFolderOf('/')).toBeNull();
  });
});
