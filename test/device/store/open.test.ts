import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { Ballast, workingBallast } from '../../../device/store/ballast.ts';
import { readIfThere, writeDurably } from '../../../device/store/durable-file.ts';
import { GuardedStore, guardedStoreLimits } from '../../../device/store/guarded-store.ts';
import { markSuspect, openUnitStore, quarantinedMax } from '../../../device/store/open.ts';
import { type SettingName, writeSetting } from '../../../device/store/settings.ts';
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
  await store.write((tx) => writeSetting(tx, value as SettingName, value));
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
  it('is made room on once for all that found it full, and the writes go through', async () => {
    const path = newPath();
    const { store } = await open(path);
    let full = true;
    const tight: Store = {
      dialect: store.dialect,
      get: (sql, params) => store.get(sql, params),
      all: (sql, params) => store.all(sql, params),
      close: () => store.close(),
      write: (work) => {
        if (full) return Promise.reject(Object.assign(new Error('full'), { code: 'SQLITE_FULL' }));
        return store.write(work);
      },
    };
    const told: string[] = [];
    const guarded = new GuardedStore(tight, {
      nowMonoMs: () => 0,
      makeRoom: async () => {
        told.push('room');
        full = false;
      },
      onDamage: () => told.push('damage'),
      onClosed: async () => undefined,
    });
    await Promise.all([addSetting(guarded, 'one'), addSetting(guarded, 'two')]);
    expect(told).toEqual(['room']);
    expect(await guarded.all('SELECT name FROM setting ORDER BY name')).toEqual([
      { name: 'one' },
      { name: 'two' },
    ]);
  });

  it('finds a real file of its size to give up', async () => {
    const path = newPath();
    const ballast = new Ballast(path, workingBallast);
    expect(await ballast.hold()).toBe(true);
    expect(statSync(path).size).toBe(workingBallast.bytes);
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
      {
        nowMonoMs: () => 0,
        makeRoom: async () => undefined,
        onDamage: (error) => told.push(error),
        onClosed: async () => undefined,
      },
    );
    await expect(guarded.all('SELECT 1')).rejects.toThrow('broken');
    expect(told).toEqual([broken]);
  });
});

describe('a disk that no longer answers', () => {
  it('is known for stalled after half a minute, until it answers', async () => {
    const { store } = await open(newPath());
    let nowMs = 0;
    let answer: () => void = () => undefined;
    const hung = new Promise<never[]>((resolve) => {
      answer = () => resolve([]);
    });
    const guarded = new GuardedStore({ ...store, all: () => hung } as unknown as Store, {
      nowMonoMs: () => nowMs,
      makeRoom: async () => undefined,
      onDamage: () => undefined,
      onClosed: async () => undefined,
    });
    const asked = guarded.all('SELECT 1');
    nowMs = guardedStoreLimits.stalledMs;
    expect(guarded.isStalled()).toBe(false);
    nowMs += 1;
    expect(guarded.isStalled()).toBe(true);
    answer();
    await asked;
    expect(guarded.isStalled()).toBe(false);
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
