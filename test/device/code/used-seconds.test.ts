import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { UsedSeconds, usedSecondsKeptS } from '../../../device/code/used-seconds.ts';
import { Watermark } from '../../../device/store/watermark.ts';
import type { Store } from '../../../protocols/store/store.ts';
import { makeStore, seededBytes, temporaryFolder } from '../support/world.ts';

const folders: { remove(): void }[] = [];
const stores: Store[] = [];
const watermarks: Watermark[] = [];

afterEach(async () => {
  for (const watermark of watermarks.splice(0)) await watermark.close();
  for (const store of stores.splice(0)) await store.close();
  for (const folder of folders.splice(0)) folder.remove();
});

function newFolder(): string {
  const folder = temporaryFolder();
  folders.push(folder);
  return folder.path;
}

async function open(folder = newFolder()) {
  const store = await makeStore(folder);
  stores.push(store);
  const watermark = await Watermark.open(join(folder, 'watermark'));
  watermarks.push(watermark);
  const used = new UsedSeconds(store, watermark);
  await used.start();
  return { store, used, watermark };
}

/** A store whose disk is full for writes. */
function fullStore(store: Store): Store {
  return {
    dialect: store.dialect,
    get: (sql, params) => store.get(sql, params),
    all: (sql, params) => store.all(sql, params),
    close: () => store.close(),
    write: () => Promise.reject(Object.assign(new Error('full'), { code: 'SQLITE_FULL' })),
  };
}

const nowS = 1_772_352_000;

describe('used seconds', () => {
  it('gives every second once', async () => {
    const { used } = await open();
    expect(await used.take(nowS)).toBe(true);
    expect(await used.take(nowS)).toBe(false);
    expect(await used.take(nowS + 1)).toBe(true);
  });

  it('gives one second to one of many that ask together', async () => {
    const { used } = await open();
    const answers = await Promise.all(Array.from({ length: 20 }, () => used.take(nowS)));
    expect(answers.filter(Boolean)).toHaveLength(1);
  });

  it('remembers across a restart', async () => {
    const folder = newFolder();
    const first = await open(folder);
    await first.used.take(nowS);
    await first.store.close();
    stores.length = 0;
    const second = await open(folder);
    expect(await second.used.take(nowS)).toBe(false);
  });

  it('lets a clock that was set back use what lies between, but nothing twice', async () => {
    const { used } = await open();
    for (let second = 0; second < 100; second += 20) await used.take(nowS + second);
    expect(await used.take(nowS + 40)).toBe(false);
    expect(await used.take(nowS + 41)).toBe(true);
  });

  it('forgets after eight days, and still gives nothing forgotten a second time', async () => {
    const { used, store } = await open();
    await used.take(nowS);
    await used.take(nowS + 60);
    // The clock ran far ahead, wrongly, and came back.
    expect(await used.take(nowS + usedSecondsKeptS + 3_600)).toBe(true);
    const rows = await store.all<{ issued_at: number }>('SELECT issued_at FROM used_second');
    expect(rows).toHaveLength(1);
    expect(await used.take(nowS)).toBe(false);
    expect(await used.take(nowS + 60)).toBe(false);
    expect(await used.take(nowS + 61)).toBe(true);
  });

  it('needs no room on the disk for a second after all others, and gives none twice', async () => {
    const folder = newFolder();
    const { store, watermark } = await open(folder);
    const used = new UsedSeconds(fullStore(store), watermark);
    expect(await used.take(nowS)).toBe(true);
    expect(await used.take(nowS + 20)).toBe(true);
    expect(await used.take(nowS)).toBe(false);
    expect(await used.take(nowS + 20)).toBe(false);
    await store.close();
    stores.length = 0;
    const later = await open(folder);
    for (const second of [0, 10, 20]) expect(await later.used.take(nowS + second)).toBe(false);
    expect(await later.used.take(nowS + 21)).toBe(true);
  });

  it('takes what only the watermark knows as signed', async () => {
    const folder = newFolder();
    const { store, watermark } = await open(folder);
    await watermark.raise({ usedUpTo: nowS }, true);
    await store.close();
    stores.length = 0;
    const later = await open(folder);
    expect(await later.used.take(nowS)).toBe(false);
    expect(await later.used.take(nowS - 1)).toBe(true);
  });

  it('never repeats under any sequence of clocks and restarts', async () => {
    const seed = 'used-seconds-1';
    const chance = seededBytes(seed);
    const folder = newFolder();
    const given = new Set<number>();
    let { used, store } = await open(folder);
    let clockS = nowS;
    for (let step = 0; step < 400; step += 1) {
      const [kind = 0, amount = 0] = chance(2);
      if (kind < 24) clockS += (amount - 128) * 7;
      else if (kind === 24) clockS += (amount - 128) * 86_400;
      else clockS += amount % 4;
      if (kind >= 250) {
        await store.close();
        stores.length = 0;
        ({ used, store } = await open(folder));
      }
      if (await used.take(clockS)) {
        expect(given.has(clockS), `seed ${seed}, step ${step}`).toBe(false);
        given.add(clockS);
      }
    }
    expect(given.size).toBeGreaterThan(100);
  });
});
