import { describe, expect, it } from 'vitest';
import { Nonces, noncesMax, nonceTtlMs } from '../../../gateway/enrolment/nonces.ts';
import { VirtualEnv } from '../virtual.ts';

describe('nonces', () => {
  it('are good once, for a minute', () => {
    const env = new VirtualEnv();
    const nonces = new Nonces(env);
    const [one, two] = [nonces.give(), nonces.give()];
    expect(nonces.use(one)).toBe(true);
    expect(nonces.use(one)).toBe(false);
    env.pass(nonceTtlMs + 1);
    expect(nonces.use(two)).toBe(false);
    expect(nonces.use('never given')).toBe(false);
  });

  it('do not pile up: beyond the limit the oldest goes', () => {
    const nonces = new Nonces(new VirtualEnv());
    const first = nonces.give();
    const second = nonces.give();
    for (let given = 2; given < noncesMax + 1; given += 1) nonces.give();
    expect(nonces.use(first)).toBe(false);
    expect(nonces.use(second)).toBe(true);
  });
});
