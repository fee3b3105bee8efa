import { afterEach, describe, expect, it } from 'vitest';
import { Attempts, attemptLimits } from '../../../device/attempts.ts';
import { Crew } from '../../../device/crew/crew.ts';
import { Roster } from '../../../device/crew/roster.ts';
import type { RosterMessage } from '../../../protocols/messages/down-schemas.ts';
import { hashPin, pinFits } from '../../../protocols/signed/pin-hash.ts';
import type { Store } from '../../../protocols/store/store.ts';
import { makeStore, makeWorld, startMs, temporaryFolder, type World } from '../support/world.ts';

const cleanUps: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

const hourMs = 3_600_000;
const pins = { a: '135790', b: '246801' } as const;
const hashes = {
  a: await hashPin(pins.a, Buffer.alloc(16, 1)),
  b: await hashPin(pins.b, Buffer.alloc(16, 2)),
};

function person(id: 'a' | 'b') {
  return { personId: `per-${id}`, badge: `示-00${id}`, name: `示例${id}`, pin: hashes[id] };
}

function roster(version: number, people: RosterMessage['people'], part = 1, parts = 1) {
  return { type: 'roster', version, part, parts, people } as const;
}

class Bench {
  readonly said: string[] = [];
  trusted = true;
  readonly roster: Roster;
  readonly crew: Crew;

  constructor(store: Store, world: World) {
    this.roster = new Roster(store);
    this.crew = new Crew({
      roster: this.roster,
      attempts: new Attempts(world.env.nowMonoMs),
      env: world.env,
      shiftMsMax: 12 * hourMs,
      trustedMs: () => (this.trusted ? startMs + world.env.nowMonoMs() : null),
      record: async ({ personId, aboard, how }, also) => {
        await store.write(also);
        this.said.push(`${personId} ${aboard ? 'aboard' : 'off'} ${how}`);
      },
      changed: () => undefined,
    });
  }

  get names(): string[] {
    return this.crew.aboard.map(({ personId }) => personId);
  }
}

async function bench() {
  const folder = temporaryFolder();
  const store = await makeStore(folder.path);
  const world = makeWorld('crew');
  const at = new Bench(store, world);
  cleanUps.push(
    () => folder.remove(),
    () => store.close(),
    () => at.crew.stop(),
  );
  await at.roster.take(roster(1, [person('a'), person('b')]));
  at.crew.start();
  return { at, store, world };
}

describe('the crew of a unit without a line', () => {
  it('signs on and off with badge and PIN, however the badge is typed', async () => {
    const { at } = await bench();
    expect(await at.crew.board(' 示-００A ', pins.a)).toBe(null);
    expect(await at.crew.board('示-00b', pins.b)).toBe(null);
    expect(await at.crew.board('示-00b', pins.b)).toBe(null);
    expect(at.names).toStrictEqual(['per-a', 'per-b']);
    expect(await at.crew.leave('示-00a', pins.a)).toBe(null);
    expect(at.names).toStrictEqual(['per-b']);
    expect(at.said).toStrictEqual(['per-a aboard pin', 'per-b aboard pin', 'per-a off pin']);
  });

  it('a wrong PIN, another one’s PIN and an unknown badge get one answer, and nobody aboard', async () => {
    const { at } = await bench();
    const wrong = [
      ['示-00a', '000000'],
      ['示-00a', pins.b],
      ['示-00x', pins.a],
      ['', pins.a],
    ] as const;
    for (const [badge, pin] of wrong) expect(await at.crew.board(badge, pin)).toBe('wrong-pin');
    expect(at.names).toStrictEqual([]);
    expect(at.said).toStrictEqual([]);
  });

  it('locks a badge out after five wrong tries, also when they come at once, and not another', async () => {
    const { at, world } = await bench();
    const tries = Array.from({ length: 8 }, () => at.crew.board('示-00a', '000000'));
    const answers = await Promise.all(tries);
    expect(answers.filter((answer) => answer === 'wrong-pin')).toHaveLength(5);
    expect(answers.filter((answer) => answer === 'too-many')).toHaveLength(3);
    expect(await at.crew.board('示-00a', pins.a)).toBe('too-many');
    expect(await at.crew.board('示-00b', pins.b)).toBe(null);
    await world.clock.advance(attemptLimits.lockMsMin);
    expect(await at.crew.board('示-00a', pins.a)).toBe(null);
  });

  it('is aboard again after a restart, and its shift ends by itself', async () => {
    const { at, store, world } = await bench();
    await at.crew.board('示-00a', pins.a);
    await world.clock.advance(11 * hourMs);
    await at.crew.board('示-00b', pins.b);
    at.crew.stop();
    const again = new Bench(store, world);
    for (const part of [again.roster, again.crew]) await part.load(store);
    expect(again.names).toStrictEqual(['per-a', 'per-b']);
    again.crew.start();
    cleanUps.push(() => again.crew.stop());
    await world.pass(100);
    await world.clock.advance(hourMs + 60_000);
    await world.until(() => again.names.length === 1);
    expect(again.said).toStrictEqual(['per-a off shift-end']);
  });

  it('a shift that began without a trusted time counts from the first one', async () => {
    const { at, world } = await bench();
    at.trusted = false;
    await at.crew.board('示-00a', pins.a);
    await world.clock.advance(40 * hourMs);
    expect(at.names).toStrictEqual(['per-a']);
    at.trusted = true;
    await world.clock.advance(12 * hourMs);
    expect(at.names).toStrictEqual(['per-a']);
    await world.clock.advance(60_000);
    await world.until(() => at.names.length === 0);
  });

  it('who is on a newer roster no more is off; half a roster and an older one change nothing', async () => {
    const { at } = await bench();
    await at.crew.board('示-00a', pins.a);
    expect(await at.roster.take(roster(2, [person('b')], 1, 2))).toBe(false);
    expect(await at.roster.take(roster(1, []))).toBe(false);
    expect(at.roster.people).toHaveLength(2);
    expect(await at.roster.take(roster(2, [], 2, 2))).toBe(true);
    await at.crew.rosterChanged();
    expect(at.roster.version).toBe(2);
    expect(at.said.at(-1)).toBe('per-a off off-roster');
    expect(await at.crew.board('示-00a', pins.a)).toBe('wrong-pin');
  });
});

describe('the hash of a PIN', () => {
  it('fits its PIN only, and no hash of another make', async () => {
    expect(await pinFits(pins.a, hashes.a)).toBe(true);
    expect(await pinFits(pins.b, hashes.a)).toBe(false);
    expect(await pinFits(pins.a, null)).toBe(false);
    expect(await pinFits('', 'plain')).toBe(false);
    expect(await pinFits(pins.a, hashes.a.replace('$14$', '$24$'))).toBe(false);
  });
});
