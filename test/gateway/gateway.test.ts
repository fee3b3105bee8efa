import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fix, hello, TestUnit } from './test-unit.ts';
import { startWorld, until, type World } from './world.ts';

describe('a gateway on real sockets', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world.stop());

  it('enrols a unit, takes its session, its records, and acknowledges them', async () => {
    const unit = new TestUnit(world, 'XL-TEST-0001');
    const grant = await unit.enrol();
    expect(grant).toMatchObject({ status: 'granted', unitId: 1, enrolment: 1, kind: 0 });
    await unit.connect();
    const nowMs = Date.now();
    unit.send([hello(1, nowMs), fix(2, nowMs), fix(3, nowMs + 1)]);
    await until('the acknowledgement', () => unit.acks.length === 1);
    expect(unit.acks[0]).toStrictEqual({
      type: 'ack',
      epoch: unit.epoch,
      upTo: 3,
      also: [],
      nack: [],
    });
    await until('the configuration', () => unit.downs.some(({ type }) => type === 'config'));
    const shown = await world.admin('GET', '/units/XL-TEST-0001');
    expect(shown.body).toMatchObject({ state: 'enrolled', online: true, training: true });
    await unit.end();
  });
});
