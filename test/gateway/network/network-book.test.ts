import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { networkLimits } from '../../../gateway/network/limits.ts';
import { NetworkBook } from '../../../gateway/network/network-book.ts';
import { createPlaces } from '../../../gateway/place/places.ts';
import { latOf, networkText, roadLon } from '../place/network.ts';
import { fixAt } from '../scan/kit.ts';
import { type TestStore, temporaryStore, VirtualEnv } from '../virtual.ts';

const day = 86_400_000;
/** The same road with its stakes counted from another start: what a re-survey does. */
const resurveyed = networkText.replaceAll('K100+000', 'K900+000');
const here = { lat: latOf(104_567), lon: roadLon };
const said = { by: 'test', reason: 're-survey' };
const always = { validFromMs: 0, validToMs: null };

let kept: TestStore;
let env: VirtualEnv;
beforeEach(async () => {
  kept = await temporaryStore();
  env = new VirtualEnv();
});
afterEach(() => kept.remove());

async function bookOf(configured: string | null = null): Promise<NetworkBook> {
  const { store } = kept;
  const book = new NetworkBook({ store, env, readConfigured: async () => configured });
  await book.start();
  return book;
}

async function imported(book: NetworkBook, text: string): Promise<string> {
  const done = await book.import(text, 'test');
  if (!done.ok) throw new Error(done.problems[0]?.message);
  return done.file.hash;
}

function stakeAt(book: NetworkBook, atMs: number): string | undefined {
  return createPlaces({ networks: book }).placeOf(here, 0, atMs)?.stake;
}

describe('a network file', () => {
  it('is kept once, under the hash that anybody can take of it, and given back as it came', async () => {
    const book = await bookOf();
    const first = await book.import(networkText, 'test');
    expect(first).toMatchObject({ ok: true, isNew: true, file: { sections: 2, lines: 2 } });
    expect(await book.import(networkText, 'somebody else')).toMatchObject({ isNew: false });
    const hash = createHash('sha256').update(networkText).digest('hex');
    expect((await book.list()).map((file) => [file.hash, file.importedBy])).toEqual([
      [hash, 'test'],
    ]);
    expect(await book.content(hash)).toBe(networkText);
    expect(book.isEmpty).toBe(true);
  });

  it('that is wrong is not kept; everything wrong with it is told', async () => {
    const book = await bookOf();
    const text = networkText.replace('"datum":"WGS-84",', '').replace('"both"', '"all"');
    const done = await book.import(text, 'test');
    expect(done.ok ? [] : done.problems.map(({ code }) => code)).toEqual([
      ...['datum-undeclared', 'carriageway-unknown'],
    ]);
    expect(await book.list()).toEqual([]);
  });
});

describe('an activation', () => {
  it('places each fix on the version of its time, from then on and without a restart', async () => {
    const book = await bookOf();
    const now = env.nowMs();
    await book.activate(await imported(book, networkText), always, said);
    expect(stakeAt(book, now)).toBe('K104+567');
    const hash = await imported(book, resurveyed);
    expect(stakeAt(book, now)).toBe('K104+567');
    await book.activate(hash, { validFromMs: now, validToMs: null }, said);
    expect([now - 1, now].map((atMs) => stakeAt(book, atMs))).toEqual(['K104+567', 'K904+567']);
    const places = createPlaces({ networks: book });
    const fixes = [now - 10_000, now - 5_000, now, now + 5_000].map((atMs, index) =>
      fixAt(atMs, latOf(104_000 + index * 100), roadLon, { courseDeg: 0 }),
    );
    expect(places.alongTrack(fixes).map((place) => place?.stakeM)).toEqual([
      ...[104_000, 104_100, 904_200, 904_300],
    ]);
    const [, before, after] = fixes;
    if (before === undefined || after === undefined) throw new Error('no fixes');
    expect(places.between(before, after, 0.5)).not.toBeNull();
  });

  it('outlives the process: what counts is read again at the next start', async () => {
    const book = await bookOf();
    const hash = await imported(book, resurveyed);
    await book.activate(hash, { validFromMs: env.nowMs(), validToMs: null }, said);
    const again = await bookOf();
    expect(stakeAt(again, env.nowMs())).toBe('K904+567');
    expect(again.at(env.nowMs())?.hash).toBe(hash);
    expect(again.at(env.nowMs() - 1)).toBeNull();
  });

  it('is taken back: what counted before counts again, and the list says so', async () => {
    const book = await bookOf();
    const now = env.nowMs();
    const old = await imported(book, networkText);
    await book.activate(old, always, said);
    const young = await imported(book, resurveyed);
    const done = await book.activate(young, { validFromMs: now, validToMs: null }, said);
    const id = done.ok ? done.activation.id : 0;
    expect(await book.withdraw(id, { by: 'test', reason: 'wrong file' })).toMatchObject({
      ok: true,
      activation: { hash: young, withdrawnAtMs: now },
    });
    expect(stakeAt(book, now)).toBe('K104+567');
    expect((await book.list()).map(({ hash, isInForce }) => [hash, isInForce])).toEqual(
      expect.arrayContaining([
        [old, true],
        [young, false],
      ]),
    );
    expect(await book.withdraw(id, said)).toMatchObject({ ok: false, code: 'not-found' });
  });

  it('said twice stands once; of an unknown file it is refused', async () => {
    const book = await bookOf();
    const hash = await imported(book, networkText);
    const results = await Promise.all([1, 2, 3].map(() => book.activate(hash, always, said)));
    expect(new Set(results.map((one) => (one.ok ? one.activation.id : 0))).size).toBe(1);
    expect(await book.activate('0'.repeat(64), always, said)).toMatchObject({ code: 'not-found' });
  });

  it('leaves who did what and why in the audit', async () => {
    const book = await bookOf();
    const hash = await imported(book, networkText);
    await book.activate(hash, always, said);
    await book.withdraw(1, { by: 'other', reason: 'wrong file' });
    const rows = await kept.store.all<{ event: string; detail: string }>(
      "SELECT event, detail FROM audit_event WHERE subject = 'network' ORDER BY id",
    );
    expect(rows.map(({ event, detail }) => [event, JSON.parse(detail).by])).toEqual([
      ['import', 'test'],
      ['activate', 'test'],
      ['withdraw', 'other'],
    ]);
  });

  it('of many versions keeps only so many in memory, the newest, and says so', async () => {
    const book = await bookOf();
    const count = networkLimits.loadedMax + 2;
    for (let index = 0; index < count; index += 1) {
      const hash = await imported(book, networkText.replace('示例路网', `示例路网 ${index}`));
      const validFromMs = env.nowMs() - (count - index) * day;
      await book.activate(hash, { validFromMs, validToMs: null }, said);
    }
    const ages = Array.from({ length: count }, (_, index) => (index + 1) * day);
    const known = ages.map((ms) => book.at(env.nowMs() - ms) !== null);
    expect(known).toEqual([...ages.slice(2).map(() => true), false, false]);
    expect(env.lines.map(({ message }) => message)).toContain(
      'too many networks count: the oldest are left out',
    );
  });
});

describe('the configured file', () => {
  it('counts since ever; changed, from when it was first read; the same one changes nothing', async () => {
    const long = env.nowMs() - 300 * day;
    expect(stakeAt(await bookOf(networkText), long)).toBe('K104+567');
    env.pass(day);
    const book = await bookOf(resurveyed);
    const now = env.nowMs();
    expect([long, now - 1, now].map((atMs) => stakeAt(book, atMs))).toEqual([
      ...['K104+567', 'K104+567', 'K904+567'],
    ]);
    env.pass(day);
    await bookOf(resurveyed);
    const rows = await (await bookOf(null)).list();
    expect(rows.flatMap(({ activations }) => activations)).toHaveLength(2);
  });

  it('stays withdrawn when somebody took it back, until it is another one', async () => {
    const book = await bookOf(networkText);
    await book.withdraw(1, said);
    expect((await bookOf(networkText)).isEmpty).toBe(true);
  });

  it('that is wrong is told before anything starts', async () => {
    const text = networkText.replace('"datum":"WGS-84",', '');
    await expect(bookOf(text)).rejects.toMatchObject({
      code: 'bad-config',
      message: expect.stringContaining('datum'),
    });
  });
});

it('refuses to place anything on a file that is not what was imported', async () => {
  const book = await bookOf();
  await book.activate(await imported(book, networkText), always, said);
  const changed = networkText.replace('K100+000', 'K100+100');
  await kept.store.write((tx) => tx.run('UPDATE network_file SET content = ?', [changed]));
  await expect(bookOf()).rejects.toMatchObject({ code: 'store-damaged' });
});
