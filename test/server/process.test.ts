import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

/** Many short processes, each of which compiles before it runs. */
const testMsMax = 180_000;

const root = new URL('../..', import.meta.url).pathname;
const node = [process.execPath, '--import', 'tsx'] as const;

let dataDir: string;
const running: ChildProcess[] = [];
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'xinlu-process-'));
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((child) => stop(child, 'SIGKILL')));
  rmSync(dataDir, { recursive: true, force: true });
});

function stop(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode);
  return new Promise((resolve) => {
    child.once('exit', (code) => resolve(code));
    child.kill(signal);
  });
}

/** Starts the server and resolves with its ready line, or with what it said when it ended. */
function start(...words: string[]) {
  const settings = [`dataDir=${dataDir}`, 'port=0', 'adminPort=0', 'sampleData=true', ...words];
  const child = spawn(node[0], [...node.slice(1), 'server/main.ts', ...settings], { cwd: root });
  running.push(child);
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  return new Promise<{ child: ChildProcess; ready?: { url: string }; stderr: () => string }>(
    (resolve) => {
      child.stdout.once('data', (chunk) => {
        resolve({ child, ready: JSON.parse(String(chunk)), stderr: () => stderr });
      });
      child.once('close', () => resolve({ child, stderr: () => stderr }));
    },
  );
}

function run(script: string, ...args: string[]) {
  return new Promise<{ code: number; lines: unknown[]; stderr: string }>((resolve) => {
    execFile(node[0], [...node.slice(1), script, ...args], { cwd: root }, (error, out, stderr) => {
      const lines = out.trim() === '' ? [] : out.trim().split('\n');
      const code = error === null ? 0 : Number(error.code ?? -1);
      resolve({ code, stderr, lines: lines.map((line) => JSON.parse(line) as unknown) });
    });
  });
}

describe('the server as a process', { timeout: testMsMax }, () => {
  it('says when it is ready, answers commands, refuses a second owner, and stops in order', async () => {
    const { child, ready } = await start();
    expect(await (await fetch(`${ready?.url}/healthz`)).json()).toEqual({ ok: true });

    const created = await run('server/cli.ts', 'link', 'create', '--data', dataDir);
    expect(created.code).toBe(0);
    const { token } = created.lines[0] as { token: string };
    const claim = await fetch(`${ready?.url}/link/v1/claim`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token, gatewayId: 'gw' }),
    });
    const { linkId } = (await claim.json()) as { linkId: string };
    const listed = await run('server/cli.ts', 'link', 'list', '--data', dataDir);
    expect(listed.lines).toMatchObject([{ linkId, gatewayId: 'gw', revokedAtMs: null }]);
    const revoke = ['link', 'revoke', '--link', linkId, '--data', dataDir];
    expect(await run('server/cli.ts', ...revoke)).toMatchObject({ code: 0 });
    expect(await run('server/cli.ts', ...revoke)).toMatchObject({ code: 1 });

    const second = await start();
    expect(second.ready).toBeUndefined();
    expect(second.child.exitCode).toBe(1);
    expect(second.stderr()).toContain('is open in another process');
    const direct = await run(
      'server/cli.ts',
      'link',
      'list',
      '--db',
      join(dataDir, 'server.sqlite'),
    );
    expect(direct).toMatchObject({ code: 1, lines: [] });
    expect(direct.stderr).toContain('is open in another process');

    expect(await stop(child, 'SIGTERM')).toBe(0);
    const atRest = await run(
      'server/cli.ts',
      'link',
      'list',
      '--db',
      join(dataDir, 'server.sqlite'),
    );
    expect(atRest.lines).toMatchObject([{ linkId }]);
    const down = await run('server/cli.ts', 'link', 'list', '--data', dataDir);
    expect(down.code).toBe(1);
    expect(down.stderr).toContain('no server answers');
  });

  it('the admin port takes no one without the token of the data folder', async () => {
    const { ready } = await start();
    const { adminUrl } = ready as unknown as { adminUrl: string };
    expect(adminUrl).toMatch(/^http:\/\/127\.0\.0\.1:/);
    for (const headers of [{}, { authorization: 'Bearer wrong' }]) {
      const response = await fetch(`${adminUrl}/admin/v1/links`, { headers });
      expect(response.status).toBe(401);
    }
  });

  it('a taken port is an error that names the setting', async () => {
    const blocker = createTcpServer();
    await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', () => resolve()));
    const { port } = blocker.address() as { port: number };
    const { child, ready, stderr } = await start(`port=${port}`);
    expect(ready).toBeUndefined();
    expect(child.exitCode).toBe(1);
    expect(stderr()).toContain('server.port');
    blocker.close();
  });

  it('a store that is not one is not started on, and says to restore', async () => {
    writeFileSync(join(dataDir, 'server.sqlite'), 'not a database at all '.repeat(100));
    const { ready, child, stderr } = await start();
    expect(ready).toBeUndefined();
    expect(child.exitCode).toBe(1);
    expect(stderr()).toContain('restore a backup');
  });

  it('prints its configuration, refuses an unknown key, and says how commands are called', async () => {
    const printed = spawn(
      node[0],
      [...node.slice(1), 'server/main.ts', '--print-config', 'port=9'],
      { cwd: root },
    );
    let text = '';
    printed.stdout.on('data', (chunk) => {
      text += chunk;
    });
    await new Promise((resolve) => printed.once('close', resolve));
    expect(JSON.parse(text)).toMatchObject({ port: 9, cookieSecure: 'auto', sampleData: false });
    const unknown = await start('prot=1');
    expect(unknown.stderr()).toContain('no such key: prot');
    const misused = await run('server/cli.ts', 'link', 'destroy');
    expect(misused.code).toBe(2);
    expect(misused.stderr).toContain('xinlu link create');
  });
});
