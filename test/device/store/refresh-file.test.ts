import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { openRefreshFile } from '../../../device/store/refresh-file.ts';
import { temporaryFolder } from '../support/world.ts';

const cleanUps: (() => void)[] = [];

afterEach(() => {
  for (const cleanUp of cleanUps.splice(0)) cleanUp();
});

function newPath(): string {
  const folder = temporaryFolder();
  cleanUps.push(() => folder.remove());
  return join(folder.path, 'refreshes');
}

const machine = (bootId: string, ms: number) => ({ bootId, uptimeMs: () => ms });

describe('the panel’s history in a file', () => {
  it('grows older with the uptime of the machine', async () => {
    const path = newPath();
    const first = await openRefreshFile(path, machine('a', 100_000));
    expect(first.recall()).toBeNull();
    await first.keep({ lastAgoMs: 1_000, lastFullAgoMs: 50_000, partials: 3 });
    const next = await openRefreshFile(path, machine('a', 130_000));
    expect(next.recall()).toEqual({ lastAgoMs: 31_000, lastFullAgoMs: 80_000, partials: 3 });
  });

  it('of an earlier boot is at least as old as this boot', async () => {
    const path = newPath();
    const first = await openRefreshFile(path, machine('a', 9_000_000));
    await first.keep({ lastAgoMs: 0, lastFullAgoMs: 0, partials: 1 });
    const next = await openRefreshFile(path, machine('b', 20_000));
    expect(next.recall()).toEqual({ lastAgoMs: 20_000, lastFullAgoMs: null, partials: 1 });
  });

  it.each(['', '{', 'null', '7', '{"bootId":1}', '{"bootId":"a","lastUptimeMs":1}'])(
    'that reads %j is no history',
    async (text) => {
      const path = newPath();
      await writeFile(path, text);
      expect((await openRefreshFile(path, machine('a', 1))).recall()).toBeNull();
    },
  );
});
