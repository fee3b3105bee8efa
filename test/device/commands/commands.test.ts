import { afterEach, describe, expect, it } from 'vitest';
import { CommandBook, commandBookLimits } from '../../../device/commands/command-book.ts';
import type { CommandTargets } from '../../../device/commands/command-table.ts';
import { Commands } from '../../../device/commands/commands.ts';
import type { CommandMessage } from '../../../protocols/messages/down-schemas.ts';
import type { RecordValues } from '../../../protocols/messages/records.ts';
import type { Store } from '../../../protocols/store/store.ts';
import { Random, seedOr } from '../../support/random.ts';
import { breathe, makeStore, memoryLog, startMs, temporaryFolder } from '../support/world.ts';

const cleanUps: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

type Result = RecordValues<'commandResult'>;

/** A unit's store with what happened to it, over any number of runs. */
class Bench {
  readonly store: Store;
  readonly done: string[] = [];
  readonly answers: Result[] = [];
  nowMs: number | null = startMs;
  /** A handler that does not come back, as when the power goes. */
  isHung = false;

  constructor(store: Store) {
    this.store = store;
  }

  run(bootId = 'boot-1'): Commands {
    const did = (what: string) => void this.done.push(what);
    const targets: CommandTargets = {
      nextCode: () => did('next-code'),
      rotate: async () => {
        did('rotate');
        if (this.isHung) await new Promise(() => undefined);
        return 7;
      },
      setSuspended: (suspended) => did(suspended ? 'suspend' : 'resume'),
      selfTest: async () => [{ part: 'gnss', result: 'pass', detail: '9-sats' }],
      blink: () => false,
      say: async (text) => did(`say ${text}`),
      uploadLog: async (id) => {
        did(`log ${id}`);
        return { chunks: 2, lines: 30 };
      },
      reboot: () => did('reboot'),
      wipe: () => did('wipe'),
    };
    return new Commands({
      book: new CommandBook(this.store, bootId),
      targets,
      log: memoryLog().log,
      bootId,
      nowMs: () => this.nowMs,
      answer: async (result, also) => {
        await this.store.write(also);
        this.answers.push(result);
      },
      changed: () => undefined,
    });
  }
}

async function bench(): Promise<Bench> {
  const folder = temporaryFolder();
  const store = await makeStore(folder.path);
  cleanUps.push(
    () => folder.remove(),
    () => store.close(),
  );
  return new Bench(store);
}

function command(id: string, name: string, more: Partial<CommandMessage> = {}): CommandMessage {
  const expiresAtMs = startMs + 60_000;
  return { type: 'command', id, name, askedAtMs: startMs, expiresAtMs, ...more };
}

describe('commands on the unit', () => {
  it('are obeyed and answered by name', async () => {
    const at = await bench();
    const commands = at.run();
    const text = '  请回\u{2028}大队  ';
    for (const [id, name] of Object.entries({
      a: 'rotate',
      b: 'self-test',
      c: 'blink',
      d: 'dance',
    }))
      await commands.take(command(id, name));
    await commands.take(command('e', 'message', { text, untilMs: startMs + 5_000 }));
    await commands.take(command('f', 'message', { text: '字'.repeat(61), untilMs: startMs + 1 }));
    await commands.take(command('g', 'log-upload'));
    await breathe(20);
    expect(at.done).toStrictEqual(['rotate', 'say 请回 大队', 'log g']);
    const said = at.answers.map(({ commandId, ok, code, detail }) => [commandId, ok, code, detail]);
    expect(said.toSorted()).toStrictEqual([
      ['a', true, 'done', '7'],
      ['b', true, 'done', 'gnss=pass:9-sats'],
      ['c', false, 'not-fitted', ''],
      ['d', false, 'unknown-command', 'dance'],
      ['e', true, 'done', ''],
      ['f', false, 'bad-text', ''],
      ['g', true, 'done', '2 30'],
    ]);
  });

  it('are answered expired after their time and no-time without one, and not run then', async () => {
    const at = await bench();
    const commands = at.run();
    await commands.take(command('late', 'rotate', { expiresAtMs: startMs - 1 }));
    at.nowMs = null;
    await commands.take(command('blind', 'rotate'));
    at.nowMs = startMs;
    await commands.take(command('blind', 'rotate'));
    expect(at.answers.map(({ code }) => code)).toStrictEqual(['expired', 'no-time']);
    expect(at.done).toStrictEqual([]);
  });

  it('a reboot is answered after the restart: done with another boot, interrupted with the same', async () => {
    const at = await bench();
    await at.run().take(command('r1', 'reboot'));
    await breathe();
    expect(at.answers).toStrictEqual([]);
    await at.run('boot-2').start();
    await at.run('boot-2').take(command('r2', 'reboot'));
    await breathe();
    await at.run('boot-2').start();
    expect(at.done).toStrictEqual(['reboot', 'reboot']);
    expect(at.answers.map(({ commandId, code }) => [commandId, code])).toStrictEqual([
      ['r1', 'done'],
      ['r2', 'interrupted'],
    ]);
  });

  it('a wipe that was answered goes on at every start until there is nothing left', async () => {
    const at = await bench();
    await at.run().take(command('w', 'wipe'));
    await breathe(20);
    await at.run().start();
    expect(at.answers.map(({ code }) => code)).toStrictEqual(['done']);
    expect(at.done).toStrictEqual(['wipe', 'wipe']);
  });

  it('asked before a store was put aside are refused: nobody knows which were obeyed', async () => {
    const at = await bench();
    await new CommandBook(at.store, 'boot-1').forgotten();
    const commands = at.run();
    await commands.take(command('old', 'reboot', { askedAtMs: startMs - 1 }));
    await commands.take(command('state', 'suspend', { askedAtMs: startMs - 1 }));
    await commands.take(command('new', 'rotate', { askedAtMs: startMs + 1 }));
    await breathe(20);
    expect(at.done).toStrictEqual(['suspend', 'rotate']);
    expect(at.answers.find(({ commandId }) => commandId === 'old')?.code).toBe('memory-lost');
  });

  it('more than can be remembered are refused, and room comes back as they run out', async () => {
    const at = await bench();
    const commands = at.run();
    const { idsMax } = commandBookLimits;
    for (let n = 0; n <= idsMax; n += 1) await commands.take(command(`n${n}`, 'next-code'));
    await breathe(20);
    expect(at.done).toHaveLength(idsMax);
    expect(at.answers.filter(({ code }) => code === 'too-many')).toHaveLength(1);
    at.nowMs = startMs + 60_001;
    await commands.take(command('again', 'next-code', { expiresAtMs: startMs + 120_000 }));
    await breathe(20);
    expect(at.done).toHaveLength(idsMax + 1);
  });

  it('in a storm of repeats and restarts each runs once at most, and each is answered once', async () => {
    const seed = seedOr(20_260_301);
    const random = new Random(seed);
    const at = await bench();
    const names = ['rotate', 'log-upload', 'next-code', 'suspend', 'dance'];
    const all = Array.from({ length: 40 }, (_, n) =>
      command(`c${n}`, names[random.whole(0, names.length - 1)] ?? ''),
    );
    let run = at.run();
    for (let step = 0; step < 250; step += 1) {
      const one = all[random.whole(0, all.length - 1)];
      if (one !== undefined) await run.take(one);
      if (random.next() > 0.9) {
        at.isHung = random.next() > 0.5;
        await breathe(random.whole(0, 3));
        await run.stop();
        run = at.run();
        await run.start();
      }
    }
    at.isHung = false;
    await run.stop();
    await breathe(30);
    await at.run().start();
    const logs = at.done.filter((what) => what.startsWith('log '));
    expect(new Set(logs).size, `seed ${seed}`).toBe(logs.length);
    const asked = (name: string) => all.filter((one) => one.name === name).length;
    expect(at.done.filter((what) => what === 'rotate').length).toBeLessThanOrEqual(asked('rotate'));
    const answered = at.answers.map(({ commandId }) => commandId);
    expect(new Set(answered).size, `seed ${seed}`).toBe(answered.length);
    expect(answered.length).toBeGreaterThan(30);
  });
});
