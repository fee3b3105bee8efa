import { describe, expect, it } from 'vitest';
import { Lifecycle, type Part } from '../../gateway/lifecycle.ts';

describe('the order of parts', () => {
  const told: string[] = [];
  const part = (name: string, broken: 'start' | 'stop' | null = null): Part => ({
    name,
    start: () => {
      told.push(`${name} starts`);
      if (broken === 'start') throw new Error(`${name} cannot start`);
    },
    stop: async () => {
      told.push(`${name} stops`);
      if (broken === 'stop') throw new Error(`${name} cannot stop`);
    },
  });

  it('is reversed to stop, and goes on when a part cannot', async () => {
    const life = new Lifecycle();
    for (const one of [part('a'), part('b', 'stop'), part('c')]) await life.start(one);
    await expect(life.stop()).rejects.toThrow('b cannot stop');
    const order = ['a starts', 'b starts', 'c starts', 'c stops', 'b stops', 'a stops'];
    expect(told.splice(0)).toStrictEqual(order);
    await life.stop();
    expect(told).toStrictEqual([]);
  });

  it('is undone when a part cannot start, that part included', async () => {
    const life = new Lifecycle();
    await life.start(part('a', 'stop'));
    await expect(life.start(part('b', 'start'))).rejects.toThrow('b cannot start');
    expect(told.splice(0)).toStrictEqual(['a starts', 'b starts', 'b stops', 'a stops']);
  });
});
