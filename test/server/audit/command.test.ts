import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openStore } from '../../../server/store/open.ts';
import { openRig, type Rig } from '../rig.ts';
import { cutTail } from './tamper.ts';

const testMsMax = 120_000;
const root = new URL('../../..', import.meta.url).pathname;

let rig: Rig;
let kept: string;
beforeEach(async () => {
  kept = mkdtempSync(join(tmpdir(), 'xinlu-held-'));
  rig = await openRig();
});
afterEach(async () => {
  await rig.close();
  rmSync(kept, { recursive: true, force: true });
});

function run(...args: string[]) {
  return new Promise<{ code: number; print: unknown; stderr: string }>((resolve) => {
    const words = ['--import', 'tsx', 'server/cli.ts', 'audit', 'verify', ...args];
    execFile(process.execPath, words, { cwd: root }, (error, stdout, stderr) => {
      const print: unknown = stdout === '' ? null : JSON.parse(stdout);
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), print, stderr });
    });
  });
}

it(
  'audit verify reads the log of a running server, and a store at rest against kept checkpoints',
  async () => {
    await rig.server.start();
    await rig.server.checkpoints.take();
    const held = join(kept, 'checkpoints.json');
    const answer = await rig.server.app.inject({ url: '/audit/checkpoints' });
    writeFileSync(held, answer.body);
    const running = await run('--data', rig.dataDir, '--checkpoint', held);
    expect([running.code, running.print]).toMatchObject([0, { ok: true, firstBreak: null }]);
    await rig.server.stop();

    const db = join(rig.dataDir, 'server.sqlite');
    expect(await run('--db', db)).toMatchObject({ code: 0, print: { ok: true } });
    const store = await openStore(db);
    await store.write(async (tx) => {
      await tx.run('DROP TRIGGER audit_events_are_never_deleted');
      await cutTail(tx, 3);
    });
    await store.close();
    expect(await run('--db', db)).toMatchObject({ code: 0, print: { ok: true, events: 3 } });
    expect(await run('--db', db, '--checkpoint', held)).toMatchObject({
      code: 1,
      print: { ok: false, firstBreak: { where: 'held-checkpoint', reason: 'tail-cut' } },
    });
    writeFileSync(held, '{"checkpoints": [{"v": 1}]}');
    const misused = await run('--db', db, '--checkpoint', held);
    expect(misused.code).toBe(2);
    expect(misused.stderr).toContain('holds no checkpoints');
  },
  testMsMax,
);
