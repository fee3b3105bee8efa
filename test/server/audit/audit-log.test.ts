import { rmSync, statSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isConsistent, rootOfInclusion } from '../../../protocols/audit/merkle-proof.ts';
import {
  consistencyPath,
  inclusionPath,
  rootOf,
  rowAt,
} from '../../../server/audit/audit-table.ts';
import { checkpointRestMsMax, firstCheckpointOver } from '../../../server/audit/checkpoints.ts';
import { eraseAudit } from '../../../server/audit/erase-audit.ts';
import { listSigningKeys } from '../../../server/audit/signing-keys.ts';
import { verifyAudit } from '../../../server/audit/verify-audit.ts';
import { dataFiles } from '../../../server/secrets.ts';
import { type LogRig, lastCheckpoint, openLog } from './log.ts';

let rig: LogRig;
beforeEach(async () => {
  rig = await openLog('audit-log');
});
afterEach(() => rig.close());

describe('the audit log', () => {
  it('is empty and in order at first', async () => {
    expect(await verifyAudit(rig.store)).toMatchObject({ ok: true, events: 0, checkpoints: 0 });
  });

  it('proves every row against every later size, and every size against every later one', async () => {
    for (let at = 0; at < 20; at += 1) await rig.append(`row ${at}`);
    const roots = await Promise.all(
      Array.from({ length: 21 }, (_, size) => rootOf(rig.store, size)),
    );
    for (let size = 1; size <= 20; size += 1) {
      for (let seq = 0; seq < size; seq += 1) {
        const row = await rowAt(rig.store, seq);
        const path = await inclusionPath(rig.store, seq, size);
        expect(rootOfInclusion(row?.leafHash as Buffer, seq, size, path)).toEqual(roots[size]);
        const earlier = { size: seq + 1, root: roots[seq + 1] as Buffer };
        const proof = await consistencyPath(rig.store, seq + 1, size);
        expect(isConsistent(earlier, { size, root: roots[size] as Buffer }, proof)).toBe(true);
      }
    }
    expect(await verifyAudit(rig.store)).toMatchObject({ ok: true, events: 20, firstBreak: null });
  });

  it('takes no change and no deletion, and of an event whose decision failed nothing is there', async () => {
    await rig.append('kept');
    const { store } = rig;
    const changed = store.write((tx) => tx.run("UPDATE audit_events SET payload = '{}'"));
    await expect(changed).rejects.toThrow('never changed');
    const deleted = store.write((tx) => tx.run('DELETE FROM audit_events'));
    await expect(deleted).rejects.toThrow('never deleted');
    expect(await verifyAudit(store)).toMatchObject({ ok: true, events: 1 });
  });

  it('keeps its place in chain and tree when a payload is erased, and says so itself', async () => {
    const checkpoints = await rig.checkpoints();
    const seq = await rig.append('personal');
    await rig.append('after');
    const held = await lastCheckpoint(checkpoints);
    const erasure = { seq, actor: 'user:9', reason: '当事人申请' };
    const erase = () => rig.store.write((tx) => eraseAudit(tx, erasure, rig.env));
    expect(await erase()).toBe(true);
    expect(await erase()).toBe(false);
    expect(await rowAt(rig.store, seq)).toMatchObject({ payload: null, salt: null });
    expect(await verifyAudit(rig.store, [held])).toMatchObject({ ok: true, erased: 1 });
  });

  it('does not erase what the checking of the log rests on', async () => {
    await rig.checkpoints();
    const erasure = { seq: 0, actor: 'user:9', reason: '' };
    expect(await rig.store.write((tx) => eraseAudit(tx, erasure, rig.env))).toBe(false);
  });
});

describe('checkpoints', () => {
  it('are taken when the log has grown, and once a day when it has not', async () => {
    const checkpoints = await rig.checkpoints();
    const first = await lastCheckpoint(checkpoints);
    expect(first).toMatchObject({ number: 0, size: 2, timeMs: rig.clock.ms });
    expect(await checkpoints.take()).toBeNull();
    const seq = await rig.append('more');
    expect(await firstCheckpointOver(rig.store, seq)).toBeUndefined();
    expect(await checkpoints.take()).toMatchObject({ number: 1, size: 3 });
    expect(await firstCheckpointOver(rig.store, seq)).toMatchObject({ number: 1 });
    rig.clock.ms += checkpointRestMsMax - 1;
    expect(await checkpoints.take()).toBeNull();
    rig.clock.ms += 1;
    expect(await checkpoints.take()).toMatchObject({ number: 2, size: 3 });
    expect(await firstCheckpointOver(rig.store, seq)).toMatchObject({ number: 1 });
    expect(await verifyAudit(rig.store)).toMatchObject({ ok: true, checkpoints: 3 });
  });

  it('are signed by a key of mode 0600 that is not the receipts’', async () => {
    await rig.checkpoints();
    for (const use of ['receipt', 'checkpoint'] as const) {
      expect(statSync(dataFiles.signingSecret(rig.dataDir, use)).mode & 0o777).toBe(0o600);
    }
    const keys = await listSigningKeys(rig.store);
    expect(keys.map(({ use }) => use)).toEqual(['checkpoint', 'receipt']);
    expect(new Set(keys.map(({ publicKey }) => publicKey)).size).toBe(2);
  });

  it('verify on after the key was replaced, and the old key is not taken back', async () => {
    const held = await lastCheckpoint(await rig.checkpoints());
    const file = dataFiles.signingSecret(rig.dataDir, 'checkpoint');
    rmSync(file);
    rig.clock.ms += 5000;
    const renewed = await lastCheckpoint(await rig.checkpoints());
    expect(renewed.keyId).not.toBe(held.keyId);
    const keys = (await listSigningKeys(rig.store)).filter(({ use }) => use === 'checkpoint');
    expect(keys).toMatchObject([
      { keyId: held.keyId, validFromMs: null, validToMs: rig.clock.ms },
      { keyId: renewed.keyId, validFromMs: rig.clock.ms, validToMs: null },
    ]);
    expect(await verifyAudit(rig.store, [held, renewed])).toMatchObject({ ok: true });
  });
});
