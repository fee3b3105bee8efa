import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = new URL('../../..', import.meta.url).pathname;

/** What of johnny-five keeps a core busy while it runs (hardware.md, section 4). */
const busyCalls = /\.(pulse|fade|fadeIn|fadeOut|breathe|frequency|play)\(|\bPiezo\b|\bAnimation\b/;

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
    .map((name) => join(folder, name));
}

it('no part of the unit calls what keeps a core busy for a lamp or a tone', () => {
  const files = [...sources('hardware'), ...sources('device')];
  expect(files.length).toBeGreaterThan(100);
  const found = files.flatMap((file) =>
    readFileSync(join(root, file), 'utf8')
      .split('\n')
      .filter((line) => !/^\s*(\*|\/\/|\/\*)/.test(line) && busyCalls.test(line))
      .map((line) => `${file}: ${line.trim()}`),
  );
  expect(found).toEqual([]);
  expect(busyCalls.test('led.pulse(500)')).toBe(true);
  expect(busyCalls.test('new five.Piezo(3)')).toBe(true);
});
