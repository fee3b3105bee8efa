import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type Foundation, layFoundation } from '../../../device/foundation.ts';
import { type NewRecord, outboxCaps } from '../../../device/outbox/outbox.ts';
import { Sender } from '../../../device/uplink/sender.ts';
import { openBatch, readPayload } from '../../../protocols/messages/batch.ts';
import type { UnitRecord } from '../../../protocols/messages/records.ts';
import { makeWorld, startMs } from '../support/world.ts';
import { configIn, eventAt, fixAt, memoryFolder, shownAt, statusAt } from './unit-folder.ts';

/** reliability.md, R2. Rows are alike: a part of the time takes that part of the room. */
const wholeS = 72 * 3_600;
const part = process.env.XINLU_LONG === '1' ? 1 : 1 / 6;
const awayS = wholeS * part;
const diskBytesMax = 20_000_000;
const fixEveryS = 5;
const statusEveryS = 60;
/** The fastest rotation there is, an LCD's: every code on the glass is told of. */
const shownEveryS = 20;
const eventEveryS = 900;
const serial = 'XL-TEST-0001';

const folder = memoryFolder();
afterEach(() => folder.remove());

function dueAt(second: number): NewRecord[] {
  return [
    fixAt(second),
    ...(second % statusEveryS === 0 ? [statusAt(second)] : []),
    ...(second % shownEveryS === 0 ? [shownAt(second)] : []),
    ...(second % eventEveryS === 0 ? [eventAt(second, 'button')] : []),
  ];
}

function bytesOnDisk(): number {
  const files = readdirSync(folder.path).filter((name) => name.startsWith('unit.sqlite'));
  return files.reduce((sum, name) => sum + statSync(join(folder.path, name)).size, 0);
}

/** The link is back: a gateway that acknowledges each batch. Everything it was sent, in order. */
async function sendAll({ outbox, signer }: Foundation): Promise<UnitRecord[]> {
  const { env } = makeWorld('link', startMs);
  const got: UnitRecord[] = [];
  let settled: Promise<unknown> = Promise.resolve();
  let done: () => void = () => undefined;
  const empty = new Promise<void>((resolve) => {
    done = resolve;
  });
  const sender: Sender = new Sender({
    outbox,
    serial,
    enrolment: 1,
    signer,
    env,
    onSilent: () => {
      throw new Error('nobody waits here');
    },
  });
  const publish = (bytes: Uint8Array) => {
    const batch = openBatch(serial, bytes);
    if (typeof batch === 'string') throw new Error(batch);
    for (const entry of readPayload(batch.payload) ?? []) {
      if (!entry.ok) throw new Error(entry.problem);
      got.push(entry.record);
    }
    const upTo = got.at(-1)?.seq ?? 0;
    const ack = { type: 'ack' as const, epoch: batch.epoch, upTo, also: [], nack: [] };
    settled = settled
      .then(() => outbox.settle(ack, upTo, sender.sentUpTo))
      .then(() => {
        if (outbox.waitingRecords === 0) done();
        sender.acknowledged();
      });
  };
  sender.sessionUp(publish);
  await empty;
  sender.sessionDown();
  return got;
}

describe('three days without a network', () => {
  it('fit 20 MB at a fix every five seconds, and go out whole and in order after', async () => {
    const base = await layFoundation(configIn(folder.path), makeWorld('away').env, () => {
      throw new Error('broken');
    });
    const { outbox } = base;
    let written = 0;
    let mostBytes = 0;
    for (let second = 0; second < awayS; ) {
      const group: NewRecord[] = [];
      for (; group.length < 250; second += fixEveryS) group.push(...dueAt(second));
      await Promise.all(group.map((record) => outbox.append(record)));
      written += group.length;
      mostBytes = Math.max(mostBytes, bytesOnDisk());
    }
    expect(written).toBeGreaterThan(69_000 * part);
    expect(written).toBeLessThan(outboxCaps.rowsMax * part);
    expect(mostBytes).toBeLessThan(diskBytesMax * part);
    expect(outbox.waitingRecords).toBe(written);
    const got = await sendAll(base);
    expect(got.map(({ seq }) => seq)).toEqual(Array.from({ length: written }, (_, at) => at + 1));
    expect(outbox.waitingRecords).toBe(0);
    const kinds = new Map<string, number>();
    for (const { kind } of got) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    process.stdout.write(
      `${awayS / 3_600} h: ${written} records, at most ${mostBytes} bytes of store and log\n`,
    );
    expect(kinds.get('gap')).toBeUndefined();
    expect(kinds.get('fix')).toBeGreaterThanOrEqual(awayS / fixEveryS);
    await base.store.close();
  }, 240_000);
});
