import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../../gateway/admin/run-command.ts';
import { temporaryFolder } from './world.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A program of the checkout, from its source. Ours to end, by its own handle. */
function program(file: string, args: readonly string[]): ChildProcess {
  const env = { ...process.env, INIT_CWD: root };
  return spawn(process.execPath, ['--import', 'tsx', `gateway/${file}`, ...args], {
    cwd: root,
    env,
  });
}

function ended(child: ChildProcess): Promise<Ended> {
  return new Promise((resolve) => {
    const text = { stdout: '', stderr: '' };
    child.stdout?.on('data', (chunk) => {
      text.stdout += String(chunk);
    });
    child.stderr?.on('data', (chunk) => {
      text.stderr += String(chunk);
    });
    child.on('close', (code) => resolve({ code, ...text }));
  });
}

const run = (file: string, ...args: readonly string[]) => ended(program(file, args));
const objects = (text: string) =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('the gateway as a process', () => {
  const folder = temporaryFolder();
  const words = [
    ...[`dataDir=${folder.path}`, 'allowHttpCodes=true', 'httpPort=0', 'unitsPort=0', 'mqttPort=0'],
    ...[
      'gateway.adminPort=0',
      'fleetPort=0',
      'testListener=127.0.0.1:0',
      'serverUrl=http://127.0.0.1:9',
    ],
  ];
  let gateway: ChildProcess;
  let end: Promise<Ended>;
  let ready: Record<string, unknown> = {};
  beforeAll(async () => {
    gateway = program('main.ts', words);
    end = ended(gateway);
    ready = await new Promise((resolve) => {
      gateway.stdout?.once('data', (line) => resolve(objects(String(line))[0] ?? {}));
    });
  });
  afterAll(async () => {
    gateway.kill('SIGKILL');
    await end;
    folder.remove();
  });

  const where = () => ['--data', folder.path, '--admin', String(ready.adminUrl)];

  /** The command line in this process: the same function as cli.ts calls. */
  async function cli(...args: readonly string[]): Promise<Ended> {
    const [out, err]: [string[], string[]] = [[], []];
    const code = await runCommand([...args, ...where()], {
      callerFolder: root,
      print: (line) => out.push(line),
      complain: (line) => err.push(line),
    });
    return { code, stdout: out.join('\n'), stderr: err.join('\n') };
  }

  it('says on one line where it answers', () => {
    expect(ready).toMatchObject({
      ready: true,
      httpUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      unitsUrl: expect.stringMatching(/^https:\/\/127\.0\.0\.1:\d+$/),
      mqttUrl: expect.stringMatching(/^mqtts:\/\/127\.0\.0\.1:\d+$/),
      testListener: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
    });
  });

  it('takes commands: a line of JSON an object, exit code 0, and 1 when it is refused', async () => {
    const serial = ['--serial', 'XL-CLI-0001'];
    const made = await cli('unit', 'register', ...serial, '--model', 'M', '--kind', 'kiosk');
    expect(made.code).toBe(0);
    expect(objects(made.stdout)).toMatchObject([
      { serial: 'XL-CLI-0001', state: 'registered', kind: 1 },
    ]);
    const again = await cli('unit', 'register', ...serial, '--model', 'M', '--kind', 'kiosk');
    expect([again.code, objects(again.stdout)]).toMatchObject([1, [{ code: 'conflict' }]]);
    const all = await cli('unit', 'list');
    expect(objects(all.stdout)).toMatchObject([{ serial: 'XL-CLI-0001' }]);
    const shown = await cli('unit', 'show', ...serial);
    expect(objects(shown.stdout)).toMatchObject([{ waiting: [], events: [{ event: 'register' }] }]);
    const enrolled = await cli('unit', 'enrol', ...serial, '--fingerprint', '0000-0000-0000-0000');
    expect([enrolled.code, objects(enrolled.stdout)]).toMatchObject([1, [{ code: 'not-found' }]]);
    const live = await cli('unit', 'commission', ...serial);
    expect(objects(live.stdout)).toMatchObject([{ training: false }]);
    const gone = await cli('unit', 'retire', ...serial, '--reason', 'test');
    expect(objects(gone.stdout)).toMatchObject([{ state: 'retired' }]);
    const apart = await run('cli.ts', 'incident', 'list', ...where());
    expect([apart.code, apart.stdout, apart.stderr]).toStrictEqual([0, '', '']);
  });

  it('says what is wrong with a command line, with exit code 2', async () => {
    const [unknown, missing, odd] = await Promise.all([
      cli('unit', 'explode'),
      cli('unit', 'retire', '--serial', 'XL-CLI-0001'),
      cli('unit', 'list', '--colour', 'red'),
    ]);
    expect([unknown, missing, odd].map(({ code }) => code)).toStrictEqual([2, 2, 2]);
    expect(unknown.stderr).toContain('unit register');
    expect(missing.stderr).toContain('--reason is missing');
    expect(odd.stderr).toContain('--colour');
    ready = { ...ready, adminUrl: 'http://127.0.0.1:9' };
    const nobody = await cli('unit', 'list');
    expect([nobody.code, nobody.stderr]).toMatchObject([2, expect.stringContaining('no gateway')]);
  });

  it('refuses a second gateway on its store with one line and exit code 1', async () => {
    const { code, stdout, stderr } = await run('main.ts', ...words);
    expect([code, stdout]).toStrictEqual([1, '']);
    expect(stderr).toContain('store-in-use');
  });

  it('ends by itself, with exit code 1, when a port is taken', async () => {
    const other = temporaryFolder();
    const taken = new URL(String(ready.mqttUrl)).port;
    const changed = [`dataDir=${other.path}`, `mqttPort=${taken}`, 'testListener='];
    const { code, stdout, stderr } = await run('main.ts', ...words, ...changed);
    other.remove();
    expect([code, stdout]).toStrictEqual([1, '']);
    expect(stderr).toContain('gateway.mqttPort');
  });

  it('prints its configuration with secrets masked, and refuses a key it does not know', async () => {
    const printed = await run('main.ts', '--print-config', 'linkToken=abc', 'httpPort=9001');
    const config = JSON.parse(printed.stdout) as Record<string, unknown>;
    expect(config).toMatchObject({ linkToken: '********', httpPort: 9001, mqttPort: 8883 });
    const refused = await run('main.ts', 'colour=red');
    expect([refused.code, refused.stderr]).toMatchObject([1, expect.stringContaining('colour')]);
  });

  it('stops in order when it is told to', async () => {
    gateway.kill('SIGTERM');
    const { code, stdout, stderr } = await end;
    expect(code).toBe(0);
    expect(objects(stdout).length).toBe(1);
    for (const line of objects(stderr)) expect(line).toHaveProperty('msg');
  });
});
