import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Checkpoint } from '../../../protocols/audit/checkpoint.ts';
import { eraseAudit } from '../../../server/audit/erase-audit.ts';
import { verifyAudit } from '../../../server/audit/verify-audit.ts';
import { type LogRig, lastCheckpoint, openLog, storeWithin, whatIf } from './log.ts';
import { cutTail, rehash, seededPick, tamperings } from './tamper.ts';

const seed = Number(process.env.XINLU_SEED ?? 20_261_123);
const tamperCount = 500;

let rig: LogRig;
/** The last checkpoint, as a partner has kept it. */
let held: Checkpoint;

beforeAll(async () => {
  rig = await openLog(`tamper ${seed}`);
  const checkpoints = await rig.checkpoints();
  for (let at = 0; at < 45; at += 1) {
    await rig.append(`${at}`);
    if (at % 7 === 3) held = await lastCheckpoint(checkpoints);
    if (at === 20) {
      const erasure = { seq: 5, actor: 'user:9', reason: 'asked' };
      await rig.store.write((tx) => eraseAudit(tx, erasure, rig.env));
    }
  }
  held = await lastCheckpoint(checkpoints);
});
afterAll(() => rig.close());

describe('tampering with the audit log', () => {
  it('is not found where there was none', async () => {
    expect(await verifyAudit(rig.store, [held])).toMatchObject({
      ok: true,
      events: 48,
      erased: 1,
      firstBreak: null,
    });
  });

  it(`is found ${tamperCount} times out of ${tamperCount} (seed ${seed})`, async () => {
    const pick = seededPick(seed);
    const kinds = Object.values(tamperings);
    const missed: string[] = [];
    for (let at = 0; at < tamperCount; at += 1) {
      await whatIf(rig.store, async (tx) => {
        const what = await (kinds[at % kinds.length] as (typeof kinds)[number])(tx, pick);
        const report = await verifyAudit(storeWithin(tx), [held]);
        if (report.ok || report.firstBreak === null) missed.push(`${at}: ${what}`);
      });
    }
    expect(missed).toEqual([]);
  }, 240_000);

  it('by a clean cut of the tail is found by a checkpoint kept elsewhere, and by nothing else', async () => {
    await whatIf(rig.store, async (tx) => {
      await cutTail(tx, 30);
      expect(await verifyAudit(storeWithin(tx))).toMatchObject({ ok: true, events: 30 });
      expect(await verifyAudit(storeWithin(tx), [held])).toMatchObject({
        ok: false,
        firstBreak: { where: 'held-checkpoint', at: held.number, reason: 'tail-cut' },
      });
    });
  });

  it('by someone who makes every hash fit and removes the checkpoints needs a kept one as well', async () => {
    await whatIf(rig.store, async (tx) => {
      await tamperings.forge(tx, seededPick(seed));
      expect(await verifyAudit(storeWithin(tx))).toMatchObject({
        firstBreak: { where: 'checkpoints', reason: 'root-differs' },
      });
      await tx.run('DELETE FROM audit_checkpoints');
      await rehash(tx);
      expect(await verifyAudit(storeWithin(tx))).toMatchObject({ ok: true });
      expect(await verifyAudit(storeWithin(tx), [held])).toMatchObject({
        firstBreak: { where: 'held-checkpoint', reason: 'root-differs' },
      });
    });
  });

  it('names the first break: the row, and what is wrong with it', async () => {
    const breakOf = (sql: string) =>
      whatIf(rig.store, async (tx) => {
        await tx.run(sql);
        return (await verifyAudit(storeWithin(tx))).firstBreak;
      });
    expect(await breakOf("UPDATE audit_events SET payload = '{}' WHERE seq = 9")).toEqual({
      where: 'events',
      at: 9,
      reason: 'payload-differs',
    });
    expect(await breakOf('DELETE FROM audit_events WHERE seq = 11')).toEqual({
      where: 'events',
      at: 11,
      reason: 'row-missing',
    });
    const erased = 'UPDATE audit_events SET payload = NULL, salt = NULL WHERE seq = 12';
    expect(await breakOf(erased)).toMatchObject({ at: 12, reason: 'payload-missing' });
    expect(await breakOf('DELETE FROM audit_nodes WHERE level = 2 AND idx = 1')).toEqual({
      where: 'tree',
      at: '2/1',
      reason: 'node-differs',
    });
    expect(await breakOf('DELETE FROM audit_checkpoints WHERE number = 2')).toEqual({
      where: 'checkpoints',
      at: 2,
      reason: 'checkpoint-missing',
    });
  });
});
