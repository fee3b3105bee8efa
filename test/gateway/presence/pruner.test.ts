import { describe, expect, it } from 'vitest';
import { type Prune, Pruner } from '../../../gateway/presence/pruner.ts';
import { pause, TestClock, testEnv } from '../scan/kit.ts';

const hourMs = 3_600_000;

/** A pruner over one table of so many rows, and what each step was asked. */
function prunerOf(clock: TestClock, prune: Prune): Pruner {
  return new Pruner(clock, testEnv(clock).log, [prune]);
}

describe('the upkeep of tables', () => {
  it('goes in small steps with pauses until nothing is left, and again each hour', async () => {
    const clock = new TestClock();
    let rows = 1200;
    const steps: number[] = [];
    const pruner = prunerOf(clock, async (rowsMax) => {
      const dropped = Math.min(rows, rowsMax);
      rows -= dropped;
      steps.push(dropped);
      return dropped;
    });
    pruner.start();
    await clock.advance(62_000);
    expect(rows).toBe(0);
    expect(steps).toEqual([500, 500, 200]);
    rows = 7;
    await clock.advance(hourMs);
    expect(rows).toBe(0);
    await pruner.stop();
  });

  it('goes on after a step that failed, and not after its end', async () => {
    const clock = new TestClock();
    let calls = 0;
    const pruner = prunerOf(clock, async () => {
      calls += 1;
      throw new Error('the disk is full');
    });
    pruner.start();
    await clock.advance(hourMs + 61_000);
    expect(calls).toBe(2);
    await pruner.stop();
    await clock.advance(2 * hourMs);
    await pause();
    expect(calls).toBe(2);
  });
});
