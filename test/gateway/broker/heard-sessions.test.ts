import { beforeEach, describe, expect, it } from 'vitest';
import { Evictions } from '../../../gateway/broker/evictions.ts';
import { HeardSessions } from '../../../gateway/broker/heard-sessions.ts';
import { IntakeGate } from '../../../gateway/broker/intake-gate.ts';
import { externalLimits } from '../../../gateway/broker/limits.ts';
import { VirtualEnv } from '../virtual.ts';

const serial = 'XL-HEARD-1';

describe('sessions at a broker that tells nobody of them', () => {
  let env: VirtualEnv;
  let told: string[];
  let sessions: HeardSessions;
  beforeEach(() => {
    env = new VirtualEnv();
    told = [];
    sessions = new HeardSessions({
      env,
      silentMsMax: externalLimits.silentMsMax,
      onOpened: () => told.push('opened'),
      onClosed: () => told.push('closed'),
    });
  });

  it('begin with the first word, and stand while there are words', () => {
    for (let word = 0; word < 100; word += 1) {
      sessions.heard(serial);
      env.pass(externalLimits.silentMsMax - 1);
      sessions.sweep();
    }
    expect([told, sessions.has(serial)]).toStrictEqual([['opened'], true]);
  });

  it('end with the will, with silence, and with the broker', () => {
    const ends = [
      () => sessions.ended(serial),
      () => {
        env.pass(externalLimits.silentMsMax + 1);
        sessions.sweep();
      },
      () => sessions.endAll(),
    ];
    for (const end of ends) {
      sessions.heard(serial);
      end();
      end();
    }
    expect(told).toStrictEqual(ends.flatMap(() => ['opened', 'closed']));
  });

  it('are told apart by hello: the first belongs to the batch it came in', () => {
    sessions.heard(serial);
    sessions.greeted(serial);
    expect(told).toStrictEqual(['opened']);
    sessions.greeted(serial);
    expect(told).toStrictEqual(['opened', 'closed', 'opened']);
  });
});

describe('putting a unit out of a broker', () => {
  it('waits for the list that names it, and is tried again for who is heard all the same', async () => {
    const env = new VirtualEnv();
    const out: string[] = [];
    const evictions = new Evictions({
      env,
      takeOver: async (one) => {
        out.push(one);
        if (one === 'XL-AWAY') throw new Error('the broker is away');
      },
    });
    const listAsOf = env.monoMs;
    env.pass(10);
    evictions.add(serial);
    evictions.add('XL-AWAY');
    await evictions.again(serial);
    await evictions.run(listAsOf);
    expect(out).toStrictEqual([]);
    await evictions.run(env.monoMs);
    await evictions.run(env.monoMs);
    expect(out.sort()).toStrictEqual(['XL-AWAY', serial]);
    await evictions.again(serial);
    expect(out.length).toBe(2);
    env.pass(externalLimits.takeOverAgainMs);
    await evictions.again(serial);
    await evictions.again(serial);
    expect(out.length).toBe(3);
  });
});

describe('reading from a broker', () => {
  it('stops while much is under way, and goes on with what is done', async () => {
    const gate = new IntakeGate(2);
    const done: (() => void)[] = [];
    const work = () => new Promise<void>((resolve) => done.push(resolve));
    let passed = 0;
    const read = () =>
      gate.pass(() => {
        passed += 1;
      });
    gate.follow(work());
    read();
    gate.follow(work());
    read();
    read();
    expect(passed).toBe(1);
    for (const finish of done) finish();
    await new Promise((resolve) => setImmediate(resolve));
    expect(passed).toBe(3);
  });
});
