import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { rootCertificates } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CATALOGUE } from '../../../hardware/catalogue.ts';
import { until } from '../../support/child.ts';
import { NotifySocket } from './notify-socket.ts';
import { ownArchitecture, packageOptions, ran, Unpacked } from './unpacked.ts';

const root = new URL('../../../', import.meta.url);
const epochS = 1_790_000_000;
const buildMsMax = 300_000;
const runMsMax = 180_000;
/** What a process or a thread begins with: these run when they are loaded. */
const programs = /(^|\/)(main|cli|simulate|dead-man)\.js$/;
const elfMachines: Readonly<Record<string, number>> = { amd64: 62, arm64: 183 };

const arch = ownArchitecture();
const hasDpkg = spawnSync('dpkg-deb', ['--version']).status === 0;
const why = arch === undefined ? 'this is not Linux on x64 or arm64' : 'dpkg-deb is missing';
const cannot = arch === undefined || !hasDpkg;
if (cannot && process.env.CI !== 'true') process.stderr.write(`package.test: skipped: ${why}\n`);

function json(path: string) {
  return JSON.parse(readFileSync(new URL(path, root), 'utf8')) as {
    readonly dependencies?: Record<string, string>;
    readonly devDependencies?: Record<string, string>;
  };
}

function needsOf(...folders: string[]): string[] {
  return folders.flatMap((folder) =>
    Object.keys(json(`${folder}/package.json`).dependencies ?? {}),
  );
}

describe.skipIf(cannot && process.env.CI !== 'true')('the package of a unit', () => {
  const unit = new Unpacked();
  let bytes: Buffer = Buffer.alloc(0);
  let listed: string[] = [];
  const path = (file: string) => join(unit.tree, file);

  beforeAll(async () => {
    process.env.SOURCE_DATE_EPOCH = String(epochS);
    bytes = await unit.build(arch ?? 'amd64');
    listed = ran('env', ['TZ=UTC', 'dpkg-deb', '-c', unit.file]).trim().split('\n');
  }, buildMsMax);

  afterAll(() => unit.remove());

  it(
    'is the same to the byte for another caller, elsewhere, in another time zone',
    () => {
      const script = `
      process.umask(0o077);
      const { unitPackage } = await import(${JSON.stringify(new URL('.tools/package/build.mjs', root).href)});
      const { bytes } = await unitPackage(${JSON.stringify({ arch, ...packageOptions })});
      const { createHash } = await import('node:crypto');
      console.log(createHash('sha256').update(bytes).digest('hex'));`;
      const { stdout, stderr } = spawnSync(
        process.execPath,
        ['--input-type=module', '--eval', script],
        { cwd: '/', encoding: 'utf8', env: { ...process.env, TZ: 'Asia/Shanghai', LANG: 'zh_CN' } },
      );
      expect(stderr).toBe('');
      expect(stdout.trim()).toBe(createHash('sha256').update(bytes).digest('hex'));
    },
    buildMsMax,
  );

  it('belongs to root, bears one time, and nobody else may write to it', () => {
    const time = new Date(epochS * 1000).toISOString().slice(0, 16).replace('T', ' ');
    const has = (pattern: RegExp) => listed.filter((line) => pattern.test(line)).length;
    expect(has(/^([-d]rw[x-](r-[x-]){2} |lrwxrwxrwx )root\/root /)).toBe(listed.length);
    expect(listed.filter((line) => !line.includes(` ${time} ./`))).toStrictEqual([]);
    expect(has(/^l/)).toBe(1);
  });

  it('holds the three folders of a unit, and no package of gateway, server or development', () => {
    const program = path('usr/lib/xinlu-device');
    expect(readdirSync(join(program, 'dist')).sort()).toStrictEqual([
      ...['device', 'hardware', 'package.json', 'protocols'],
    ]);
    const needed = needsOf('protocols', 'hardware', 'device');
    const foreign = needsOf('gateway', 'server').filter((name) => !needed.includes(name));
    foreign.push(...Object.keys(json('package.json').devDependencies ?? {}));
    // ajv checks JSON for fastify too.
    const shared = new Set(['ajv', 'ajv-formats']);
    const there = (name: string) => existsSync(join(program, 'node_modules', name));
    expect(needed.filter((name) => !there(name))).toStrictEqual([]);
    expect(foreign.length).toBeGreaterThan(20);
    expect(foreign.filter((name) => there(name) && !shared.has(name))).toStrictEqual([]);
    const typed = listed.filter((line) => /\.(ts|map)$/.test(line));
    expect(typed).toStrictEqual([]);
  });

  it('holds compiled files of its own processor only', () => {
    const names = readdirSync(unit.tree, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    const compiled = names.filter((name) => {
      const head = readFileSync(name).subarray(0, 20);
      return head.subarray(0, 4).toString('latin1') === '\x7fELF';
    });
    const machines = compiled.map((name) => readFileSync(name).readUInt16LE(18));
    // Node.js, sharp, libvips, koffi, serialport, sqlite3.
    expect(machines).toStrictEqual(Array(6).fill(elfMachines[arch ?? '']));
    expect(compiled.filter((name) => name.includes('musl'))).toStrictEqual([]);
  });

  it('tells dpkg what it is, what it weighs and which file is the owner’s to change', () => {
    const field = (name: string) => ran('dpkg-deb', ['-f', unit.file, name]).trim();
    expect(field('Package')).toBe('xinlu-device');
    expect(field('Architecture')).toBe(arch);
    expect(field('Version')).toBe((json('device/package.json') as { version?: string }).version);
    expect(field('Depends')).toMatch(/^libc6 \(>= 2\.\d\d\), libgcc-s1, libstdc\+\+6/);
    const heldKib = Number(ran('du', ['-sk', '--apparent-size', unit.tree]).split('\t')[0]);
    expect(Number(field('Installed-Size')) / heldKib).toBeCloseTo(1, 1);
    expect(ran('dpkg-deb', ['-I', unit.file, 'conffiles'])).toBe('/etc/xinlu/device.json\n');
    const sums = ran('dpkg-deb', ['-I', unit.file, 'md5sums']);
    const checked = spawnSync('md5sum', ['--check', '--quiet'], { input: sums, cwd: unit.tree });
    expect(checked.status, checked.stderr.toString()).toBe(0);
    for (const script of ['postinst', 'prerm', 'postrm']) {
      const syntax = spawnSync('sh', ['-n'], {
        input: ran('dpkg-deb', ['-I', unit.file, script]),
      });
      expect(syntax.stderr.toString(), script).toBe('');
    }
  });

  it('names every package it carries, with its licence', () => {
    const copyright = readFileSync(path('usr/share/doc/xinlu-device/copyright'), 'utf8');
    const folders = listed
      .map((line) => /node_modules\/((?:@[^/]+\/)?[^/]+)\/package\.json$/.exec(line)?.[1])
      .filter((name) => name !== undefined);
    expect(folders.length).toBeGreaterThan(100);
    expect(folders.filter((name) => !copyright.includes(`${name} `))).toStrictEqual([]);
    expect(copyright).toMatch(/sharp-libvips-linux-\w+ [\d.]+ \(LGPL-3\.0-or-later\)/);
    expect(copyright).toContain('SIL OPEN FONT LICENSE');
  });

  it('loads every module of the unit from what it carries', () => {
    const program = path('usr/lib/xinlu-device');
    const script = `
      const [, ...files] = process.argv;
      for (const file of files) await import(file);
      process.stdout.write(String(files.length), () => process.exit());`;
    const files = readdirSync(join(program, 'dist'), { recursive: true })
      .map(String)
      .filter((name) => name.endsWith('.js') && !programs.test(name))
      .map((name) => join(program, 'dist', name));
    const natives = ['koffi', 'serialport', 'sharp', 'sqlite3'];
    const { stdout, stderr } = spawnSync(
      join(program, 'bin', 'node'),
      ['--input-type=module', '--eval', script, '--', ...natives, ...files],
      { cwd: join(program, 'dist'), encoding: 'utf8' },
    );
    expect(stderr).toBe('');
    expect(Number(stdout)).toBe(natives.length + files.length);
  });

  describe('unpacked, with its tree closed to writing', () => {
    const call = (...words: string[]) =>
      spawnSync(path('usr/bin/xinlu-device'), words, {
        ...unit.user,
        cwd: '/',
        encoding: 'utf8',
        env: { PATH: process.env.PATH },
      });
    const lines = (text: string) =>
      text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>);

    it('lists the hardware it knows', () => {
      const { stdout, stderr, status } = call('--list-hardware');
      expect(stderr).toBe('');
      expect(status).toBe(0);
      expect(lines(stdout).map(({ part }) => part)).toStrictEqual(Object.keys(CATALOGUE));
    });

    it('refuses to run as it was delivered, and names the key that is missing', () => {
      const { stderr, status } = call();
      expect(status).toBe(1);
      expect(stderr).toMatch(/^xinlu-device: bad-config: device\.serial must be/);
    });

    it('tests itself, and writes to its state folder only', () => {
      const before = unit.files();
      const { stdout, stderr, status } = call(
        '--selftest',
        ...['serial=XL-0001', 'display=png-eink', 'gnss=fixed', 'position=38.04,114.51'],
        ...['panel=no-panel', 'modem=no-modem', `dataDir=${unit.state}`],
      );
      expect(stderr).toBe('');
      expect(status).toBe(0);
      expect(lines(stdout)).toMatchObject([
        { part: 'display', result: 'pass' },
        { part: 'gnss', result: 'pass' },
        { part: 'panel', result: 'not-fitted' },
        { part: 'modem', result: 'not-fitted' },
      ]);
      expect(readdirSync(unit.state)).toContain('screen.png');
      expect(unit.files()).toStrictEqual(before);
      expect(existsSync('/var/lib/xinlu-device')).toBe(false);
    });

    it(
      'runs as a service: ready, beating, a picture on its page, and stopping when it is told',
      async () => {
        const socket = new NotifySocket(join(unit.folder, 'notify'));
        chmodSync(join(unit.folder, 'notify'), 0o777);
        const fleetCaFile = join(unit.folder, 'fleet-ca.pem');
        writeFileSync(fleetCaFile, rootCertificates[0] ?? '');
        // A folder of its own: the refresh of the self-test holds the next one back.
        const dataDir = join(unit.state, 'running');
        const words = [
          ...['serial=XL-0001', 'display=png-eink', 'gnss=fixed', 'position=38.04,114.51'],
          ...['panelPath=/nowhere/panel', 'modem=quectel-ec20', 'modemPath=/nowhere/modem'],
          ...['localPort=0', `dataDir=${dataDir}`, `fleetCaFile=${fleetCaFile}`],
        ];
        const child = spawn(path('usr/bin/xinlu-device'), words, {
          ...unit.user,
          cwd: '/',
          stdio: ['ignore', 'pipe', 'ignore'],
          env: { PATH: process.env.PATH, NOTIFY_SOCKET: join(unit.folder, 'notify') },
        });
        const ended = once(child, 'exit');
        try {
          const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
          const { localUrl } = JSON.parse(line) as { localUrl: string };
          const heard: string[] = [];
          await until('ready and alive', 60_000, () => {
            heard.push(...socket.heard());
            return heard.length >= 2;
          });
          expect(heard).toStrictEqual(['READY=1', 'WATCHDOG=1']);
          await until('a picture', 60_000, async () => (await fetch(`${localUrl}/screen.png`)).ok);
          child.kill('SIGTERM');
          expect(await ended).toStrictEqual([0, null]);
          expect(socket.heard()).toContain('STOPPING=1');
          expect(readdirSync(dataDir)).toContain('unit.sqlite');
        } finally {
          child.kill('SIGKILL');
          socket.close();
        }
      },
      runMsMax,
    );

    it('says what failed when it may not write to its state folder either', () => {
      chmodSync(unit.state, 0o555);
      const { stdout, stderr, status } = call(
        '--selftest',
        ...['serial=XL-0001', 'display=png-eink', 'gnss=fixed', 'position=38.04,114.51'],
        ...['panel=no-panel', 'modem=no-modem', `dataDir=${join(unit.state, 'below')}`],
      );
      chmodSync(unit.state, 0o755);
      expect(status).not.toBe(0);
      expect(stdout + stderr).toMatch(/EACCES/);
    });
  });
});
