import { cpSync, existsSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Foundation, layFoundation } from '../../../device/foundation.ts';
import type { NewRecord } from '../../../device/outbox/outbox.ts';
import { openingBallast, workingBallast } from '../../../device/store/ballast.ts';
import { isDamage } from '../../../device/store/damage.ts';
import { settingNames, writeSetting } from '../../../device/store/settings.ts';
import type { AckMessage } from '../../../protocols/messages/down-schemas.ts';
import { encodeRecord, type UnitRecord } from '../../../protocols/messages/records.ts';
import { Random, seedOr } from '../../support/random.ts';
import { breathe, makeWorld, startMs } from '../support/world.ts';
import { edit, regionsOf } from './byte-editor.ts';
import { configIn, eventAt, fixAt, memoryFolder, shownAt, statusAt } from './unit-folder.ts';

const seed = seedOr(Math.floor(Math.random() * 2 ** 31));
const edits = process.env.XINLU_LONG === '1' ? 2_500 : 110;
const rotationS = 20;
const drivenS = 1_500;
const readMax = 500;
/** Rows of which the gateway has acknowledged the first. */
const acknowledged = 90;

const root = memoryFolder();
/** A power cut leaves the end of it in the log; an orderly stop all of it in the file. */
const templates = { cut: join(root.path, 'cut'), closed: join(root.path, 'closed') } as const;
/** What was on its way when the store was damaged, by seq. */
const written = new Map<number, NewRecord>();
const signed: number[] = [];
let epoch = '';

function lay(folder: string, onBroken: () => void = () => undefined): Promise<Foundation> {
  return layFoundation(configIn(folder), makeWorld(folder, startMs + drivenS * 1000).env, onBroken);
}

const kept = ['unit.sqlite', 'unit.sqlite-wal', 'watermark', 'secrets'];

function copyOf(living: string, target: string): void {
  for (const file of kept.filter((name) => existsSync(join(living, name)))) {
    cpSync(join(living, file), join(target, file), { recursive: true });
  }
  // Ballast of the right size is not written anew at each beginning.
  for (const [name, bytes] of [
    ['ballast', workingBallast.bytes],
    ['ballast-to-open', openingBallast.bytes],
  ] as const) {
    writeFileSync(join(target, name), '');
    truncateSync(join(target, name), bytes);
  }
}

/** A drive with all that a unit writes on it. */
async function drive({ outbox, used, store }: Foundation): Promise<void> {
  for (let second = 0; second < drivenS; second += 5) {
    const records = [fixAt(second)];
    if (second % 60 === 0) records.push(statusAt(second));
    if (second % rotationS === 0) {
      const issuedAt = startMs / 1000 + second;
      expect(await used.take(issuedAt)).toBe(true);
      signed.push(issuedAt);
      records.push(shownAt(second));
    }
    if (second % 100 === 0) records.push(eventAt(second, 'button'));
    for (const record of records) written.set(await outbox.append(record), record);
    if (second === 600) {
      const ack: AckMessage = { type: 'ack', epoch, upTo: acknowledged, also: [], nack: [] };
      await outbox.settle(ack, 4711, acknowledged);
    }
  }
  await store.write((tx) => writeSetting(tx, settingNames.incident, { incident: null }));
}

beforeAll(async () => {
  const living = join(root.path, 'living');
  const base = await lay(living);
  epoch = base.outbox.epoch;
  await drive(base);
  copyOf(living, templates.cut);
  await base.store.close();
  copyOf(living, templates.closed);
}, 120_000);

afterAll(() => root.remove());

/** Everything that waits, as the sender reads it. */
async function drain({ outbox }: Foundation): Promise<UnitRecord[]> {
  const all: UnitRecord[] = [];
  for (;;) {
    const records = await outbox.waiting(all.at(-1)?.seq ?? 0, readMax);
    if (records.length === 0) return all;
    all.push(...records);
  }
}

/** Begins the unit on a damaged folder; anew when its store breaks in use, as its process does. */
async function begin(folder: string): Promise<{ base: Foundation; read: UnitRecord[] }> {
  for (let times = 0; times < 3; times += 1) {
    let broken = false;
    const base = await lay(folder, () => {
      broken = true;
    });
    const read = await drain(base).catch((error: unknown) => {
      if (isDamage(error)) return null;
      throw error;
    });
    if (read !== null) return { base, read };
    for (let turn = 0; turn < 1_000 && !broken; turn += 1) await breathe();
    expect(broken).toBe(true);
    await base.store.close().catch(() => undefined);
  }
  throw new Error('a store put aside was followed by another broken one');
}

function gapsIn(read: readonly UnitRecord[]) {
  return read.flatMap((record) => (record.kind === 'gap' ? [record.values] : []));
}

/** Records that came otherwise than they were written, and numbers that nobody accounts for. */
function wrongIn(read: readonly UnitRecord[]): string[] {
  const wrong: string[] = [];
  const lastSeq = Math.max(...written.keys());
  const come = new Map(read.map((record) => [record.seq, record]));
  for (const [seq, record] of come) {
    if (seq > lastSeq) continue;
    const expected = encodeRecord({ ...written.get(seq), seq } as UnitRecord, 0, 0);
    if (!isDeepStrictEqual(encodeRecord(record, 0, 0), expected)) wrong.push(`other ${seq}`);
  }
  const gaps = gapsIn(read);
  for (const seq of written.keys()) {
    if (seq <= acknowledged || come.has(seq)) continue;
    const isNoted = gaps.some(
      ({ firstSeq, lastSeq: last }) => (firstSeq ?? 0) <= seq && seq <= (last ?? 0),
    );
    if (!isNoted) wrong.push(`lost ${seq}`);
  }
  return wrong;
}

/** Seconds until a code may be signed again; seconds signed before count as a fault. */
async function secondsToCode({ used }: Foundation): Promise<number> {
  for (const issuedAt of [...signed.filter((_, index) => index % 8 === 0), ...signed.slice(-3)]) {
    if (await used.take(issuedAt)) throw new Error(`${issuedAt} was given a second time`);
  }
  const nowS = startMs / 1000 + drivenS;
  for (let second = 0; second <= 10; second += 1) {
    if (await used.take(nowS + second)) return second;
  }
  return Number.POSITIVE_INFINITY;
}

describe(`a store whose bytes were changed, seed ${seed}`, () => {
  it.each(Object.entries(templates))(
    `after it was %s, ${edits} times: its rows are whole, or it is put aside; no second is signed twice`,
    async (name, template) => {
      const random = new Random(seed);
      const regions = regionsOf(template);
      const tally = { whole: 0, quarantined: 0, gaps: 0 };
      for (let time = 0; time < edits; time += 1) {
        const folder = join(root.path, `edit-${time}`);
        cpSync(template, folder, { recursive: true });
        // Every region has its turn; which of its bytes is chance.
        const region = regions[(time * 7919) % regions.length];
        if (region === undefined) throw new Error('no region');
        const what = `seed ${seed}, edit ${time}, ${edit(folder, region, random)}`;
        const { base, read } = await begin(folder).catch((error: unknown) => {
          throw new Error(`${what}: ${String(error)}`);
        });
        if (base.outbox.epoch === epoch) {
          tally.whole += 1;
          tally.gaps += gapsIn(read).length;
          expect(wrongIn(read), what).toEqual([]);
        } else {
          tally.quarantined += 1;
          expect(readdirSync(join(folder, 'quarantine')).length, what).toBeGreaterThan(0);
          const names = read.map(({ values }) => (values as { name?: string }).name);
          expect(names, what).toEqual(['store-quarantined']);
        }
        expect(await secondsToCode(base), what).toBeLessThanOrEqual(10);
        await base.store.close();
        rmSync(folder, { recursive: true });
      }
      process.stdout.write(`corruption, ${name}, seed ${seed}: ${JSON.stringify(tally)}\n`);
      expect(tally.whole).toBeGreaterThan(edits / 10);
      expect(tally.quarantined).toBeGreaterThan(edits / 10);
    },
    900_000,
  );
});
