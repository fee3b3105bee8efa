import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { Ballast, ballastBytes } from '../../../device/store/ballast.ts';
import { readIfThere, writeDurably } from '../../../device/store/durable-file.ts';
import { GuardedStore } from '../../../device/store/guarded-store.ts';
import { markSuspect, openUnitStore, quarantinedMax } from '../../../device/store/open.ts';
import type { Store } from '../../../protocols/store/store.ts';
import { temporaryFolder } from '../support/world.ts';

const cleanUps: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

function newPath(): string {
  const folder = temporaryFolder();
  cleanUps.push(() => folder.remove());
  return join(folder.path, 'unit.sqlite');
}

async function open(path: string, nowMs = 1) {
  const opened = await openUnitStore(path, nowMs);
  cleanUps.push(() => opened.store.close());
  return opened;
}

async function addSetting(store: Store, value: string): Promise<void> {
  await store.write((tx) => tx.run('INSERT INTO setting VALUES (?, ?)', [value, value]));
}

describe('the unit’s store', () => {
  it('is opened again with what it held', async () => {
    const path = newPath();
    const first = await open(path);
    expect(first.quarantined).toBeNull();
    await addSetting(first.store, 'kept');
    await first.store.close();
    const second = await open(path);
    expect(await second.store.all('SELECT name FROM setting')).toEqual([{ name: 'kept' }]);
  });

  it('is put aside when it is damaged, and a new one begun', async () => {
    const path = newPath();
    const first = await open(path);
    for (let index = 0; index < 200; index += 1) await addSetting(first.store, `v${index}`);
    await first.store.close();
    const bytes = readFileSync(path);
    bytes.fill(0xa5, 4096, bytes.length);
    writeFileSync(path, bytes);
    const second = await open(path, 77);
    expect(second.quarantined).toContain('77-unit.sqlite');
    expect(await second.store.all('SELECT name FROM setting')).toEqual([]);
    expect(readFileSync(second.quarantined ?? '').length).toBe(bytes.length);
  });

  it('is put aside when it is no database at all, a few times over', async () => {
    const path = newPath();
    for (let time = 1; time <= quarantinedMax + 2; time += 1) {
      writeFileSync(path, 'not a database, but long enough to look at: '.repeat(200));
      const opened = await open(path, time);
      expect(opened.quarantined).not.toBeNull();
      await opened.store.close();
    }
    const kept = readdirSync(join(path, '..', 'quarantine'));
    expect(kept.length).toBe(quarantinedMax);
  });

  it('is put aside once after it failed in use, whatever its own check says', async () => {
    const path = newPath();
    const first = await open(path);
    await addSetting(first.store, 'suspect');
    await first.store.close();
    await markSuspect(path);
    const second = await open(path, 5);
    expect(second.quarantined).not.toBeNull();
    await second.store.close();
    expect((await open(path, 6)).quarantined).toBeNull();
  });

  it('is refused with a code while another process has it', async () => {
    const path = newPath();
    const first = await open(path);
    await addSetting(first.store, 'mine');
    await expect(openUnitStore(path, 1)).rejects.toMatchObject({ code: 'store-in-use' });
  });
});

describe('a full disk', () => {
  it('costs the ballast, and the write goes through', async () => {
    const path = newPath();
    const { store } = await open(path);
    let full = true;
    const tight: Store = {
      get: (sql, params) => store.get(sql, params),
      all: (sql, params) => store.all(sql, params),
      close: () => store.close(),
      write: (work) => {
        if (full) return Promise.reject(Object.assign(new Error('full'), { code: 'SQLITE_FULL' }));
        return store.write(work);
      },
    };
    const told: string[] = [];
    const release = async () => {
      full = false;
    };
    const guarded = new GuardedStore(
      tight,
      { release },
      { onFull: () => told.push('full'), onDamage: () => told.push('damage') },
    );
    await addSetting(guarded, 'through');
    expect(told).toEqual(['full']);
    expect(await guarded.all('SELECT name FROM setting')).toEqual([{ name: 'through' }]);
  });

  it('finds a real file of its size to give up', async () => {
    const path = newPath();
    const ballast = new Ballast(path);
    expect(await ballast.hold()).toBe(true);
    expect(statSync(path).size).toBe(ballastBytes);
    await ballast.release();
    expect(await readIfThere(path)).toBeNull();
    expect(await ballast.hold()).toBe(true);
  });

  it('tells of a broken file', async () => {
    const { store } = await open(newPath());
    const broken = Object.assign(new Error('broken'), { code: 'SQLITE_CORRUPT' });
    const told: unknown[] = [];
    const guarded = new GuardedStore(
      { ...store, all: () => Promise.reject(broken) } as unknown as Store,
      { release: async () => undefined },
      { onFull: () => undefined, onDamage: (error) => told.push(error) },
    );
    await expect(guarded.all('SELECT 1')).rejects.toThrow('broken');
    expect(told).toEqual([broken]);
  });
});

describe('a durable file', () => {
  it('is the owner’s alone and leaves nothing beside it', async () => {
    const path = join(newPath(), '..', 'secrets', 'key.pem');
    await writeDurably(path, 'first');
    await writeDurably(path, 'second');
    expect(await readIfThere(path)).toBe('second');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(path, '..'))).toEqual(['key.pem']);
  });
});
