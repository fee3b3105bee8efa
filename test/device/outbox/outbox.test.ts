import { afterEach, describe, expect, it } from 'vitest';
import { type NewRecord, Outbox, ringMs } from '../../../device/outbox/outbox.ts';
import { rowStates } from '../../../device/outbox/outbox-table.ts';
import type { OutboxCaps } from '../../../device/outbox/thinning.ts';
import type { AckMessage } from '../../../protocols/messages/down-schemas.ts';
import { decodeSeqRuns } from '../../../protocols/messages/seq-runs.ts';
import type { Store } from '../../../protocols/store/store.ts';
import { makeStore, seededBytes, startMs, temporaryFolder } from '../support/world.ts';

const folders: { remove(): void }[] = [];
const stores: Store[] = [];

afterEach(async () => {
  for (const store of stores.splice(0)) await store.close();
  for (const folder of folders.splice(0)) folder.remove();
});

interface Options {
  readonly folder?: string;
  readonly caps?: OutboxCaps;
  readonly nowMs?: () => number;
}

function newFolder(): string {
  const folder = temporaryFolder();
  folders.push(folder);
  return folder.path;
}

async function open(options: Options = {}) {
  const store = await makeStore(options.folder ?? newFolder());
  stores.push(store);
  const stamp = () => ({
    happenedAtMs: options.nowMs?.() ?? startMs,
    clock: 'gnss' as const,
  });
  const outbox = await Outbox.open(store, {
    randomBytes: seededBytes('outbox'),
    stamp,
    ...(options.caps === undefined ? {} : { caps: options.caps }),
  });
  return { store, outbox };
}

function fix(index: number): NewRecord {
  return {
    kind: 'fix',
    happenedAtMs: startMs + index * 5_000,
    clock: 'gnss',
    values: {
      lat: 38 + index / 1e4,
      lon: 114,
      altM: 80.5,
      speedMps: 20,
      courseDeg: 90,
      satsUsed: 9,
      hdop: 0.9,
      quality: 3,
    },
  };
}

function event(name: string): NewRecord {
  return { kind: 'event', happenedAtMs: startMs, clock: 'gnss', values: { name, detail: '' } };
}

function ack(epoch: string, upTo: number, more: Partial<AckMessage> = {}): AckMessage {
  return { type: 'ack', epoch, upTo, also: [], nack: [], ...more };
}

async function seqs(outbox: Outbox): Promise<number[]> {
  return (await outbox.waiting(0, 10_000)).map(({ seq }) => seq);
}

describe('the outbox', () => {
  it('numbers records from 1 without a gap, and reads them back as they were written', async () => {
    const { outbox } = await open();
    expect(await outbox.append(fix(0))).toBe(1);
    expect(await outbox.append(event('started'))).toBe(2);
    const code = new Uint8Array([1, 2, 3, 255]);
    await outbox.append({
      kind: 'shown',
      happenedAtMs: startMs,
      clock: 'gateway',
      values: {
        code,
        layoutVersion: 1,
        contentVersion: 2,
        frameHash: new Uint8Array(16).fill(9),
        decodedOk: true,
        panelMode: 'full',
      },
    });
    const records = await outbox.waiting(0, 10);
    expect(records.map(({ seq, kind }) => [seq, kind])).toEqual([
      [1, 'fix'],
      [2, 'event'],
      [3, 'shown'],
    ]);
    expect(records[0]).toMatchObject({ clock: 'gnss', values: { lat: 38, quality: 3 } });
    expect(records[2]?.values).toMatchObject({ code, decodedOk: true });
  });

  it('goes on with epoch and numbers after a restart, also when all rows are gone', async () => {
    const folder = newFolder();
    const first = await open({ folder });
    await first.outbox.append(fix(0));
    await first.outbox.settle(ack(first.outbox.epoch, 1), 5, 1);
    await first.store.write((tx) => tx.run('DELETE FROM outbox'));
    await first.store.close();
    stores.length = 0;
    const second = await open({ folder });
    expect(second.outbox.epoch).toBe(first.outbox.epoch);
    expect(await second.outbox.append(fix(1))).toBe(2);
  });

  it('lets nothing go but on an acknowledgement of its own epoch', async () => {
    const { outbox } = await open();
    for (let index = 0; index < 4; index += 1) await outbox.append(fix(index));
    expect(await outbox.settle(ack('0123456789abcdef', 4), 1, 4)).toBe(0);
    expect(await seqs(outbox)).toEqual([1, 2, 3, 4]);
    expect(await outbox.settle(ack(outbox.epoch, 2), 2, 4)).toBe(2);
    expect(await seqs(outbox)).toEqual([3, 4]);
    expect(await outbox.settle(ack(outbox.epoch, 2, { also: [4] }), 3, 4)).toBe(1);
    expect(await seqs(outbox)).toEqual([3]);
    expect(outbox.waitingRecords).toBe(1);
  });

  it('does not believe an acknowledgement of what was never sent', async () => {
    const { outbox } = await open();
    for (let index = 0; index < 4; index += 1) await outbox.append(fix(index));
    await outbox.settle(
      ack(outbox.epoch, 99, { also: [4], nack: [{ seq: 3, reason: 'x' }] }),
      1,
      2,
    );
    expect(await seqs(outbox)).toEqual([3, 4]);
  });

  it('keeps a refused record aside and sends it no more', async () => {
    const { outbox, store } = await open();
    for (let index = 0; index < 3; index += 1) await outbox.append(fix(index));
    await outbox.settle(ack(outbox.epoch, 0, { nack: [{ seq: 2, reason: 'bad-field' }] }), 1, 3);
    expect(await seqs(outbox)).toEqual([1, 3]);
    const row = await store.get<{ state: number }>('SELECT state FROM outbox WHERE seq = 2');
    expect(row?.state).toBe(rowStates.refused);
    // A later upTo over it does not turn the refusal into an acknowledgement.
    await outbox.settle(ack(outbox.epoch, 3), 2, 3);
    expect(
      (await store.get<{ state: number }>('SELECT state FROM outbox WHERE seq = 2'))?.state,
    ).toBe(rowStates.refused);
  });

  it('writes the counter with the deletion, or neither', async () => {
    const { outbox, store } = await open();
    await outbox.append(fix(0));
    await store.write((tx) =>
      tx.run(`CREATE TRIGGER no_settling BEFORE UPDATE ON outbox
              BEGIN SELECT RAISE(ABORT, 'no'); END`),
    );
    await expect(outbox.settle(ack(outbox.epoch, 1), 77, 1)).rejects.toThrow('no');
    expect(await store.get("SELECT value FROM setting WHERE name = 'downCounter'")).toBeUndefined();
    await store.write((tx) => tx.run('DROP TRIGGER no_settling'));
    await outbox.settle(ack(outbox.epoch, 1), 78, 1);
    const row = await store.get<{ value: string }>(
      "SELECT value FROM setting WHERE name = 'downCounter'",
    );
    expect(row?.value).toBe('78');
  });

  it('keeps acknowledged records for 72 hours and sends them again when asked to', async () => {
    let nowMs = startMs;
    const { outbox, store } = await open({ nowMs: () => nowMs });
    for (let index = 0; index < 5; index += 1) await outbox.append(fix(index));
    await outbox.settle(ack(outbox.epoch, 5), 1, 5);
    expect(await seqs(outbox)).toEqual([]);
    expect(await outbox.resendFrom(outbox.epoch, 4, 2)).toBe(2);
    expect(await seqs(outbox)).toEqual([4, 5]);
    await outbox.settle(ack(outbox.epoch, 5), 3, 5);
    nowMs += ringMs - 1;
    await outbox.trim();
    expect((await store.all('SELECT seq FROM outbox')).length).toBe(5);
    nowMs += 2;
    await outbox.trim();
    expect((await store.all('SELECT seq FROM outbox')).length).toBe(0);
  });

  it('finds a flipped bit in a row and says so instead of sending a wrong record', async () => {
    const { outbox, store } = await open();
    for (let index = 0; index < 3; index += 1) await outbox.append(fix(index));
    await store.write((tx) =>
      tx.run(`UPDATE outbox SET body = replace(body, '380001000', '380001001') WHERE seq = 2`),
    );
    const records = await outbox.waiting(0, 10);
    expect(records.map(({ seq }) => seq)).toEqual([1, 3]);
    const [gap] = (await outbox.waiting(3, 10)) as { kind: string; values: object }[];
    expect(gap).toMatchObject({
      kind: 'gap',
      values: {
        ...{ firstSeq: 2, lastSeq: 2, records: 1, reason: 'damaged' },
        seqRuns: Uint8Array.of(1),
      },
    });
  });

  it('thins the oldest positions under its caps, notes the gap and never drops an event', async () => {
    const caps = { rowsMax: 60, bytesMax: 1e9, stepRows: 10 };
    const { outbox } = await open({ caps });
    for (let index = 0; index < 100; index += 1) {
      await outbox.append(index % 5 === 0 ? event(`e${index}`) : fix(index));
    }
    const records = await outbox.waiting(0, 1000);
    expect(records.length).toBeLessThanOrEqual(caps.rowsMax);
    const events = records.filter(({ kind }) => kind === 'event');
    expect(events.length).toBe(20);
    const gaps = records.filter(({ kind }) => kind === 'gap');
    const thinned = gaps.reduce(
      (sum, gap) => sum + ((gap.values as { records: number }).records ?? 0),
      0,
    );
    const fixes = records.filter(({ kind }) => kind === 'fix');
    expect(fixes.length + thinned).toBe(80);
    expect(gaps[0]?.values).toMatchObject({ reason: 'thinned-fix' });
    const named = gaps.flatMap(({ values }) => {
      const { firstSeq, seqRuns } = values as { firstSeq: number; seqRuns: Uint8Array };
      return decodeSeqRuns(firstSeq, seqRuns) ?? [];
    });
    // Every number is here, or named in exactly one gap.
    const all = named.flatMap(({ first, last }) =>
      Array.from({ length: last - first + 1 }, (_, index) => first + index),
    );
    const seqs = [...all, ...records.map(({ seq }) => seq)].sort((a, b) => a - b);
    expect(seqs).toEqual(seqs.map((_, index) => index + 1));
    // The newest fixes are all there: detail is lost in the past.
    const newest = fixes.slice(-10).map(({ seq }) => seq);
    expect(newest.at(-1)).toBeGreaterThan(100);
  });

  it('gives up acknowledged records before any that wait', async () => {
    const caps = { rowsMax: 30, bytesMax: 1e9, stepRows: 10 };
    const { outbox } = await open({ caps });
    for (let index = 0; index < 25; index += 1) await outbox.append(fix(index));
    await outbox.settle(ack(outbox.epoch, 20), 1, 25);
    for (let index = 25; index < 34; index += 1) await outbox.append(fix(index));
    const records = await outbox.waiting(0, 1000);
    expect(records.map(({ kind }) => kind)).toEqual(Array(14).fill('fix'));
  });
});
