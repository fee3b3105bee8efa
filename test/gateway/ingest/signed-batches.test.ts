import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { signedBatchesBetween } from '../../../gateway/ingest/signed-batches.ts';
import { signedStep } from '../../../gateway/retention/steps.ts';
import { openBatch } from '../../../protocols/messages/batch.ts';
import { publicKeyFromRaw, verifyEd25519 } from '../../../protocols/signed/ed25519.ts';
import { fix } from '../test-unit.ts';
import { IngestWorld, type Unit } from './ingest-world.ts';

const dayMs = 86_400_000;
let world: IngestWorld;
let unit: Unit;
let t = 0;
let unitId = 0;
beforeEach(async () => {
  world = await IngestWorld.open();
  unit = await world.enrol('XL-IN-0001');
  t = world.env.ms;
  unitId = world.registry.bySerial('XL-IN-0001')?.unitId ?? -1;
});
afterEach(() => world.kept.remove());

const kept = (fromMs: number, toMs: number) =>
  signedBatchesBetween(world.store, unitId, fromMs, toMs, 100);

describe('batches as units signed them', () => {
  it('are kept with the records they brought, once, and verify years later', async () => {
    const records = [fix(1, t), fix(2, t + 1000)];
    await world.send(unit, records);
    await world.send(unit, records);
    const found = await kept(t, t);
    expect(found).toHaveLength(1);
    const opened = openBatch('XL-IN-0001', found[0]?.bytes ?? new Uint8Array());
    if (typeof opened === 'string') throw new Error(opened);
    const key = publicKeyFromRaw(unit.signer.publicKey);
    expect(key && verifyEd25519(key, opened.message, opened.signature)).toBe(true);
  });

  it('are found by any record they hold, in the order in which it happened', async () => {
    await world.send(unit, [fix(1, t), fix(2, t + 60_000)]);
    await world.send(unit, [fix(3, t - 120_000)]);
    expect(await kept(t - 200_000, t + 200_000)).toHaveLength(2);
    expect(await kept(t + 30_000, t + 40_000)).toHaveLength(1);
    expect(await kept(t - 60_000, t - 1)).toEqual([]);
    expect(await kept(t + 60_001, t + 90_000)).toEqual([]);
  });

  it('go after two weeks but for those of incidents, and these after two years', async () => {
    for (const [index, day] of [0, 1, 2].entries()) {
      world.env.ms = t + day * dayMs;
      await world.send(unit, [fix(index + 1, t + day * dayMs)]);
    }
    await world.store.write(async (tx) => {
      await tx.run(
        `INSERT INTO incident (id, ref, kind, stage, summary, scene, reported_at_ms, closed_at_ms)
         VALUES ('i', 1, 'rescue', 'closed', '', '{}', ?, ?)`,
        [t + dayMs, t + dayMs + 1],
      );
      await tx.run(
        `INSERT INTO incident_unit
           (incident_id, unit_id, serial, assigned_at_ms, released_at_ms, attendance)
         VALUES ('i', ?, 'XL-IN-0001', ?, ?, '{}')`,
        [unitId, t + dayMs, t + dayMs + 1],
      );
    });
    const sweep = async (nowMs: number) => {
      const { take } = await signedStep(world.store, unitId, nowMs);
      return world.store.write((tx) => take(tx, 100));
    };
    expect(await sweep(t + 14 * dayMs)).toBe(0);
    expect(await sweep(t + 30 * dayMs)).toBe(2);
    expect(await kept(t + dayMs, t + dayMs)).toHaveLength(1);
    expect(await sweep(t + 740 * dayMs)).toBe(1);
  });
});
