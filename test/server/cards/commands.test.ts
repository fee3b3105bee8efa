import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { overAdminPort } from '../../../server/admin/client.ts';
import { openRig, type Rig } from '../rig.ts';

const root = new URL('../../..', import.meta.url).pathname;

describe('xinlu card', () => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await openRig();
    await rig.server.start();
  });
  afterAll(() => rig.close());

  function xinlu(...args: readonly string[]) {
    const words = ['--import', 'tsx', 'server/cli.ts', 'card', ...args, '--data', rig.dataDir];
    return new Promise<{ code: number | null; lines: unknown[]; complaint: string }>((resolve) => {
      const child = spawn(process.execPath, words, { cwd: root });
      let [out, complaint] = ['', ''];
      child.stdout.on('data', (chunk: Buffer) => {
        out += chunk.toString();
      });
      child.stderr.on('data', (chunk: Buffer) => {
        complaint += chunk.toString();
      });
      child.on('close', (code) => {
        const lines = out.split('\n').filter((line) => line !== '');
        resolve({ code, lines: lines.map((line) => JSON.parse(line) as unknown), complaint });
      });
    });
  }

  it('prints to a file what is then on the register, and revokes one card', async () => {
    const file = join(rig.dataDir, 'cards.pdf');
    const subjects = 'person:per-demo-officer-1,vehicle:veh-demo-tow-1';
    const made = await xinlu('print', '--subject', subjects, '--reason', '新发', '--out', file);
    expect([made.code, made.complaint]).toStrictEqual([0, '']);
    expect(made.lines).toMatchObject([
      { printIds: [expect.any(String), expect.any(String)], file },
    ]);
    expect(readFileSync(file).toString('latin1').slice(0, 5)).toBe('%PDF-');

    const { cards } = overAdminPort(rig.dataDir);
    const listed = await cards.list();
    expect(listed).toMatchObject([
      { subjectId: 'per-demo-officer-1', printedBy: 'operator', revokedAtMs: null },
      { subjectId: 'veh-demo-tow-1', reason: '新发', revokedAtMs: null },
    ]);
    const printId = listed[0]?.printId ?? '';
    expect(await cards.revoke(printId, '遗失')).toStrictEqual({ printId, revoked: true });
    expect((await cards.list())[0]).toMatchObject({ printId, revokedReason: '遗失' });
    await expect(cards.revoke('nobody', '遗失')).rejects.toMatchObject({ code: 'not-found' });
    await expect(
      cards.print({ subjects: ['person:nobody'], reason: 'x', earlier: 'keep' }),
    ).rejects.toMatchObject({ code: 'conflict' });
  });
});
