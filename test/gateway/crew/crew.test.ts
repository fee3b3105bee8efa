import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CrewBook } from '../../../gateway/crew/crew-book.ts';
import { aboardAt, shiftMsMax } from '../../../gateway/crew/crew-table.ts';
import { Rosters } from '../../../gateway/crew/rosters.ts';
import type { IngestedRecord, LiveUnits, Unit } from '../../../gateway/parts.ts';
import { FleetRegistry } from '../../../gateway/registry/registry.ts';
import { TrainingEnd } from '../../../gateway/registry/training-end.ts';
import type {
  DownMessage,
  RosterMessage,
  RosterPerson,
} from '../../../protocols/messages/down-schemas.ts';
import type { UnitRecord } from '../../../protocols/messages/records.ts';
import { Random, seedOr } from '../../support/random.ts';
import { type TestStore, temporaryStore, VirtualEnv } from '../virtual.ts';

const serial = 'XL-CREW-1';
const hourMs = 3_600_000;

type Listener = (records: readonly IngestedRecord[]) => void;

let kept: TestStore;
let env: VirtualEnv;
let registry: FleetRegistry;
let unit: Unit;
let commit: Listener;
const feed = {
  onCommitted: (listener: Listener) => {
    commit = listener;
  },
};

beforeEach(async () => {
  kept = await temporaryStore();
  env = new VirtualEnv();
  registry = new FleetRegistry(kept.store, env);
  const done = await registry.register(
    { serial, model: 'M', role: 'tow-truck', vehicleId: 'veh-1' },
    'test',
  );
  if (!done.ok) throw new Error(done.message);
  unit = done.unit;
});
afterEach(() => kept.remove());

function record(personId: string, aboard: boolean, happenedAtMs: number): IngestedRecord {
  const values = { personId, aboard, how: 'pin' };
  const said = { kind: 'crew', seq: 1, happenedAtMs, clock: 'gnss', values } as UnitRecord;
  return { unit, record: said, receivedAtMs: env.ms };
}

describe('who was aboard a unit', () => {
  it('is told by its records, whatever their order, as an honest list would tell it', async () => {
    const seed = seedOr(31);
    const random = new Random(seed);
    const book = new CrewBook({ store: kept.store, feed, env, onKept: async () => undefined });
    await book.start();
    const fromMs = env.ms;
    const people = ['per-a', 'per-b', 'per-c'];
    const events = people.flatMap((personId) =>
      Array.from({ length: 6 }, (_, n) => ({
        ...{ personId, aboard: n % 2 === 0 },
        atMs: fromMs + n * 2 * hourMs + random.whole(1, hourMs),
      })),
    );
    const shuffled = events
      .map((event) => [random.next(), event] as const)
      .toSorted(([a], [b]) => a - b);
    for (const [, { personId, aboard, atMs }] of shuffled) {
      const one = record(personId, aboard, atMs);
      commit(random.next() > 0.7 ? [one, one] : [one]);
    }
    await book.stop();
    for (let n = 0; n < 60; n += 1) {
      const atMs = fromMs + random.whole(0, 13 * hourMs);
      const truth = people.filter((personId) => {
        const before = events.filter((event) => event.personId === personId && event.atMs <= atMs);
        return before.at(-1)?.aboard === true;
      });
      expect(await book.aboardAt(serial, atMs), `seed ${seed}`).toStrictEqual(truth);
    }
  });

  it('off counts at the very moment, and a lost end does not keep anybody aboard for ever', async () => {
    const told: string[] = [];
    const onKept = async (events: readonly { personId: string }[]) => {
      told.push(...events.map(({ personId }) => personId));
    };
    const book = new CrewBook({ store: kept.store, feed, env, onKept });
    await book.start();
    const atMs = env.ms;
    commit([
      record('per-a', true, atMs),
      record('per-b', true, atMs),
      record('per-b', false, atMs),
    ]);
    await book.stop();
    expect(told).toStrictEqual(['per-a', 'per-b', 'per-b']);
    expect(await aboardAt(kept.store, serial, atMs)).toStrictEqual(['per-a']);
    expect(await aboardAt(kept.store, serial, atMs - 1)).toStrictEqual([]);
    expect(await aboardAt(kept.store, serial, atMs + shiftMsMax - 1)).toStrictEqual(['per-a']);
    expect(await aboardAt(kept.store, serial, atMs + shiftMsMax)).toStrictEqual([]);
    expect(await aboardAt(kept.store, 'XL-OTHER', atMs)).toStrictEqual([]);
  });
});

describe('rosters', () => {
  const sent: RosterMessage[] = [];
  let people: readonly RosterPerson[];
  let changed: () => void = () => undefined;

  function begin(): Rosters {
    sent.length = 0;
    const live = {
      isOnline: () => true,
      send: (_serial: string, message: DownMessage) =>
        message.type === 'roster' && sent.push(message) > 0,
    } as unknown as LiveUnits;
    const directory = {
      crewOf: () => people,
      onChanged: (listener: () => void) => {
        changed = listener;
      },
    } as never;
    const rosters = new Rosters({ store: kept.store, registry, directory, live, feed, env });
    rosters.start();
    return rosters;
  }

  function hello(rosterVersion: number) {
    const values = { rosterVersion } as never;
    const said = { kind: 'hello', seq: 1, happenedAtMs: env.ms, clock: 'gnss', values };
    commit([{ unit, record: said as UnitRecord, receivedAtMs: env.ms }]);
  }

  const crowd = (count: number) =>
    Array.from({ length: count }, (_, n) => ({
      ...{ personId: `per-${n}`, badge: `${n}`, name: '示例', pin: 'x' },
    }));

  it('go to a unit that has another one, in parts, and again when they change', async () => {
    people = crowd(85);
    const rosters = begin();
    hello(0);
    await rosters.stop();
    expect(sent.map(({ part, parts, version }) => [part, parts, version])).toStrictEqual([
      [1, 3, 1],
      [2, 3, 1],
      [3, 3, 1],
    ]);
    expect(sent.flatMap((message) => message.people)).toStrictEqual(people);
    hello(1);
    changed();
    await rosters.stop();
    expect(sent).toHaveLength(3);
    people = crowd(2);
    changed();
    await rosters.stop();
    expect(sent.at(-1)).toMatchObject({ version: 2, parts: 1, people });
    const again = begin();
    hello(2);
    await again.stop();
    expect(sent).toStrictEqual([]);
    people = [];
    hello(2);
    await again.stop();
    expect(sent).toMatchObject([{ version: 3, people: [] }]);
  });
});

describe('training with an end', () => {
  it('ends by itself, and not before', async () => {
    let due: () => void = () => undefined;
    const timers = {
      after: (_ms: number, work: () => void) => {
        due = work;
        return () => undefined;
      },
    };
    const end = new TrainingEnd({ registry, env, timers });
    end.start();
    const untilMs = env.ms + hourMs;
    await registry.setTraining(serial, true, 'liu', untilMs);
    env.pass(hourMs - 1);
    due();
    await end.stop();
    expect(registry.bySerial(serial)).toMatchObject({ training: true, trainingUntilMs: untilMs });
    env.pass(1);
    end.start();
    due();
    await end.stop();
    expect(registry.bySerial(serial)).toMatchObject({ training: false, trainingUntilMs: null });
  });
});
