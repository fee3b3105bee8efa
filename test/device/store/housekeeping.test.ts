import { expect, it } from 'vitest';
import { Housekeeping, housekeepingPeriodMs } from '../../../device/store/housekeeping.ts';
import { makeWorld } from '../support/world.ts';

it('the store is put in order every ten minutes, also after a time it could not be', async () => {
  const { env, clock, lines } = makeWorld('housekeeping');
  const done: string[] = [];
  const outbox = {
    trim: async () => {
      done.push('trim');
      if (done.length === 2) throw new Error('full');
    },
  };
  const ballast = {
    hold: async () => {
      done.push('hold');
      return true;
    },
  };
  const housekeeping = new Housekeeping(outbox, ballast, env);
  housekeeping.start();
  await clock.advance(housekeepingPeriodMs * 2 + 1);
  expect(done).toEqual(['hold', 'trim', 'hold', 'trim']);
  expect(lines.map(({ level }) => level)).toEqual(['warn']);
  housekeeping.stop();
  await clock.advance(housekeepingPeriodMs * 2);
  expect(done.length).toBe(4);
});
