import { expect, it } from 'vitest';
import { MemoryTidy, tidyEveryMs } from '../../device/memory-tidy.ts';
import { VirtualClock } from '../../hardware/emulator/virtual-clock.ts';

it('memory is given back again and again while the unit runs, and not after it has stopped', async () => {
  const clock = new VirtualClock(0);
  let collections = 0;
  const tidy = new MemoryTidy(() => {
    collections += 1;
  }, clock);
  tidy.start();
  tidy.start();
  await clock.advance(10 * tidyEveryMs);
  expect(collections).toBe(10);
  tidy.stop();
  await clock.advance(10 * tidyEveryMs);
  expect(collections).toBe(10);
});

it('a unit whose Node.js has no collector to call runs without', async () => {
  const clock = new VirtualClock(0);
  const tidy = new MemoryTidy(undefined, clock);
  tidy.start();
  await clock.advance(2 * tidyEveryMs);
  tidy.stop();
});
