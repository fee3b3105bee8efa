import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CommandDesk, waitingMax } from '../../../gateway/commands/command-desk.ts';
import { commandsOf } from '../../../gateway/commands/command-table.ts';
import type { IngestedRecord, LiveUnits } from '../../../gateway/parts.ts';
import type { FleetUnit } from '../../../gateway/registry/fleet-table.ts';
import { FleetRegistry } from '../../../gateway/registry/registry.ts';
import type { DownMessage } from '../../../protocols/messages/down-schemas.ts';
import type { UnitRecord } from '../../../protocols/messages/records.ts';
import { newSigner } from '../test-unit.ts';
import { type TestStore, temporaryStore, VirtualEnv } from '../virtual.ts';

const serial = 'XL-CMD-1';

/** A gateway's run: it ends, and another begins on the same store. */
class Run {
  readonly sent: DownMessage[] = [];
  online = true;
  #connected: Parameters<LiveUnits['onConnected']>[0] = async () => [];
  #committed: (records: readonly IngestedRecord[]) => void = () => undefined;
  #due: (() => void) | null = null;
  readonly desk: CommandDesk;

  constructor(kept: TestStore, registry: FleetRegistry, env: VirtualEnv) {
    const live: LiveUnits = {
      isOnline: () => this.online,
      lastContactMs: () => null,
      clockOffsetS: () => 0,
      send: (_serial, message) => this.online && this.sent.push(message) > 0,
      onConnected: (desired) => {
        this.#connected = desired;
      },
    };
    const feed = {
      onCommitted: (listener: (records: readonly IngestedRecord[]) => void) => {
        this.#committed = listener;
      },
    };
    const timers = {
      after: (_ms: number, work: () => void) => {
        this.#due = work;
        return () => {
          this.#due = null;
        };
      },
    };
    this.desk = new CommandDesk({ store: kept.store, registry, live, feed, env, timers });
  }

  connect() {
    return this.#connected(serial);
  }

  answer(unit: FleetUnit, commandId: string, ok: boolean, code: string, atMs: number) {
    const record = {
      ...{ kind: 'commandResult', seq: 1, happenedAtMs: atMs, clock: 'gnss' },
      values: { commandId, ok, code, detail: null },
    } as UnitRecord;
    this.#committed([{ unit, record, receivedAtMs: atMs }]);
  }

  sweep() {
    this.#due?.();
  }
}

describe('commands', () => {
  let kept: TestStore;
  let env: VirtualEnv;
  let registry: FleetRegistry;
  let unit: FleetUnit;
  let run: Run;
  beforeEach(async () => {
    kept = await temporaryStore();
    env = new VirtualEnv();
    registry = new FleetRegistry(kept.store, env);
    await registry.register({ serial, model: 'M', role: 'tow-truck', vehicleId: null }, 'test');
    await registry.apply(serial, 'request', 'unit', 'network');
    const approved = await registry.approve(serial, newSigner().publicKey, 'test');
    if (!approved.ok) throw new Error(approved.message);
    unit = approved.unit;
    run = new Run(kept, registry, env);
    await run.desk.start();
  });
  afterEach(async () => {
    await run.desk.stop();
    await kept.remove();
  });

  const ask = (name = 'self-test', lifeS: number | null = null) =>
    run.desk.ask({ serial, name, lifeS, by: 'liu' });
  async function asked(name?: string) {
    const answer = await ask(name);
    if (!answer.ok) throw new Error(answer.message);
    return answer.command;
  }
  const rows = async () => {
    await run.desk.stop();
    return commandsOf(kept.store, serial);
  };

  it('goes out at once, and ends with the answer of the unit', async () => {
    const { id } = await asked();
    expect(run.sent).toMatchObject([{ type: 'command', id, name: 'self-test' }]);
    run.answer(unit, id, true, 'done', env.ms);
    run.answer(unit, id, false, 'unknown-command', env.ms + 1);
    expect(await rows()).toMatchObject([
      { id, askedBy: 'liu', sentTimes: 1, outcome: 'done', code: 'done' },
    ]);
    expect(await run.connect()).toStrictEqual([]);
  });

  it('waits for a unit that is away, over a restart, and is sent again until it answers', async () => {
    run.online = false;
    const { id } = await asked();
    expect(run.sent).toStrictEqual([]);
    await run.desk.stop();
    run = new Run(kept, registry, env);
    await run.desk.start();
    expect(await run.connect()).toMatchObject([{ id }]);
    expect(await run.connect()).toMatchObject([{ id }]);
    run.answer(unit, id, false, 'no-time', env.ms);
    expect(await run.connect()).toStrictEqual([]);
    expect(await rows()).toMatchObject([{ sentTimes: 2, outcome: 'refused', code: 'no-time' }]);
  });

  it('is not sent after its time, and ends as expired', async () => {
    run.online = false;
    await asked('next-code');
    env.pass(60_001);
    expect(await run.connect()).toStrictEqual([]);
    run.sweep();
    expect((await rows())[0]?.outcome).toBe(null);
    env.pass(5_000);
    await run.desk.start();
    run.sweep();
    expect((await rows())[0]).toMatchObject({ outcome: 'expired', sentTimes: 0 });
  });

  it('takes no answer from another unit', async () => {
    const { id } = await asked();
    run.answer({ ...unit, serial: 'XL-CMD-2' }, id, true, 'done', env.ms);
    expect(await run.connect()).toMatchObject([{ id }]);
  });

  it('is refused for nobody, for what no unit knows, and when too many wait', async () => {
    const nobody = await run.desk.ask({
      serial: 'XL-NOBODY',
      name: 'self-test',
      lifeS: 1,
      by: 'x',
    });
    expect(nobody).toMatchObject({ code: 'unknown-serial' });
    expect(await ask('explode')).toMatchObject({ code: 'bad-request' });
    for (let n = 0; n < waitingMax; n += 1) await asked();
    expect(await ask()).toMatchObject({ code: 'too-many' });
    await registry.apply(serial, 'revoke', 'test', 'stolen');
    expect(await ask()).toMatchObject({ code: 'conflict' });
  });
});
