import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type Foundation, files, layFoundation } from '../../device/foundation.ts';
import { configOf } from './support/unit-rig.ts';
import { breathe, makeWorld, startMs, temporaryFolder } from './support/world.ts';

const cleanUps: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function lay(folder: string, seed: string, onBroken = () => undefined): Promise<Foundation> {
  const base = await layFoundation(configOf(folder), makeWorld(seed).env, onBroken);
  cleanUps.push(() => base.store.close());
  return base;
}

function newFolder(): string {
  const folder = temporaryFolder();
  cleanUps.push(() => folder.remove());
  return folder.path;
}

/** Points a table of an open store at a page that is not there. */
async function breakStore({ store }: Foundation): Promise<void> {
  await store.all('PRAGMA writable_schema = ON');
  await store.write((tx) =>
    tx.run("UPDATE sqlite_schema SET rootpage = 99999 WHERE name = 'outbox'"),
  );
  await store.all('PRAGMA schema_version = 4711');
}

describe('what the unit stands on', () => {
  it('asks to be begun anew when the store breaks in use, and then puts it aside', async () => {
    const folder = newFolder();
    let broken = 0;
    const first = await lay(folder, 'first', () => {
      broken += 1;
      return undefined;
    });
    await first.recorder.write('event', { name: 'before', detail: '' });
    expect(broken).toBe(0);
    await breakStore(first);
    await first.recorder.write('event', { name: 'after', detail: '' });
    for (let turn = 0; turn < 100 && broken === 0; turn += 1) await breathe();
    expect(broken).toBe(1);
    expect(existsSync(join(folder, 'unit.sqlite.suspect'))).toBe(true);
    await first.store.close();
    const second = await lay(folder, 'second');
    expect(second.outbox.epoch).not.toBe(first.outbox.epoch);
    for (let turn = 0; turn < 100 && second.outbox.waitingRecords === 0; turn += 1) await breathe();
    const [event] = await second.outbox.waiting(0, 10);
    expect(event).toMatchObject({ kind: 'event', values: { name: 'store-quarantined' } });
  });

  it('after that takes no second, and no counter, from before the last trusted time', async () => {
    const folder = newFolder();
    writeFileSync(join(folder, files.lastGood), `${startMs}\n`);
    writeFileSync(join(folder, 'unit.sqlite'), 'no database '.repeat(1000));
    const base = await lay(folder, 'third');
    expect(await base.used.take(startMs / 1000)).toBe(false);
    expect(await base.used.take(startMs / 1000 + 1)).toBe(true);
    expect(base.downCounter).toBe(startMs * 1000);
  });

  it('reads no last trusted time from a damaged note', async () => {
    const folder = newFolder();
    writeFileSync(join(folder, files.lastGood), 'soon');
    const { clock, lastGood } = await lay(folder, 'fourth');
    clock.offer({ source: 'gateway', unixMs: startMs, monoMs: 0, uncertaintyMs: 1 });
    await lastGood.save();
    const again = await lay(newFolder(), 'fifth');
    expect(again.clock.now()).toBeNull();
  });
});
