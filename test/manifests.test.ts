import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const root = new URL('..', import.meta.url);
const lock = JSON.parse(readFileSync(new URL('package-lock.json', root), 'utf8')) as {
  packages: Record<string, { optional?: true }>;
};
const names = Object.keys(lock.packages);

it('every package stands at the root, where the built programs look for it', () => {
  const nested = names.filter((name) =>
    /^(protocols|hardware|device|gateway|server)\/node_modules\//.test(name),
  );
  expect(nested).toStrictEqual([]);
});

it('the lock names the binaries of every platform, not only of the machine that wrote it', () => {
  for (const platform of ['linux-x64', 'linux-arm64', 'darwin-arm64']) {
    expect(names).toContain(`node_modules/@img/sharp-${platform}`);
    expect(names).toContain(`node_modules/@biomejs/cli-${platform}`);
  }
});
